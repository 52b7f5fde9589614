"""Dividing: a patch that is several roofs wall to wall becomes one piece a roof.

Where roofs touch, a threshold alone sees half a street as one object. What tells them apart is how
deep a pixel lies inside: a roof is deep in its middle, and the neck between two roofs is shallow,
both because it is narrow and because the model is less sure there. Depth is therefore averaged over
thresholds: the distance to the edge that is expected when the right threshold is unknown. Roofs are
the basins of that depth (watershed, Beucher & Lantuéjoul 1979), a basin being one of its own when
it is deeper than its neck by ``split_depth_px`` (persistence; the h-maxima of Soille 2003).

Every step but the last is one call for many pieces, which lie side by side on a sheet. All of it is
integers, so that neither blocks nor neighbours on the sheet leave a trace in a piece's parts.
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
from skimage.segmentation import watershed

from learner.grid import PixelWindow
from learner.outlines.pieces import Piece, summed
from learner.outlines.rings import filled_on_sheet, polygons_of, rings_of
from learner.outlines.sheet import Area, Sheet

# The levels over which depth is averaged: the piece's own threshold, and those above it.
_LEVELS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95)
# Takes the staircase out of the depth, which would make a peak of every step.
_SMOOTH_PX = 1.0
# Depth is computed for squares of so many pixels: the network sees no finer.
_STEP_PX = 2
# Probabilities and depths are whole numbers of such steps: exact wherever a piece lies on a sheet.
_PROBABILITY_STEPS = 65_535
_DEPTH_STEPS_PER_PX = 32
# How far parts are grown over pixels that the coarser grid missed.
_REACH_PX = 8
_EIGHT = np.ones((3, 3), np.uint8)  # neighbours over corners too
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
        levels[area] = probability * np.float32(_PROBABILITY_STEPS) + np.float32(0.5)
    basins = _basins(_expected_depth(mask, levels), squares, [_coarse(a) for a in sheet.areas])
    cuts: list[_Cut] = []
    for square, area, probability in zip(squares, sheet.areas, probabilities, strict=True):
        found = basins[_coarse(area)]
        if square.is_all and (found[found > 0] == found.max()).all():
            continue  # one part, which is the piece
        fine = np.repeat(np.repeat(found, _STEP_PX, axis=0), _STEP_PX, axis=1)
        height, width = probability.shape
        grown = _grown_over(mask[area], fine[:height, :width])
        cuts += _cuts(square, np.asarray(label(grown, connectivity=1), np.int32), probability)
    for cut, polygon in zip(cuts, _traced(cuts), strict=True):
        is_open = pieces[cut.piece].open
        yield cut.piece, Piece(polygon, cut.probability_sum, cut.area_px, is_open)


def _coarse(area: Area) -> Area:
    """The same, counted in steps; the sheet begins every image at a whole one."""
    rows, columns = (
        slice(side.start // _STEP_PX, (side.stop + _STEP_PX - 1) // _STEP_PX) for side in area
    )
    return rows, columns


def _expected_depth(mask: NDArray[np.uint8], levels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """(H / 2, W / 2) depth in steps: distance to the edge, averaged over thresholds; 0 outside.

    Args:
        mask: (H, W), 1 inside pieces; both sides even, nothing inside at the edges.
        levels: (H, W), probabilities in steps.
    """
    size = (mask.shape[1] // _STEP_PX, mask.shape[0] // _STEP_PX)
    share = cv2.resize(mask * np.uint8(_STEP_PX**2), size, interpolation=cv2.INTER_AREA)
    sure = cv2.resize(levels, size, interpolation=cv2.INTER_AREA)
    inside = share >= _STEP_PX**2 / 2
    depth = np.zeros(inside.shape, np.float32)
    for level in _LEVELS:
        core = inside & (sure >= level * _PROBABILITY_STEPS)
        depth += cv2.distanceTransform(core.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    steps = depth * np.float32(_DEPTH_STEPS_PER_PX * _STEP_PX / len(_LEVELS)) + np.float32(0.5)
    smooth = cv2.GaussianBlur(steps.astype(np.uint16), (0, 0), _SMOOTH_PX / _STEP_PX)
    return np.where(inside, np.maximum(smooth, 1), 0).astype(np.uint16)


def _basins(
    depth: NDArray[np.uint16], squares: Sequence[_Square], areas: Sequence[Area]
) -> NDArray[np.int32]:
    """The parts of those squares that have several: numbers from 1 on, elsewhere 0.

    ``areas`` are where the squares lie on the sheet of ``depth``.
    """
    square_at = np.zeros(depth.shape, np.int32)
    for number, area in enumerate(areas):
        square_at[area] = number
    split_depth = np.array([square.split_depth_px * _DEPTH_STEPS_PER_PX for square in squares])
    min_area = np.array([square.min_area_px / _STEP_PX**2 for square in squares])
    row, column = np.nonzero((depth > 0) & (depth >= cv2.dilate(depth, _EIGHT)))
    # What is not even deep enough over the ground is no part of its own: most pieces have one
    # summit then, and are passed over.
    deep = depth[row, column] >= split_depth[square_at[row, column]]
    row, column = row[deep], column[deep]
    summits = np.zeros(depth.shape, np.bool_)
    summits[row, column] = True
    markers, count = ndimage.label(summits, structure=_EIGHT, output=np.int32)
    square_of, summit = np.zeros(count + 1, np.int32), np.zeros(count + 1, np.int64)
    square_of[markers[row, column]] = square_at[row, column]
    summit[markers[row, column]] = depth[row, column]
    has_several = np.bincount(square_of[1:], minlength=len(squares)) > 1
    mask = (depth > 0) & has_several[square_at]
    basins = watershed(-depth.astype(np.int32), markers, mask=mask)
    return _merged(basins, depth, summit, split_depth[square_of], min_area[square_of])


def _merged(
    basins: NDArray[np.int32],
    depth: NDArray[np.uint16],
    summits: NDArray[np.int64],
    split_depths: NDArray[np.float64],
    min_areas: NDArray[np.float64],
) -> NDArray[np.int32]:
    """The basins, joined over the deepest necks first where either is hardly deeper, or small.

    Of each basin are given: its greatest depth, and its piece's rules.
    """
    count = len(summits)
    summit, split_depth, min_area = summits.tolist(), split_depths.tolist(), min_areas.tolist()
    area = np.bincount(basins.ravel(), minlength=count).tolist()
    parent = list(range(count))

    def root(basin: int) -> int:
        while parent[basin] != basin:
            parent[basin] = parent[parent[basin]]
            basin = parent[basin]
        return basin

    for neck, left, right in _necks(basins, depth):
        one, other = root(left), root(right)
        if one == other:
            continue
        prominence = min(summit[one], summit[other]) - neck
        if prominence < split_depth[one] or min(area[one], area[other]) < min_area[one]:
            parent[other] = one
            summit[one] = max(summit[one], summit[other])
            area[one] += area[other]
    roots = np.array([root(basin) for basin in range(count)], np.int32)
    return roots[basins]


def _necks(basins: NDArray[np.int32], depth: NDArray[np.uint16]) -> list[tuple[int, int, int]]:
    """The deepest point between each two basins that touch, deepest first."""
    found = []
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        one, other = basins[here], basins[there]
        (apart,) = np.nonzero(((one != other) & (one > 0) & (other > 0)).ravel())
        one, other = one.ravel()[apart], other.ravel()[apart]
        neck = np.minimum(depth[here], depth[there]).ravel()[apart]
        found.append(np.stack([neck, np.minimum(one, other), np.maximum(one, other)]))
    neck, left, right = np.concatenate(found, axis=1, dtype=np.int64)
    by_pair = np.lexsort((-neck, right, left))
    neck, left, right = neck[by_pair], left[by_pair], right[by_pair]
    is_first = np.ones(len(neck), np.bool_)
    is_first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    neck, left, right = neck[is_first], left[is_first], right[is_first]
    order = np.argsort(-neck, kind="stable")
    return list(zip(neck[order].tolist(), left[order].tolist(), right[order].tolist(), strict=True))


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
