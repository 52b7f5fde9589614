"""Counts on audit tiles, worked by hand, and the scores that follow."""

from __future__ import annotations

import math

import mercantile
import numpy as np
import pytest
from shapely import Polygon, box

from learner.evaluation.intervals import Interval
from learner.grid import PixelWindow
from service.domain.measure import as_json, compare_tile, paired_gain, scores_of

TILE = mercantile.Tile(628446, 542323, 20)
NOTHING = np.zeros((256, 256), np.uint8)


def square(left_px: float, top_px: float, side_px: float = 64) -> Polygon:
    """A square by pixels of the tile, in EPSG:4326."""
    west, south, east, north = mercantile.bounds(TILE)
    across, down = (east - west) / 256, (north - south) / 256
    return box(
        west + left_px * across,
        north - (top_px + side_px) * down,
        west + (left_px + side_px) * across,
        north - top_px * down,
    )


def raster(left_px: int, top_px: int, side_px: int = 64, value: int = 255) -> np.ndarray:
    found = NOTHING.copy()
    found[top_px : top_px + side_px, left_px : left_px + side_px] = value
    return found


def test_pixels_and_objects_of_a_tile_are_counted_by_hand() -> None:
    """Two roofs; one is found half a roof too far east, one is missed, one is invented."""
    truth = [square(0, 0), square(128, 128)]
    shown = [square(16, 0), square(0, 192)]
    probability = raster(16, 0) | raster(0, 192)
    counts = compare_tile(probability, shown, truth, TILE, 0.5)
    overlap, area = 48 * 64, 64 * 64
    assert counts[:4] == (
        overlap,
        2 * area - overlap,
        2 * area - overlap,
        256 * 256 - 4 * area + overlap,
    )
    # IoU of the shifted one: 48 / 80 = 0.6 → found.
    assert counts[4:] == (1, 1, 1)


def test_a_pixel_counts_from_the_threshold_on() -> None:
    at, below = raster(0, 0, value=128), raster(0, 0, value=127)
    assert compare_tile(at, [], [], TILE, 128 / 255)[1] == 64 * 64
    assert compare_tile(below, [], [], TILE, 128 / 255)[1] == 0


def test_objects_are_clipped_to_the_tile() -> None:
    """A roof mostly in the neighbour: only its part in here is compared."""
    reaches_in = square(-48, 100)
    assert compare_tile(NOTHING, [square(0, 100, 16)], [reaches_in], TILE, 0.5)[4:] == (0, 1, 1)
    whole_as_shown = square(-50, 100)
    assert compare_tile(NOTHING, [whole_as_shown], [reaches_in], TILE, 0.5)[4:] == (1, 0, 0)


def test_slivers_of_neighbours_objects_count_on_neither_side() -> None:
    sliver = square(255.8, 0, 64)  # 0.2 px × 64 px inside
    assert compare_tile(NOTHING, [sliver], [], TILE, 0.5)[4:] == (0, 0, 0)
    assert compare_tile(NOTHING, [], [sliver], TILE, 0.5)[4:] == (0, 0, 0)


def test_the_tiles_edge_pixels_belong_to_it() -> None:
    everywhere = [square(-1000, -1000, 3000)]
    full = np.full((256, 256), 255, np.uint8)
    assert compare_tile(full, everywhere, everywhere, TILE, 0.5) == (256 * 256, 0, 0, 0, 1, 0, 0)
    assert PixelWindow.of_tile(TILE).shape == full.shape


def test_scores_come_from_summed_counts() -> None:
    counts = {1: (30, 10, 0, 60, 3, 1, 0), 2: (0, 0, 20, 80, 0, 0, 1)}
    found = scores_of(counts, seed=0)
    assert found["iou"]["estimate"] == pytest.approx(30 / 60)
    assert found["precision"]["estimate"] == pytest.approx(30 / 40)
    assert found["recall"]["estimate"] == pytest.approx(30 / 50)
    assert found["f1"]["estimate"] == pytest.approx(60 / 90)
    assert found["object_f1"]["estimate"] == pytest.approx(6 / 8)
    assert found["iou"]["low"] <= found["iou"]["estimate"] <= found["iou"]["high"]


def test_without_a_tile_there_is_no_score() -> None:
    assert scores_of({}, seed=0) == {}


def test_what_is_unknown_is_null_for_json() -> None:
    empty_ground = {1: (0, 0, 0, 100, 0, 0, 0), 2: (0, 0, 0, 100, 0, 0, 0)}
    assert scores_of(empty_ground, seed=0)["iou"] == {"estimate": None, "low": None, "high": None}
    assert as_json(Interval(0.5, math.nan, 0.7)) == {"estimate": 0.5, "low": None, "high": 0.7}


def test_a_gain_is_taken_on_the_tiles_that_both_were_compared_on() -> None:
    after = {1: (50, 0, 50, 0, 0, 0, 0), 2: (80, 0, 20, 0, 0, 0, 0), 3: (0, 9, 9, 0, 0, 0, 0)}
    before = {1: (40, 0, 60, 0, 0, 0, 0), 2: (60, 0, 40, 0, 0, 0, 0), 9: (99, 0, 0, 0, 0, 0, 0)}
    gain = paired_gain(after, before, seed=0)
    assert gain is not None
    assert gain.estimate == pytest.approx(130 / 200 - 100 / 200)
    assert paired_gain(after, {9: before[9]}, seed=0) is None
