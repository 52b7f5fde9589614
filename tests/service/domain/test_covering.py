from __future__ import annotations

import json
from pathlib import Path

import mercantile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from service.domain.area import parse_area
from service.domain.covering import REACH_LEAST, cover, draw_roles, shard_names, tile_bounds
from service.errors import AreaRefused, AreaTooLarge
from service.states import CampaignNotice, TileRole

SCENES = Path(__file__).resolve().parents[4] / "shared" / "data"
FIRST = mercantile.tile(85.52, 27.63, 18)


def tiles_box(columns: int, rows: int, trim: float = 0.0) -> shapely.MultiPolygon:
    """Whole tiles at zoom 18, less ``trim`` of a tile on each side."""
    first = mercantile.bounds(FIRST)
    last = mercantile.bounds(FIRST.x + columns - 1, FIRST.y + rows - 1, 18)
    width, height = first.east - first.west, first.north - first.south
    return shapely.MultiPolygon(
        [
            shapely.box(
                first.west + trim * width,
                last.south + trim * height,
                last.east - trim * width,
                first.north - trim * height,
            )
        ]
    )


@pytest.mark.parametrize("trim", [0.0, 0.3, -0.004])
def test_slivers_beyond_an_edge_take_no_tile(trim: float) -> None:
    covering = cover(tiles_box(3, 2, trim), 18, 100)
    assert covering.xy.tolist() == [[FIRST.x + x, FIRST.y + y] for y in range(2) for x in range(3)]


def test_a_speck_on_an_edge_takes_the_tile_that_holds_it() -> None:
    west, south, _, _ = mercantile.bounds(FIRST)
    speck = shapely.MultiPolygon([shapely.Point(west + 2e-7, south + 1e-4).buffer(1e-7)])
    assert cover(speck, 18, 100).xy.tolist() == [[FIRST.x, FIRST.y]]


def test_a_hole_takes_no_tiles_and_two_parts_take_theirs() -> None:
    ring = tiles_box(5, 5).difference(shapely.box(*_inner()))
    covering = cover(shapely.MultiPolygon([ring]), 18, 100)
    assert len(covering) == 24  # the middle one is missing


def _inner() -> tuple[float, float, float, float]:
    bounds = mercantile.bounds(FIRST.x + 2, FIRST.y + 2, 18)
    return bounds.west, bounds.south, bounds.east, bounds.north


@hypothesis_settings(max_examples=40)
@given(
    lon=st.floats(-170, 170),
    lat=st.floats(-75, 75),
    radius=st.floats(1e-4, 0.02),
    corners=st.integers(3, 9),
)
def test_descending_finds_the_tiles_that_looking_at_each_one_finds(
    lon: float, lat: float, radius: float, corners: int
) -> None:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    area = shapely.MultiPolygon(
        [shapely.Polygon(np.column_stack((np.cos(angles), np.sin(angles))) * radius + (lon, lat))]
    )
    covering = cover(area, 16, 10_000)
    every = np.array([(t.x, t.y) for t in mercantile.tiles(*area.bounds, zooms=[16])])
    bounds = tile_bounds(16, every)
    rims = (bounds[:, 2:] - bounds[:, :2]) * REACH_LEAST
    reached = shapely.intersects(
        area, shapely.box(*(bounds[:, :2] + rims).T, *(bounds[:, 2:] - rims).T)
    )
    shared = shapely.area(shapely.intersection(area, shapely.box(*bounds.T)))
    expected = every[reached] if reached.any() else every[[shared.argmax()]]
    assert sorted(covering.xy.tolist()) == sorted(expected.tolist())


def test_too_many_tiles_are_refused_with_a_zoom_that_fits() -> None:
    country = shapely.MultiPolygon([shapely.box(80, 26, 88, 30)])
    with pytest.raises(AreaTooLarge, match="Choose zoom") as refused:
        cover(country, 20, 200_000)
    fits = int(str(refused.value).rsplit("zoom ", 1)[1].split(",")[0])
    assert len(cover(country, fits, 200_000)) <= 200_000
    with pytest.raises(AreaTooLarge):
        cover(country, fits + 1, 200_000)


def test_a_corridor_takes_every_tile_along_it_and_not_its_box() -> None:
    line = shapely.LineString([(85, 27), (86, 28)]).buffer(1e-5)
    covering = cover(shapely.MultiPolygon([line]), 15, 1_000)
    assert 90 < len(covering) < 300  # its box has about 10,000


def test_bounds_are_mercantile_s() -> None:
    [found] = tile_bounds(18, np.array([[FIRST.x, FIRST.y]]))
    expected = mercantile.bounds(FIRST)
    assert found == pytest.approx(
        [expected.west, expected.south, expected.east, expected.north], abs=1e-12
    )


def test_a_shard_is_the_parent_five_zooms_up() -> None:
    covering = cover(tiles_box(40, 1), 18, 100)
    names = shard_names(covering)
    for (x, y), name in zip(covering.xy.tolist(), names, strict=True):
        assert name == mercantile.quadkey(mercantile.parent(x, y, 18, zoom=13))
    assert len(set(names)) == 2 or len(set(names)) == 3


def test_the_audit_set_has_its_size_and_depends_on_the_seed_alone() -> None:
    roles = draw_roles(200, 30, seed=5)
    assert roles.count(TileRole.AUDIT) == 30
    assert roles == draw_roles(200, 30, seed=5)
    assert roles != draw_roles(200, 30, seed=6)


@pytest.mark.real_imagery
@pytest.mark.parametrize(
    ("name", "tiles"), [("banepa", 192), ("banepa_east", 32), ("kampala", 28), ("zanzibar", 184)]
)
def test_real_areas_cut_along_tile_edges_take_exactly_their_tiles(name: str, tiles: int) -> None:
    path = SCENES / name / "aoi.geojson"
    if not path.is_file():
        pytest.skip("the real scenes are not beside this checkout")
    area = parse_area(json.loads(path.read_text()))
    assert len(cover(area.shape, 20, 10_000)) == tiles


def test_a_crossing_that_changes_next_to_nothing_is_repaired_and_said() -> None:
    needle = [[0, 0], [2, 0], [2, 1], [2, 1.2], [2, 1], [0, 1], [0, 0]]
    area = parse_area({"type": "Polygon", "coordinates": [needle]})
    assert area.shape.equals(shapely.box(0, 0, 2, 1))
    [notice] = area.notices
    assert (notice.code, notice.params) == (
        CampaignNotice.AREA_REPAIRED,
        {"place": "1.00000, 2.00000"},
    )
    assert "repaired where it was invalid" in notice.text


def test_a_crossing_that_leaves_the_meaning_open_is_refused_with_its_place() -> None:
    eight = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
    with pytest.raises(AreaRefused, match="not clear which") as refused:
        parse_area({"type": "Polygon", "coordinates": [eight]})
    assert "0.5 0.5" in refused.value.extras["where"]


def test_lines_in_an_area_are_passed_over_and_counted() -> None:
    area = parse_area(
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
                {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
                {"type": "MultiPolygon", "coordinates": [[[[5, 0], [6, 0], [6, 1], [5, 0]]]]},
            ],
        }
    )
    assert area.shape.area == 1.0
    [notice] = area.notices
    assert (notice.code, notice.params) == (CampaignNotice.AREA_NOT_POLYGONS, {"count": 1})
