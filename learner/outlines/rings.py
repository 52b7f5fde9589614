"""The exact borders of labelled patches, as rings of corners.

A border on the pixel grid is known by its corners alone: along each row of the grid they are the
ends of its horizontal edges, two by two, and along each column of its vertical ones. So all edges
of an image come from one sort, and only walking along them is left to Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from learner.grid import PixelWindow
from learner.outlines.sheet import Sheet

_NW, _NE, _SW, _SE = 1, 2, 4, 8
_RISING, _FALLING = _NE | _SW, _NW | _SE  # two pixels that meet at their corners only
_CORNERS = np.array([bin(code).count("1") % 2 for code in range(16)], dtype=np.uint8)
_CORNERS[[_RISING, _FALLING]] = 2


@dataclass(frozen=True, slots=True)
class Rings:
    """Closed borders, each walked with its patch on the right.

    Attributes:
        corners: (N, 2) int64 columns and rows of the pixel grid, ring after ring; the first corner
            of a ring is not repeated at its end.
        first: (R,) int64, index of each ring's first corner, the northernmost of its ring.
        label: (R,) int32, of the patch that the ring bounds.
        is_hole: (R,) bool.
    """

    corners: NDArray[np.int64]
    first: NDArray[np.int64]
    label: NDArray[np.int32]
    is_hole: NDArray[np.bool_]


def rings_of(labels: NDArray[np.int32]) -> Rings:
    """The rings of all patches, ordered by their northernmost corners.

    Args:
        labels: (H, W), 0 outside; patches are 4-connected, and two of them never share an edge.
    """
    row, column, upper_first = _corners(labels)
    # Row by row the corners at even places begin a horizontal edge, those at odd places end it.
    by_column = np.lexsort((upper_first, row, column))
    across = np.empty_like(by_column)
    across[by_column[::2]], across[by_column[1::2]] = by_column[1::2], by_column[::2]
    west = np.arange(0, len(row), 2)
    is_below = _at(labels, row[west], column[west]) != 0
    start = np.where(is_below, west, west + 1)  # eastwards along a northern border
    order, first = _walks((across[start ^ 1] >> 1).tolist())
    ends = np.stack([start[order], start[order] ^ 1], axis=1).ravel()
    leader = order[first]
    is_hole = ~is_below[leader]
    label = _at(labels, row[2 * leader] - is_hole, column[2 * leader])
    return Rings(np.stack([column[ends], row[ends]], axis=1), 2 * first, label, is_hole)


def polygons_of(rings: Rings, shift: NDArray[np.int64]) -> tuple[list[Polygon], list[int]]:
    """The patches as polygons with their holes, normalised, and their labels in the same order.

    Args:
        rings: of n patches.
        shift: (labels, 2), columns and rows to move each patch by, at the place of its label.

    Returns:
        n valid polygons and n labels, which rise.
    """
    ring_of_corner = np.repeat(
        np.arange(len(rings.first)), np.diff(rings.first, append=len(rings.corners))
    )
    corners = rings.corners + shift[rings.label[ring_of_corner]]
    # All at once: one by one, making the polygons would take longer than tracing them.
    linear_rings = shapely.linearrings(corners.astype(np.float64), indices=ring_of_corner)
    order = np.lexsort((rings.is_hole, rings.label))  # of each patch its outline, then its holes
    found, polygon_of_ring = np.unique(rings.label[order], return_inverse=True)
    polygons = shapely.polygons(linear_rings[order], indices=polygon_of_ring)
    return list(shapely.normalize(polygons)), found.tolist()


def filled(polygon: Polygon, window: PixelWindow) -> NDArray[np.uint8]:
    """The inverse, for one polygon: (H, W) uint8, 1 where a pixel of ``window`` lies inside.

    Args:
        polygon: in world pixels, its edges along the pixel grid, its outline and holes walked in
            opposite directions.
        window: what of the polygon is wanted; it may be larger, or cut it.
    """
    height, width = window.shape
    return filled_on_sheet([polygon], [window], Sheet((np.s_[0:height, 0:width],), window.shape))


def filled_on_sheet(
    polygons: Sequence[Polygon], windows: Sequence[PixelWindow], sheet: Sheet
) -> NDArray[np.uint8]:
    """The same for each polygon and its window, at the window's area of a sheet.

    Each vertical edge changes, from its column on, all rows that it passes. So only the ends of
    edges are written, and two running sums fill the rest.
    """
    rings, of_ring = shapely.get_rings(np.array(polygons, dtype=object), return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    of_corner = of_ring[ring]
    west, north = np.array([(w.col_px, w.row_px) for w in windows]).T
    height, width = np.array([w.shape for w in windows]).T
    top, left = np.array([(rows.start, columns.start) for rows, columns in sheet.areas]).T
    column, row = corners.astype(np.int64).T
    column = np.clip(column - west[of_corner], 0, width[of_corner]) + left[of_corner]
    row = np.clip(row - north[of_corner], 0, height[of_corner]) + top[of_corner]
    (edge,) = np.nonzero((ring[1:] == ring[:-1]) & (row[1:] != row[:-1]))
    changes = np.zeros((sheet.shape[0] + 1, sheet.shape[1] + 1), np.int8)
    np.add.at(changes, (row[edge], column[edge]), 1)
    np.add.at(changes, (row[edge + 1], column[edge]), -1)
    np.cumsum(changes, axis=0, out=changes)
    np.cumsum(changes, axis=1, out=changes)
    inside: NDArray[np.uint8] = (changes[:-1, :-1] != 0).view(np.uint8)
    return inside


def _corners(labels: NDArray[np.int32]) -> tuple[NDArray[np.int64], ...]:
    """Rows and columns of all corners, row by row, and which of two at one place is the upper.

    Where two pixels meet at a corner there are two: the western first, which ends an edge, then
    the eastern, which begins one. In patches of different labels each pixel keeps its own corner;
    within one patch they are joined, so that no ring touches itself.
    """
    inside = np.zeros((labels.shape[0] + 2, labels.shape[1] + 2), np.uint8)
    inside[1:-1, 1:-1] = labels != 0
    # Around a corner an odd number of the four pixels is inside, or two that lie crosswise.
    across = inside[:, :-1] ^ inside[:, 1:]
    found = across[:-1] ^ across[1:]
    found |= across[:-1] & across[1:] & (inside[:-1, :-1] ^ inside[1:, :-1])
    place = np.flatnonzero(found.view(np.bool_))  # of booleans, ten times as fast
    north_west = place + place // found.shape[1]  # for each row of pixels is one longer
    south_west = north_west + inside.shape[1]
    code = inside.take(north_west) + _NE * inside.take(north_west + 1)
    code += _SW * inside.take(south_west) + _SE * inside.take(south_west + 1)
    twice = _CORNERS[code]
    place, code = np.repeat(place, twice), np.repeat(code, twice)
    row, column = np.divmod(place, labels.shape[1] + 1)
    eastern = np.zeros(len(place), np.int64)
    eastern[1:] = place[1:] == place[:-1]
    crossing = np.isin(code, (_RISING, _FALLING))
    rising = code == _RISING
    one = _at(labels, row - 1, np.where(rising, column, column - 1))
    other = _at(labels, row, np.where(rising, column - 1, column))
    return row, column, np.where(crossing, eastern ^ rising ^ (one == other), 0)


def _at(
    labels: NDArray[np.int32], row: NDArray[np.int64], column: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Labels at pixels, 0 beyond the image."""
    height, width = labels.shape
    there = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return np.where(there, labels[np.where(there, row, 0), np.where(there, column, 0)], 0)


def _walks(following: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All edges in the order of walking, walk after walk, and where each walk begins."""
    order: list[int] = []
    first: list[int] = []
    seen = bytearray(len(following))
    for edge in range(len(following)):
        if seen[edge]:
            continue
        first.append(len(order))
        while not seen[edge]:
            seen[edge] = 1
            order.append(edge)
            edge = following[edge]  # the walk goes on from here
    return np.array(order, np.int64), np.array(first, np.int64)
