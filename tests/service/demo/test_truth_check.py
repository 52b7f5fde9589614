from __future__ import annotations

import mercantile
import pytest
from shapely import box

from service.demo.truth_check import TruthCheck, check_against_truth
from service.truth import Truth

TILE = mercantile.Tile(532000, 489000, 20)


def part(from_share: float, to_share: float) -> Truth:
    """The tile's vertical strip between two shares of its width."""
    west, south, east, north = mercantile.bounds(TILE)
    wide = east - west
    return Truth([box(west + from_share * wide, south, west + to_share * wide, north)])


def test_half_overlapping_strips_have_an_iou_of_a_third() -> None:
    check = check_against_truth(part(0.0, 0.5), part(0.25, 0.75), [TILE])

    # 64 columns of 256 px in both, 192 in either
    assert check == TruthCheck(both_px=64 * 256, either_px=192 * 256)
    assert check.iou == pytest.approx(1 / 3)


def test_only_the_tiles_asked_about_count() -> None:
    neighbour = mercantile.Tile(TILE.x + 5, TILE.y, TILE.z)

    assert check_against_truth(part(0, 1), part(0, 1), [neighbour]) == TruthCheck(0, 0)
    assert TruthCheck(0, 0).iou == 1.0
