"""Tiles in an MBTiles file and in a folder."""

from __future__ import annotations

import dataclasses
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mercantile
import numpy as np
import pytest

from learner.grid import PixelWindow
from learner.imagery.errors import (
    ImageryError,
    ImageryNotFound,
    ImageryTooLarge,
    ImageryUnreachable,
    NotAnImage,
    WrongBands,
    ZoomOutsideImagery,
)
from learner.imagery.source import open_source
from learner.imagery.spec import ImageryKind, ImageryLimits, ImagerySpec
from tests.learner.imagery.local_server import png, world_pixels

TILES = [mercantile.Tile(x, y, 12) for x in (2000, 2001) for y in (1900, 1901)]
PARENT = mercantile.Tile(1000, 950, 11)
WINDOW = PixelWindow(12, 256 * 2000 + 100, 256 * 1900 + 50, 400, 300)


def tile_bytes(tile: mercantile.Tile) -> bytes:
    return png(world_pixels(tile.z, 256 * tile.x, 256 * tile.y, 256, 256))


def write_mbtiles(path: Path, tiles: list[mercantile.Tile], **metadata: str) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE TABLE tiles"
            " (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
        )
        file.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        file.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(t.z, t.x, 2**t.z - 1 - t.y, tile_bytes(t)) for t in tiles],
        )


def write_folder(root: Path, tiles: list[mercantile.Tile], *, from_south: bool = False) -> None:
    for tile in tiles:
        row = 2**tile.z - 1 - tile.y if from_south else tile.y
        folder = root / str(tile.z) / str(tile.x)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{row}.png").write_bytes(tile_bytes(tile))


@pytest.fixture(params=[ImageryKind.MBTILES, ImageryKind.FOLDER])
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> ImagerySpec:
    """The same five tiles in each kind of store."""
    path = tmp_path / "tiles"
    write = write_mbtiles if request.param is ImageryKind.MBTILES else write_folder
    write(path, [*TILES, PARENT])
    return ImagerySpec(request.param, str(path))


def test_a_window_is_read_exactly(spec: ImagerySpec) -> None:
    read = open_source(spec).read(WINDOW)
    assert np.array_equal(read.pixels, world_pixels(12, WINDOW.col_px, WINDOW.row_px, 400, 300))
    assert read.valid.all()


def test_what_is_beyond_the_tiles_is_not_valid(spec: ImagerySpec) -> None:
    read = open_source(spec).read(PixelWindow(12, 256 * 2000 - 10, 256 * 1900, 20, 5))
    assert not read.valid[:, :10].any()
    assert read.valid[:, 10:].all()


def test_bounds_and_zooms_are_those_of_the_tiles(spec: ImagerySpec) -> None:
    info = open_source(spec).describe()
    north_west, south_east = mercantile.bounds(TILES[0]), mercantile.bounds(TILES[-1])
    assert info.bounds_4326 == pytest.approx(
        (north_west.west, south_east.south, south_east.east, north_west.north)
    )
    assert (info.min_zoom, info.max_zoom) == (11, 12)


@pytest.mark.parametrize("zoom", [10, 15])
def test_zooms_far_from_the_tiles_are_refused_with_the_range(spec: ImagerySpec, zoom: int) -> None:
    with pytest.raises(ZoomOutsideImagery, match="zooms 11 to 12"):
        open_source(spec).read(PixelWindow(zoom, 0, 0, 10, 10))


def test_many_threads_read_the_same(spec: ImagerySpec) -> None:
    source = open_source(spec)
    with ThreadPoolExecutor(8) as pool:
        reads = list(pool.map(source.read, [WINDOW] * 24))
    assert all(np.array_equal(read.pixels, reads[0].pixels) for read in reads)


@pytest.mark.parametrize("kind", list(ImageryKind))
def test_a_path_where_nothing_is_says_so(kind: ImageryKind, tmp_path: Path) -> None:
    if kind is ImageryKind.XYZ:
        pytest.skip("a template is no path")
    with pytest.raises(ImageryNotFound, match="Check the path"):
        open_source(ImagerySpec(kind, str(tmp_path / "missing")))


def test_rows_are_counted_from_the_south_where_gdal2tiles_did(tmp_path: Path) -> None:
    write_folder(tmp_path, TILES, from_south=True)
    (tmp_path / "tilemapresource.xml").write_text("<TileMap/>")
    read = open_source(ImagerySpec(ImageryKind.FOLDER, str(tmp_path))).read(WINDOW)
    assert np.array_equal(read.pixels, world_pixels(12, WINDOW.col_px, WINDOW.row_px, 400, 300))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageryNotFound, match="holds no"):
        open_source(ImagerySpec(ImageryKind.FOLDER, str(tmp_path)))


def test_a_file_too_large_for_a_tile_is_not_read(tmp_path: Path) -> None:
    write_folder(tmp_path, TILES)
    limits = ImageryLimits(max_response_bytes=100)
    with pytest.raises(ImageryTooLarge):
        open_source(ImagerySpec(ImageryKind.FOLDER, str(tmp_path)), limits=limits).read(WINDOW)


def test_vector_tiles_are_refused(tmp_path: Path) -> None:
    write_mbtiles(tmp_path / "a.mbtiles", TILES, format="pbf")
    with pytest.raises(WrongBands, match="vector"):
        open_source(ImagerySpec(ImageryKind.MBTILES, str(tmp_path / "a.mbtiles")))


def test_the_attribution_of_the_file_is_passed_on(tmp_path: Path) -> None:
    write_mbtiles(tmp_path / "a.mbtiles", TILES, attribution="© Someone")
    source = open_source(ImagerySpec(ImageryKind.MBTILES, str(tmp_path / "a.mbtiles")))
    assert source.describe().attribution == "© Someone"


@pytest.mark.parametrize("content", [b"", b"not a database", bytes(5000)])
def test_a_file_that_is_no_mbtiles_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mbtiles").write_bytes(content)
    with pytest.raises(NotAnImage, match="not an MBTiles file"):
        open_source(ImagerySpec(ImageryKind.MBTILES, str(tmp_path / "a.mbtiles")))


def test_a_hostile_file_whose_query_never_ends_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.mbtiles"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)"
            " SELECT i AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n"
        )
    limits = dataclasses.replace(ImageryLimits(), timeout_s=0.2)
    with pytest.raises(ImageryUnreachable, match="too long"):
        open_source(ImagerySpec(ImageryKind.MBTILES, str(path)), limits=limits)


def test_a_hostile_blob_is_not_unpacked_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.mbtiles"
    write_mbtiles(path, [])
    with sqlite3.connect(path) as file:
        file.execute("INSERT INTO tiles VALUES (12, 2000, ?, zeroblob(300000))", (4095 - 1900,))
    limits = dataclasses.replace(ImageryLimits(), max_response_bytes=100_000)
    source = open_source(ImagerySpec(ImageryKind.MBTILES, str(path)), limits=limits)
    with pytest.raises(ImageryError):
        source.read(WINDOW)
