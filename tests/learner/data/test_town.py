"""The built-in town: plausible, exact, the same every time, and not too easy."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import mercantile
import numpy as np
import pytest
import rasterio
import shapely
from shapely.geometry import Polygon, box, shape

from learner.data.town import Town, generate_town, write_scene
from learner.grid import TILE_PX, PixelWindow
from learner.imagery.source import open_source
from learner.imagery.spec import ImageryKind, ImagerySpec

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def town(request: pytest.FixtureRequest) -> Town:
    return generate_town(request.param, columns=8, rows=7)


def in_pixels(town: Town, outline: Polygon) -> Polygon:
    """An outline in pixels of the town's picture, through another formula than the town's."""

    def convert(lonlat: np.ndarray) -> np.ndarray:
        xy_m = np.array([mercantile.xy(lon, lat) for lon, lat in lonlat])
        return np.column_stack(~town.window.transform @ tuple(xy_m.T))

    return shapely.transform(outline, convert)


def cover_of(town: Town, outlines: list[Polygon]) -> np.ndarray:
    """(H, W) bool: pixels whose middle lies in an outline."""
    cover = np.zeros(town.window.shape, np.uint8)
    for outline in outlines:
        corners = np.asarray(in_pixels(town, outline).exterior.coords) - 0.5
        cv2.fillPoly(cover, [np.rint(corners * 16).astype(np.int32)], 1, shift=4)
    return cover.astype(bool)


def test_the_picture_lies_on_its_tiles(town: Town) -> None:
    assert town.pixels.shape == (7 * TILE_PX, 8 * TILE_PX, 3)
    assert town.pixels.dtype == np.uint8
    assert town.window.shape == town.pixels.shape[:2]
    tiles = list(town.window.tiles())
    assert len(tiles) == 56
    assert {tile.z for tile in tiles} == {20}


def test_outlines_are_valid_apart_and_inside(town: Town) -> None:
    extent = box(*mercantile.bounds(next(iter(town.window.tiles()))))
    for tile in town.window.tiles():
        extent = extent.union(box(*mercantile.bounds(tile)))
    assert len(town.buildings) > 40
    for outline in town.buildings:
        assert outline.geom_type == "Polygon"
        assert outline.is_valid
        assert extent.contains(outline)
    tree = shapely.STRtree(town.buildings)
    left, right = tree.query(town.buildings, predicate="intersects")
    assert np.array_equal(left, right)


def test_buildings_have_many_sizes(town: Town) -> None:
    m_per_px = 0.1493 * np.cos(np.radians(6.18))
    areas_m2 = [in_pixels(town, outline).area * m_per_px**2 for outline in town.buildings]
    assert min(areas_m2) < 10
    assert 30 < np.median(areas_m2) < 110
    assert max(areas_m2) > 150
    corners = {len(outline.exterior.coords) - 1 for outline in town.buildings}
    assert corners == {4, 6, 8, 20}  # bars, Ls, Ts and round huts


def test_a_share_of_the_tiles_is_empty(town: Town) -> None:
    cover = cover_of(town, town.buildings)
    per_tile = cover.reshape(7, TILE_PX, 8, TILE_PX).any((1, 3))
    assert 0.12 < 1 - per_tile.mean() < 0.7
    assert 0.03 < cover.mean() < 0.3


def test_outlines_lie_exactly_on_the_roofs(town: Town) -> None:
    """Brightness changes more across the outlines than across the same outlines moved aside."""
    grey = cv2.cvtColor(town.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))

    def edge_strength(dx: int, dy: int) -> float:
        edges = np.zeros(town.window.shape, np.uint8)
        for outline in town.buildings:
            corners = np.asarray(in_pixels(town, outline).exterior.coords) - 0.5 + (dx, dy)
            cv2.polylines(edges, [np.rint(corners * 16).astype(np.int32)], True, 1, shift=4)
        return float(slope[edges > 0].mean())

    at_home = edge_strength(0, 0)
    assert all(
        at_home > 1.1 * edge_strength(dx, dy)
        for dx, dy in [(3, 0), (-3, 0), (0, 3), (0, -3), (2, 2), (-2, -2)]
    )


def test_colour_alone_does_not_find_the_buildings(town: Town) -> None:
    """The best rule from colour to building, fitted on the very same picture, stays poor."""
    truth = cover_of(town, town.buildings)
    smooth = cv2.GaussianBlur(town.pixels, (0, 0), 1.5)
    bins = (smooth // 16).astype(np.int64) @ np.array([256, 16, 1])
    inside = np.bincount(bins[truth], minlength=4096)
    outside = np.bincount(bins[~truth], minlength=4096)
    share = inside / np.maximum(inside + outside, 1)
    best = 0.0
    for threshold in np.linspace(0.1, 0.9, 17):
        found = share[bins] >= threshold
        best = max(best, (found & truth).sum() / (found | truth).sum())
    assert best < 0.5


def test_a_seed_is_a_town() -> None:
    first, again, other = (generate_town(seed, 2, 2) for seed in (5, 5, 6))
    assert np.array_equal(first.pixels, again.pixels)
    assert first.buildings == again.buildings
    assert not np.array_equal(first.pixels, other.pixels)


def test_zoom_and_place_can_be_chosen() -> None:
    origin = mercantile.tile(85.5, 27.6, 19)
    town = generate_town(3, columns=3, rows=2, zoom=19, origin_tile=origin)
    assert town.window == PixelWindow(19, 256 * origin.x, 256 * origin.y, 768, 512)
    assert len(town.buildings) > 10


def test_one_tile_is_enough() -> None:
    assert generate_town(0, 1, 1).pixels.shape == (256, 256, 3)


@pytest.mark.parametrize(("columns", "rows"), [(0, 3), (3, -1)])
def test_a_town_without_tiles_is_refused(columns: int, rows: int) -> None:
    with pytest.raises(ValueError, match="at least one tile"):
        generate_town(0, columns, rows)


def test_an_origin_at_another_zoom_is_refused() -> None:
    with pytest.raises(ValueError, match="zoom 5"):
        generate_town(0, 1, 1, origin_tile=mercantile.Tile(0, 0, 5))


def test_a_written_scene_reads_like_a_real_one(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "scene"
    write_scene(town, folder)
    source = open_source(ImagerySpec(ImageryKind.SCENE, str(folder / "imagery.tif")))
    assert source.describe().max_zoom == 20
    read = source.read(town.window)
    assert read.valid.all()
    assert np.abs(read.pixels.astype(int) - town.pixels).mean() < 2
    with rasterio.open(folder / "imagery.tif") as file:
        assert file.crs.to_epsg() == 3857
        assert file.profile["tiled"]
        assert file.overviews(1)[:2] == [2, 4]

    labels = json.loads((folder / "labels.geojson").read_text())
    written = [shape(feature["geometry"]) for feature in labels["features"]]
    assert all(a.equals_exact(b, 1e-12) for a, b in zip(written, town.buildings, strict=True))
    (area,) = json.loads((folder / "aoi.geojson").read_text())["features"]
    assert shape(area["geometry"]).contains(shapely.MultiPolygon(town.buildings))
    assert json.loads((folder / "meta.json").read_text())["zoom_256"] == 20


def test_roads_lie_where_they_are_painted_and_are_grey_under_asphalt() -> None:
    def colour_of_roads(asphalt: float) -> float:
        town = generate_town(4, 3, 3, built=0.6, asphalt=asphalt)
        assert all(road.is_valid for road in town.roads)
        roads = cover_of(town, town.roads) & ~cover_of(town, town.buildings)
        assert 0.05 < roads.mean() < 0.5
        pixels = town.pixels[roads].astype(int)
        return float(np.median(pixels.max(axis=1) - pixels.min(axis=1)))

    dusty, paved = colour_of_roads(0.0), colour_of_roads(1.0)
    assert paved < 0.5 * dusty
