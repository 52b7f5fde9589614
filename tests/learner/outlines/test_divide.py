"""Patches that are several roofs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.outlines import divide as module
from learner.vectorise import OutlineRules, Piece, ProbabilityAt, divide, outlines, stitch, trace

COL_PX, ROW_PX, ZOOM = 2**27 + 300, 2**26 + 77, 20


def window_of(scene: NDArray[np.float32]) -> PixelWindow:
    return PixelWindow(ZOOM, COL_PX, ROW_PX, scene.shape[1], scene.shape[0])


def reader(scene: NDArray[np.float32]) -> ProbabilityAt:
    def read(window: PixelWindow) -> NDArray[np.float32]:
        row, column = window_of(scene).offset_of(window)
        return scene[row : row + window.height_px, column : column + window.width_px]

    return read


def divided(
    pieces: Sequence[Piece], read: ProbabilityAt, depth: float, area: float
) -> list[list[Piece]]:
    each = [depth] * len(pieces), [area] * len(pieces)
    return divide(pieces, read, ZOOM, split_depth_px=each[0], min_area_px=each[1])


def parts_of(scene: NDArray[np.float32], depth: float = 2.0, area: float = 30.0) -> list[Piece]:
    pieces = stitch(trace(scene, window_of(scene), threshold=0.5))
    return [part for patch in divided(pieces, reader(scene), depth, area) for part in patch]


def two_roofs(neck: float) -> NDArray[np.float32]:
    """Two 30-px roofs wall to wall; the model is as sure of the wall's 4 px as ``neck``."""
    scene = np.zeros((40, 80), np.float32)
    scene[5:35, 5:75] = 0.97
    scene[5:35, 38:42] = neck
    return scene


def test_roofs_wall_to_wall_are_told_apart_where_the_model_is_less_sure() -> None:
    left, right = sorted(parts_of(two_roofs(0.6)), key=lambda part: part.polygon.bounds)
    wall = COL_PX + 40
    assert left.polygon.bounds[2] == pytest.approx(wall, abs=2)
    assert right.polygon.bounds[0] == pytest.approx(wall, abs=2)


def test_one_long_roof_that_the_model_is_sure_of_stays_one() -> None:
    assert len(parts_of(two_roofs(0.97))) == 1


def test_a_narrow_neck_divides_too_and_a_bay_does_not() -> None:
    houses = np.zeros((40, 80), np.float32)
    houses[5:35, 5:35] = houses[5:35, 45:75] = houses[18:22, 35:45] = 0.97
    assert len(parts_of(houses)) == 2
    bay = np.zeros((50, 50), np.float32)
    bay[5:35, 5:45] = bay[35:39, 20:30] = 0.97
    assert len(parts_of(bay)) == 1


@pytest.mark.parametrize("angle_deg", [10, 20, 30, 40])
def test_squared_neighbours_do_not_overlap(angle_deg: float) -> None:
    turn = cv2.getRotationMatrix2D((80, 80), angle_deg, 1)
    scene = np.zeros((160, 160), np.float32)
    scene[40:120, 20:80] = scene[55:105, 80:140] = 0.97
    scene[40:120, 78:82] = np.minimum(scene[40:120, 78:82], 0.6)
    scene = cv2.warpAffine(scene, turn, (160, 160), flags=cv2.INTER_NEAREST)
    pieces = stitch(trace(scene, window_of(scene), threshold=0.5))
    rules = OutlineRules.from_mapping({"preset": "buildings"})
    found = [each.polygon for each in outlines(pieces, ZOOM, rules, reader(scene))]
    assert len(found) > 1
    for place, one in enumerate(found):
        assert all(one.intersection(other).area < 1e-4 * one.area for other in found[:place])


def test_no_part_is_smaller_than_asked_for() -> None:
    scene = two_roofs(0.6)
    assert len(parts_of(scene, area=900)) == 2
    assert len(parts_of(scene, area=1100)) == 1


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(2, 40), st.integers(2, 40)),
        elements=st.sampled_from([0.0, 0.55, 0.7, 0.9, 1.0]),
    ),
    st.sampled_from([0.05, 0.5, 2.0]),
    st.sampled_from([0.0, 3.0]),
)
def test_parts_cover_their_piece_exactly(
    scene: NDArray[np.float32], depth: float, area: float
) -> None:
    for piece in stitch(trace(scene, window_of(scene), threshold=0.5)):
        (parts,) = divided([piece], reader(scene), depth, area)
        polygons = [part.polygon for part in parts]
        assert all(polygon.is_valid for polygon in polygons)
        assert shapely.equals(shapely.union_all(polygons), piece.polygon)
        assert [part.area_px for part in parts] == [polygon.area for polygon in polygons]
        assert sum(part.area_px for part in parts) == piece.area_px
        assert sum(part.probability_sum for part in parts) == piece.probability_sum


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(20, 60), st.integers(20, 60)),
        elements=st.sampled_from([0.0, 0.55, 0.7, 0.9, 1.0]),
        fill=st.just(0.97),
    ),
    st.sampled_from([0.5, 2.0]),
)
def test_pieces_that_are_divided_together_are_divided_as_alone(
    scene: NDArray[np.float32], depth: float
) -> None:
    pieces = stitch(trace(scene, window_of(scene), threshold=0.5))
    together = divided(pieces, reader(scene), depth, 3.0)
    assert together == [divided([piece], reader(scene), depth, 3.0)[0] for piece in pieces]


def test_what_is_shallower_than_a_neck_may_be_is_never_a_part() -> None:
    scene = np.zeros((40, 80), np.float32)
    scene[5:35, 5:35] = scene[18:20, 35:60] = scene[15:23, 60:68] = 0.97
    assert len(parts_of(scene, depth=2.0)) == 2
    assert len(parts_of(scene, depth=5.0)) == 1


def test_a_piece_larger_than_a_square_is_divided_square_by_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_SQUARE_PX", 32)
    scene = two_roofs(0.6)
    asked: list[PixelWindow] = []

    def read(window: PixelWindow) -> NDArray[np.float32]:
        asked.append(window)
        return reader(scene)(window)

    (piece,) = trace(scene, window_of(scene), threshold=0.5)
    (parts,) = divided([piece], read, 2.0, 30.0)
    assert max(max(window.shape) for window in asked) <= 32
    assert sum(part.area_px for part in parts) == piece.area_px


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(2, 24), st.integers(2, 24)),
        elements=st.sampled_from([0.0, 0.55, 0.7, 0.9, 1.0]),
    ),
    st.floats(0.0, 1.0),
)
def test_cutting_a_scene_into_blocks_never_changes_its_divided_outlines(
    scene: NDArray[np.float32], cut: float
) -> None:
    rules = OutlineRules(split_depth_m=0.1, min_area_m2=0.05)
    middle = int(cut * scene.shape[1])
    halves = [
        piece
        for left, right in ((0, middle), (middle, scene.shape[1]))
        if left < right
        for piece in trace(
            np.ascontiguousarray(scene[:, left:right]),
            PixelWindow(ZOOM, COL_PX + left, ROW_PX, right - left, scene.shape[0]),
            threshold=0.5,
        )
    ]
    whole = stitch(trace(scene, window_of(scene), threshold=0.5))
    assert outlines(stitch(halves), ZOOM, rules, reader(scene)) == outlines(
        whole, ZOOM, rules, reader(scene)
    )
