"""Starting labels from other imagery, once people have answered some tiles."""

from __future__ import annotations

import mercantile
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from learner.world_pixels import lon_lat_of
from service.jobs.unverified import LEAST_COMPARED, PRIOR_WEIGHT, WEIGHT_MOST, corrected

FIRST = mercantile.Tile(773380, 440482, 20)


def houses(tile: mercantile.Tile, *, east_px: float = 0, south_px: float = 0) -> list[Polygon]:
    """Three houses of a tile, drawn so many pixels off."""
    rng = np.random.default_rng(tile.x)
    left, top = tile.x * 256 + east_px, tile.y * 256 + south_px
    corners = rng.integers(20, 180, (3, 2))
    return [
        lon_lat_of(box(left + x, top + y, left + x + 50, top + y + 40), tile.z) for x, y in corners
    ]


def campaign(
    count: int, **off: float
) -> tuple[list[Polygon], dict[tuple[int, int], list[Polygon]]]:
    """Starting labels over all of some tiles, and what people drew there."""
    tiles = [mercantile.Tile(FIRST.x + 2 * index, FIRST.y, 20) for index in range(count)]
    starting = [house for tile in tiles for house in houses(tile, **off)]
    return starting, {(tile.x, tile.y): houses(tile) for tile in tiles}


def test_outlines_that_lie_off_are_moved_onto_what_people_drew() -> None:
    starting, labelled = campaign(8, east_px=14, south_px=-9)
    moved, weight = corrected(starting, labelled, 20)
    truth = [house for drawn in labelled.values() for house in drawn]
    apart = shapely.hausdorff_distance(moved, truth)
    before = shapely.hausdorff_distance(starting, truth)
    assert apart.max() < 0.05 * before.min()
    assert weight == WEIGHT_MOST


def test_outlines_of_somewhere_else_are_trusted_little() -> None:
    starting, labelled = campaign(8)
    places = list(labelled)
    shuffled = {place: houses(mercantile.Tile(place[0] + 997, place[1], 20)) for place in places}
    at_home = {
        place: [
            shapely.transform(house, lambda xy, x=place[0]: xy - _east_of(x + 997, x))
            for house in drawn
        ]
        for place, drawn in shuffled.items()
    }
    _, weight = corrected(starting, at_home, 20)
    assert weight < PRIOR_WEIGHT


def _east_of(x: int, other: int) -> tuple[float, float]:
    return mercantile.ul(x, FIRST.y, 20).lng - mercantile.ul(other, FIRST.y, 20).lng, 0.0


@pytest.mark.parametrize("count", [0, LEAST_COMPARED - 1])
def test_a_few_tiles_prove_nothing(count: int) -> None:
    starting, labelled = campaign(count, east_px=14)
    assert corrected(starting, labelled, 20) == (starting, PRIOR_WEIGHT)
