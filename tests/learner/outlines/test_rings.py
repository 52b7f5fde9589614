"""Rings around patches: hand-worked corners, and agreement with GDAL's polygons."""

from __future__ import annotations

import cv2
import numpy as np
import rasterio.features
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from learner.grid import PixelWindow
from learner.outlines.pieces import trace
from learner.outlines.rings import filled, rings_of

masks = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 1)
)


def test_a_square_has_four_corners_walked_with_its_inside_on_the_right() -> None:
    labels = np.zeros((4, 5), np.int32)
    labels[1:3, 2:4] = 7
    rings = rings_of(labels)
    assert rings.corners.tolist() == [[2, 1], [4, 1], [4, 3], [2, 3]]
    assert rings.first.tolist() == [0]
    assert rings.label.tolist() == [7]
    assert rings.is_hole.tolist() == [False]


def test_a_hole_is_a_ring_of_its_own_walked_the_other_way() -> None:
    labels = np.ones((3, 3), np.int32)
    labels[1, 1] = 0
    rings = rings_of(labels)
    assert rings.corners[4:].tolist() == [[2, 1], [1, 1], [1, 2], [2, 2]]
    assert rings.is_hole.tolist() == [False, True]
    assert rings.label.tolist() == [1, 1]


def test_pixels_of_two_patches_that_meet_at_a_corner_keep_their_own_rings() -> None:
    rings = rings_of(np.array([[1, 0], [0, 2]], np.int32))
    assert rings.label.tolist() == [1, 2]
    assert np.diff(rings.first, append=len(rings.corners)).tolist() == [4, 4]


def test_two_holes_of_one_patch_that_meet_at_a_corner_are_two_rings() -> None:
    labels = np.ones((4, 4), np.int32)
    labels[1, 1] = labels[2, 2] = 0
    assert rings_of(labels).is_hole.tolist() == [False, True, True]


def test_nothing_has_no_rings() -> None:
    rings = rings_of(np.zeros((3, 3), np.int32))
    assert (len(rings.corners), len(rings.first)) == (0, 0)


@given(mask=masks)
def test_traced_polygons_are_those_of_gdal(mask: np.ndarray) -> None:
    window = PixelWindow(20, 1000, 2000, mask.shape[1], mask.shape[0])
    _, labels = cv2.connectedComponents(mask, connectivity=4, ltype=cv2.CV_32S)
    expected = {
        shapely.normalize(shapely.geometry.shape(geometry)).wkt
        for geometry, _ in rasterio.features.shapes(
            labels, mask=mask != 0, connectivity=4, transform=window_transform(window)
        )
    }
    pieces = trace(mask.astype(np.float32), window, threshold=0.5)
    assert all(piece.polygon.is_valid for piece in pieces)
    assert {piece.polygon.wkt for piece in pieces} == expected


def window_transform(window: PixelWindow) -> rasterio.Affine:
    return rasterio.Affine.translation(window.col_px, window.row_px)


@given(masks, st.integers(-3, 3), st.integers(-3, 3))
def test_filling_what_was_traced_gives_the_patch_back_in_any_window(
    mask: np.ndarray, right: int, down: int
) -> None:
    window = PixelWindow(20, 40, 70, mask.shape[1], mask.shape[0])
    pieces = trace(mask.astype(np.float32), window, threshold=0.5)
    moved = PixelWindow(20, 40 + right, 70 + down, window.width_px, window.height_px)
    expected = np.zeros_like(mask)
    for row, column in np.ndindex(mask.shape):
        if 0 <= row + down < mask.shape[0] and 0 <= column + right < mask.shape[1]:
            expected[row, column] = mask[row + down, column + right]
    found = sum((filled(piece.polygon, moved) for piece in pieces), np.zeros_like(mask))
    np.testing.assert_array_equal(found, expected)
