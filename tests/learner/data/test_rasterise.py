import mercantile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import scale

from learner.data.rasterise import rasterise, to_world_px
from learner.grid import PixelWindow

TILE = mercantile.Tile(773380, 440482, 20)


def _degrees_of(tile: mercantile.Tile) -> Polygon:
    return box(*mercantile.bounds(tile))


@given(x=st.integers(0, 2**20 - 1), y=st.integers(0, 2**20 - 1))
def test_a_tiles_corner_lies_at_its_first_world_pixel(x: int, y: int) -> None:
    corner = mercantile.ul(x, y, 20)
    np.testing.assert_allclose(
        to_world_px(np.array([[corner.lng, corner.lat]]), 20), [[256 * x, 256 * y]], atol=1e-3
    )


def test_a_tiles_own_outline_covers_it_and_not_its_margin() -> None:
    mask = rasterise([_degrees_of(TILE)], PixelWindow.of_tile(TILE, margin_px=8))
    assert mask.shape == (272, 272)
    assert mask[8:264, 8:264].all()
    assert mask.sum() == 256 * 256


def test_holes_are_kept_and_overlaps_count_once() -> None:
    outer = scale(_degrees_of(TILE), 0.5, 0.5)
    ring = outer.difference(scale(outer, 0.5, 0.5))
    mask = rasterise([ring, ring], PixelWindow.of_tile(TILE))
    assert mask.sum() == pytest.approx(128**2 - 64**2, rel=0.02)
    assert mask[128, 128] == 0
    assert set(np.unique(mask)) == {0, 1}


def test_far_empty_and_multi_part_shapes_are_taken_as_they_come() -> None:
    window = PixelWindow.of_tile(TILE)
    far = _degrees_of(mercantile.Tile(TILE.x + 50, TILE.y, 20))
    half = MultiPolygon([scale(_degrees_of(TILE), 0.25, 1.0), far])
    assert rasterise([], window).sum() == 0
    assert rasterise([far, Polygon()], window).sum() == 0
    assert rasterise([half], window).sum() == pytest.approx(64 * 256, rel=0.02)


def test_all_touched_marks_what_a_thin_shape_only_touches() -> None:
    sliver = scale(_degrees_of(TILE), 0.001, 1.0)
    window = PixelWindow.of_tile(TILE)
    assert rasterise([sliver], window, all_touched=True).sum() >= 256
    assert rasterise([sliver], window).sum() <= 256
