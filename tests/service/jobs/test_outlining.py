"""Outlines that a young model overdoes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from service.jobs.outlining import with_few_corners


def star(corners: int, seed: int = 0) -> Polygon:
    """A ragged blob of about 100 m around a point, without self-crossings."""
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = 5e-4 * rng.uniform(0.6, 1.0, corners)
    return Polygon(np.c_[35.76 + radii * np.cos(angles), -6.18 + radii * np.sin(angles)])


def test_an_outline_with_few_corners_stays_as_it_is() -> None:
    roof = box(35.76, -6.18, 35.7601, -6.1799)
    assert with_few_corners(roof) is roof


@given(corners=st.integers(20, 3000), most=st.integers(16, 400), seed=st.integers(0, 5))
def test_whatever_comes_leaves_valid_and_bounded(corners: int, most: int, seed: int) -> None:
    found = with_few_corners(star(corners, seed), most)
    assert found.is_valid
    assert not found.is_empty
    assert shapely.get_num_coordinates(found) <= max(most, 5)


def test_a_thousand_yards_in_one_roof_become_few() -> None:
    side = 40
    places = [(column, row) for column in range(side) for row in range(side)]
    yards = [
        box(35.76 + x * 1e-5, -6.18 + y * 1e-5, 35.76 + x * 1e-5 + 4e-6, -6.18 + y * 1e-5 + 4e-6)
        for x, y in places
    ]
    town = box(35.75999, -6.18001, 35.76 + side * 1e-5, -6.18 + side * 1e-5)
    riddled = Polygon(town.exterior, [yard.exterior for yard in yards])
    found = with_few_corners(riddled)
    assert shapely.get_num_coordinates(found) <= 1000
    assert found.area == pytest.approx(town.area, rel=0.05)
