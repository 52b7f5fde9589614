import mercantile
import numpy as np
import pytest
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import scale

from learner.data.rasterise import rasterise
from learner.grid import PixelWindow

TILE = mercantile.Tile(773380, 440482, 20)


def _degrees_of(tile: mercantile.Tile) -> Polygon:
    return box(*mercantile.bounds(tile))


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


def of_tile(west: float, east: float, south: float = 0.25, north: float = 0.75) -> Polygon:
    """A rectangle at these shares of the tile's width and height."""
    left, bottom, right, top = mercantile.bounds(TILE)
    wide, high = right - left, top - bottom
    return box(left + west * wide, bottom + south * high, left + east * wide, bottom + north * high)


def test_a_seam_is_left_out_between_roofs_that_touch_and_nowhere_else() -> None:
    window = PixelWindow.of_tile(TILE)
    roofs = [of_tile(0.25, 0.5), of_tile(0.5, 0.75)]
    whole, seamed = rasterise(roofs, window), rasterise(roofs, window, seam_px=4)
    left_out = (whole == 1) & (seamed == 0)
    assert left_out[:, 126:130].sum() == left_out.sum() == 4 * 128
    assert not (seamed > whole).any()
    alone = rasterise(roofs[:1], window, seam_px=4)
    assert alone.sum() == rasterise(roofs[:1], window).sum()


def test_a_gap_that_is_wide_enough_needs_no_seam() -> None:
    roofs = [of_tile(0.25, 0.48), of_tile(0.52, 0.75)]
    window = PixelWindow.of_tile(TILE)
    assert (rasterise(roofs, window, seam_px=4) == rasterise(roofs, window)).all()


def test_a_roof_drawn_twice_is_one_roof_not_a_seam() -> None:
    twice = [of_tile(0.25, 0.5), of_tile(0.26, 0.51)]
    window = PixelWindow.of_tile(TILE)
    assert (rasterise(twice, window, seam_px=4) == rasterise(twice, window)).all()
