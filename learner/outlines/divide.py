"""Dividing: a patch that is several roofs wall to wall becomes one piece a roof.

Where roofs touch, a threshold alone sees half a street as one object. They are told apart by their
depth (:mod:`learner.outlines.basins`), for many pieces at once, which lie side by side on a sheet;
then each part grows over what of its piece the coarser basins missed, and is traced again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from shapely import Polygon
from skimage.measure import label

from learner.grid import PixelWindow
from learner.outlines.basins import PROBABILITY_STEPS, STEP_PX, basins_of, coarse, expected_depth
from learner.outlines.pieces import Piece, summed
from learner.outlines.rings import filled_on_sheet, polygons_of, rings_of
from learner.outlines.sheet import Sheet

# How far parts are grown over pixels that the coarser grid missed.
_REACH_PX = 8
# A piece in a larger rectangle is cut along a grid of such squares first, and no more than one such
# square's worth of pieces is computed at once: both bound the memory.
_SQUARE_PX = 2048


ProbabilityAt = Callable[[PixelWindow], NDArray[np.float32]]
"""Gives the (H, W) float32 probabilities (0..1) that pieces were traced from, in any window."""


def held(probability: NDArray[np.float32], window: PixelWindow) -> ProbabilityAt:
    """Those of a block that is in memory, (H, W) of ``window``; for windows inside it."""

    def cut(part: PixelWindow) -> NDArray[np.float32]:
        row, column = window.offset_of(part)
        return probability[row : row + part.height_px, column : column + part.width_px]

    return cut


def divide(
    pieces: Sequence[Piece],
    probability_at: ProbabilityAt,
    zoom: int,
    *,
    split_depth_px: Sequence[float],
    min_area_px: Sequence[float],
) -> list[list[Piece]]:
    """The parts of each stitched piece that are objects of their own; often the piece alone.

    Each piece's depend on it alone. They are computed together because that is several times as
    fast as one by one.

    Args:
        pieces: n whole ones, that is from :func:`~learner.outlines.stitch.stitch`.
        probability_at: what they were traced from; asked for squares of at most 2048 px.
        zoom: of their pixel grid.
        split_depth_px: for each piece: a part is one of its own when its middle lies this much
            deeper than its neck to the next, in pixels; smaller values divide more.
        min_area_px: for each piece: no smaller part is cut off.

    Returns:
        For each piece the pieces that cover it exactly, without overlap; valid polygons. Their
        pixels and probabilities add up to the given one's.
    """
    parts: list[list[Piece]] = [[] for _ in pieces]
    squares = [
        _Square(index, window, is_all, split_depth_px[index], min_area_px[index])
        for index, piece in enumerate(pieces)
        if piece.area_px >= 2 * min_area_px[index]
        for window, is_all in _squares(piece, zoom)
    ]
    for some in _sheetfuls(squares):
        for index, part in _parts(pieces, some, probability_at):
            parts[index].append(part)
    return [found or [piece] for piece, found in zip(pieces, parts, strict=True)]


@dataclass(frozen=True, slots=True)
class _Square:
    """What is computed at once of a piece: all of it, or what a square of the grid holds."""

    piece: int
    window: PixelWindow
    is_all: bool
    split_depth_px: float
    min_area_px: float


def _squares(piece: Piece, zoom: int) -> Iterator[tuple[PixelWindow, bool]]:
    """The piece's bounds, cut along an absolute grid where they are large; is it uncut?"""
    west, north, east, south = (int(value) for value in piece.polygon.bounds)
    if max(east - west, south - north) <= _SQUARE_PX:
        yield PixelWindow(zoom, west, north, east - west, south - north), True
        return
    for top in range(north - north % _SQUARE_PX, south, _SQUARE_PX):
        for left in range(west - west % _SQUARE_PX, east, _SQUARE_PX):
            corner = max(left, west), max(top, north)
            end = min(left + _SQUARE_PX, east), min(top + _SQUARE_PX, south)
            yield PixelWindow(zoom, *corner, end[0] - corner[0], end[1] - corner[1]), False


def _sheetfuls(squares: Sequence[_Square]) -> Iterator[list[_Square]]:
    """The squares in their order, on no more sheets than their pixels need."""
    some: list[_Square] = []
    pixels = 0
    for square in squares:
        pixels += math.prod(square.window.shape)
        if some and pixels > _SQUARE_PX**2:
            yield some
            some, pixels = [], math.prod(square.window.shape)
        some.append(square)
    if some:
        yield some


