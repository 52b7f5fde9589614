"""Which tiles have imagery, told without reading each of them."""

from __future__ import annotations

from pathlib import Path

import mercantile
import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp, Resampling

from learner.grid import PixelWindow
from learner.imagery import footprint
from learner.imagery.source import ImagerySource, open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from tests.learner.imagery.made_tifs import opened, write_tif
from tests.learner.imagery.test_tile_stores import write_folder, write_mbtiles

ZOOM, COLUMNS, ROWS = 19, 8, 6
AREA = PixelWindow.of_tiles(ZOOM, 312_003, 270_005, COLUMNS, ROWS)
TILES = np.array([(tile.x, tile.y) for tile in AREA.tiles()])
HOLES = {(312_005, 270_007), (312_006, 270_007), (312_010, 270_005)}
"""Two side by side within the scene, and one at its corner."""


def has_imagery() -> np.ndarray:
    """(N,) bool of TILES."""
    return np.array([tuple(tile) not in HOLES for tile in TILES.tolist()])


def alpha() -> np.ndarray:
    """(H, W) uint8: opaque but for the holes."""
    opaque = np.full(AREA.shape, 255, np.uint8)
    for x, y in HOLES:
        row, column = AREA.offset_of(PixelWindow.of_tile(mercantile.Tile(x, y, ZOOM)))
        opaque[row : row + 256, column : column + 256] = 0
    return opaque


def scene_with_holes(path: Path, *, overviews: tuple[int, ...] = ()) -> Path:
    grey = np.full((*AREA.shape, 3), 90, np.uint8)
    write_tif(path, np.dstack([grey, alpha()]), transform=AREA.transform, tiled=True)
    with rasterio.open(path, "r+") as file:
        rgb = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        file.colorinterp = (*rgb, ColorInterp.alpha)
        file.build_overviews(list(overviews), Resampling.average)
    return path


@pytest.mark.parametrize("overviews", [(), (2, 4, 8, 16, 32)])
def test_holes_in_a_scene_are_seen_from_afar(tmp_path: Path, overviews: tuple[int, ...]) -> None:
    source = opened(scene_with_holes(tmp_path / "a.tif", overviews=overviews))
    assert np.array_equal(source.shows(ZOOM, TILES), has_imagery())


def test_tiles_larger_and_smaller_than_the_scene_s_own_are_judged_alike(tmp_path: Path) -> None:
    source = opened(scene_with_holes(tmp_path / "a.tif"))
    quarters = (2 * TILES[:, None] + [(0, 0), (1, 0), (0, 1), (1, 1)]).reshape(-1, 2)
    assert np.array_equal(source.shows(ZOOM + 1, quarters), np.repeat(has_imagery(), 4))
    parents = TILES // 2
    expected = {tuple(parent) for parent in parents[has_imagery()].tolist()}
    shown = source.shows(ZOOM - 1, parents)
    assert {tuple(parent) for parent in parents[shown].tolist()} == expected
    assert not shown.all()


@pytest.mark.parametrize("fill", [0, 255])
def test_black_and_white_that_no_file_calls_empty_is_empty(tmp_path: Path, fill: int) -> None:
    """A little off by JPEG; and a dark tile beside it is not black."""
    noise = np.random.default_rng(0).integers(0, 2, (*AREA.shape, 3))
    image = np.abs(fill - noise).astype(np.uint8)
    image[alpha() > 0] = 90
    dark = AREA.offset_of(PixelWindow.of_tile(mercantile.Tile(*TILES[0], ZOOM)))
    image[dark[0] : dark[0] + 256, dark[1] : dark[1] + 256] = 6
    source = opened(write_tif(tmp_path / "a.tif", image, transform=AREA.transform, tiled=True))
    assert source.read(AREA).valid.all()
    assert np.array_equal(source.shows(ZOOM, TILES), has_imagery())


def test_what_is_beyond_the_scene_does_not_show(tmp_path: Path) -> None:
    source = opened(scene_with_holes(tmp_path / "a.tif"))
    beside = TILES + np.array([COLUMNS, 0])
    assert not source.shows(ZOOM, beside).any()


def test_a_strip_along_a_tile_s_edge_does_not_count(tmp_path: Path) -> None:
    further_south = AREA.transform @ rasterio.Affine.translation(0, 12)
    grey = np.full((*AREA.shape, 3), 90, np.uint8)
    source = opened(write_tif(tmp_path / "a.tif", grey, transform=further_south))
    below = TILES[-COLUMNS:] + np.array([0, 1])
    assert source.read(PixelWindow.of_tile(mercantile.Tile(*below[0], ZOOM))).valid.any()
    assert not source.shows(ZOOM, below).any()
    assert source.shows(ZOOM, TILES).all()


def test_where_looking_would_read_too_much_every_tile_is_taken_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = opened(scene_with_holes(tmp_path / "a.tif"))
    spread = TILES * np.array([1, 1000]) - np.array(
        [0, 270_005 * 999]
    )  # each row of tiles in another window
    monkeypatch.setattr(footprint, "_LOOKS_MOST", ROWS - 1)
    assert source.shows(ZOOM, spread).all()
    # 65,536 pixels a side, none of them in the file, and no overviews to look at instead.
    sparse = PixelWindow.of_tiles(ZOOM, 312_000, 270_000, 256, 256)
    path = tmp_path / "sparse.tif"
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "crs": "EPSG:3857", "nodata": 0}
    with rasterio.open(
        path, "w", **profile, width=sparse.width_px, height=sparse.height_px,
        transform=sparse.transform, tiled=True, sparse_ok=True,
    ):  # fmt: skip
        pass
    assert opened(path).shows(ZOOM, TILES).all()


@pytest.fixture(params=["mbtiles", "folder", "folder from the south"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ImagerySource:
    tiles = [
        mercantile.Tile(x, y, ZOOM)
        for (x, y), has in zip(TILES.tolist(), has_imagery().tolist(), strict=True)
        if has
    ]
    path = tmp_path / "tiles"
    if request.param == "mbtiles":
        write_mbtiles(path, tiles)
        return open_source(ImagerySpec(ImageryKind.MBTILES, str(path)))
    from_south = request.param != "folder"
    write_folder(path, tiles, from_south=from_south)
    if from_south:
        (path / "tilemapresource.xml").write_text("<TileMap/>")
    return open_source(ImagerySpec(ImageryKind.FOLDER, str(path)))


def test_a_store_of_tiles_knows_what_it_holds(store: ImagerySource) -> None:
    assert np.array_equal(store.shows(ZOOM, TILES), has_imagery())


def test_tiles_beyond_a_store_s_deepest_are_those_they_are_enlarged_from(
    store: ImagerySource,
) -> None:
    quarters = (2 * TILES[:, None] + [(0, 0), (1, 0), (0, 1), (1, 1)]).reshape(-1, 2)
    assert np.array_equal(store.shows(ZOOM + 1, quarters), np.repeat(has_imagery(), 4))


def test_a_template_of_tiles_cannot_tell() -> None:
    source = open_source(ImagerySpec(ImageryKind.XYZ, "https://tiles.example.org/{z}/{x}/{y}.png"))
    assert source.shows(ZOOM, TILES).all()
