"""Outlines that a young model overdoes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from learner.outlines.rules import OutlineRules
from learner.vectorise import Outline
from service.jobs.outlining import bounded, cut_to_few_corners, rules_of
from service.tables import Campaign


def star(corners: int, seed: int = 0) -> Polygon:
    """A ragged blob of about 100 m around a point, without self-crossings."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = 5e-4 * rng.uniform(0.6, 1.0, corners)
    return Polygon(np.c_[35.76 + radii * np.cos(angles), -6.18 + radii * np.sin(angles)])


def test_an_outline_with_few_corners_stays_as_it_is() -> None:
    roof = box(35.76, -6.18, 35.7601, -6.1799)
    assert cut_to_few_corners(roof) == [roof]


def test_what_is_kept_is_still_valid_when_its_corners_are_rounded_on_the_way_to_people() -> None:
    side, half = 1e-4, 2e-9  # two roofs of ten metres, joined by less than half a millimetre
    west, south = 85.52, 27.63
    east, north = west + 3 * side, south + side
    low, high = south + side / 2 - half, south + side / 2 + half
    joined = Polygon(
        [(west, south), (west + side, south), (west + side, low), (east - side, low),
         (east - side, south), (east, south), (east, north), (east - side, north),
         (east - side, high), (west + side, high), (west + side, north), (west, north)]
    )  # fmt: skip
    assert joined.is_valid and not rounded(joined).is_valid
    kept = [each.polygon for each in bounded([Outline(joined, 0.9, 250.0)])]
    assert len(kept) == 2
    for part in kept:
        assert rounded(part).equals_exact(part, 1e-12) and part.is_valid
    assert sum(part.area for part in kept) == pytest.approx(2 * side**2, rel=1e-3)


def rounded(polygon: Polygon) -> Polygon:
    return Polygon(np.round(polygon.exterior.coords, 8))


@given(corners=st.integers(20, 3000), most=st.integers(16, 400), seed=st.integers(0, 5))
def test_whatever_comes_leaves_in_valid_and_bounded_parts_that_cover_it(
    corners: int, most: int, seed: int
) -> None:
    ragged = star(corners, seed)
    parts = cut_to_few_corners(ragged, most)
    assert all(part.is_valid for part in parts)
    assert max(shapely.get_num_coordinates(parts)) <= most
    assert sum(part.area for part in parts) == pytest.approx(ragged.area, rel=0.01)
    assert shapely.union_all(parts).area == pytest.approx(ragged.area, rel=0.01)


def test_a_thousand_yards_in_one_roof_are_kept_in_its_parts() -> None:
    side = 40
    places = [(column, row) for column in range(side) for row in range(side)]
    yards = [
        box(35.76 + x * 1e-5, -6.18 + y * 1e-5, 35.76 + x * 1e-5 + 4e-6, -6.18 + y * 1e-5 + 4e-6)
        for x, y in places
    ]
    town = box(35.75999, -6.18001, 35.76 + side * 1e-5, -6.18 + side * 1e-5)
    riddled = Polygon(town.exterior, [yard.exterior for yard in yards])
    parts = cut_to_few_corners(riddled)
    assert max(shapely.get_num_coordinates(parts)) <= 1000
    assert sum(part.area for part in parts) == pytest.approx(riddled.area)


def test_a_campaigns_class_chooses_how_its_outlines_are_made_and_its_policy_may_differ() -> None:
    assert rules_of(Campaign(class_name="Building", policy={})).right_angles
    assert rules_of(Campaign(class_name="road", policy={})).split_depth_m == 0
    assert rules_of(Campaign(class_name="water", policy={})) == OutlineRules()
    plain = Campaign(class_name="building", policy={"outlines": {"preset": "plain"}})
    assert rules_of(plain) == OutlineRules()