def _parts(
    pieces: Sequence[Piece], squares: Sequence[_Square], probability_at: ProbabilityAt
) -> Iterator[tuple[int, Piece]]:
    """The parts of those squares that hold several, or not all of their piece."""
    windows = [square.window for square in squares]
    sheet = Sheet.of([window.shape for window in windows])
    mask = filled_on_sheet([pieces[square.piece].polygon for square in squares], windows, sheet)
    probabilities = [probability_at(window) for window in windows]
    levels = np.zeros(sheet.shape, np.uint16)
    for area, probability in zip(sheet.areas, probabilities, strict=True):
        levels[area] = probability * np.float32(PROBABILITY_STEPS) + np.float32(0.5)
    basins = basins_of(
        expected_depth(mask, levels),
        [coarse(area) for area in sheet.areas],
        split_depth_px=np.array([square.split_depth_px for square in squares]),
        min_area_px=np.array([square.min_area_px for square in squares]),
    )
    cuts: list[_Cut] = []
    for square, area, probability in zip(squares, sheet.areas, probabilities, strict=True):
        found = basins[coarse(area)]
        if square.is_all and (found[found > 0] == found.max()).all():
            continue  # one part, which is the piece
        fine = np.repeat(np.repeat(found, STEP_PX, axis=0), STEP_PX, axis=1)
        height, width = probability.shape
        grown = _grown_over(mask[area], fine[:height, :width])
        cuts += _cuts(square, np.asarray(label(grown, connectivity=1), np.int32), probability)
    for cut, polygon in zip(cuts, _traced(cuts), strict=True):
        is_open = pieces[cut.piece].open
        yield cut.piece, Piece(polygon, cut.probability_sum, cut.area_px, is_open)


def _grown_over(mask: NDArray[np.uint8], parts: NDArray[np.int32]) -> NDArray[np.int32]:
    """The parts, cut to the mask and grown over what of it they miss; the rest is one more part."""
    found = np.where(mask > 0, parts, 0).astype(np.float32)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    missed = (mask > 0) & (found == 0)
    for _ in range(_REACH_PX):
        if not missed.any():
            break
        found = np.where(missed, cv2.dilate(found, cross), found)
        missed = (mask > 0) & (found == 0)
    return np.where(missed, found.max() + 1, found).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A part before it is traced.

    Attributes:
        piece: the number of the piece that it was cut from.
        inside: (h, w) bool, its pixels.
        column_px, row_px: the north-west corner of ``inside`` on the world pixel grid.
    """

    piece: int
    inside: NDArray[np.bool_]
    column_px: int
    row_px: int
    probability_sum: float
    area_px: int


def _cuts(
    square: _Square, numbers: NDArray[np.int32], probability: NDArray[np.float32]
) -> Iterator[_Cut]:
    """A part for each of the ``numbers`` of a square's pixels, in their order; 0 is none."""
    inside = numbers > 0
    boxes = ndimage.find_objects(numbers)
    sums = summed(probability[inside], numbers[inside], len(boxes) + 1).tolist()
    areas = np.bincount(numbers[inside], minlength=len(boxes) + 1).tolist()
    for number, (rows, columns) in enumerate(boxes, start=1):
        yield _Cut(
            square.piece,
            numbers[rows, columns] == number,
            square.window.col_px + columns.start,
            square.window.row_px + rows.start,
            sums[number],
            areas[number],
        )


def _traced(cuts: Sequence[_Cut]) -> list[Polygon]:
    """The parts' polygons. On a sheet of their own, for neighbours would share edges."""
    sheet = Sheet.of([cut.inside.shape for cut in cuts])
    labels = np.zeros(sheet.shape, np.int32)
    shift = np.zeros((len(cuts) + 1, 2), np.int64)
    for number, (cut, (rows, columns)) in enumerate(zip(cuts, sheet.areas, strict=True), start=1):
        np.copyto(labels[rows, columns], number, where=cut.inside)
        shift[number] = cut.column_px - columns.start, cut.row_px - rows.start
    return polygons_of(rings_of(labels), shift)[0]
