"""Dividing: a patch that is several roofs wall to wall becomes one piece a roof.

Where roofs touch, a threshold alone sees half a street as one object. What tells them apart is how
deep a pixel lies inside: a roof is deep in its middle, and the neck between two roofs is shallow,
both because it is narrow and because the model is less sure there. Depth is therefore averaged over
thresholds: the distance to the edge that is expected when the right threshold is unknown. Roofs are
the basins of that depth (watershed, Beucher & Lantuéjoul 1979), a basin being one of its own when
it is deeper than its neck by ``split_depth_px`` (persistence; the h-maxima of Soille 2003).

Everything is computed in the piece's own rectangle, so blocks leave no trace in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from scipy import ndimage
from shapely import Polygon
from skimage.measure import label
from skimage.segmentation import watershed

from learner.grid import PixelWindow
from learner.outlines.pieces import Piece, summed
from learner.outlines.rings import filled

# The levels over which depth is averaged: the piece's own threshold, and those above it.
_LEVELS = np.array([0.0, 0.6, 0.7, 0.8, 0.9, 0.95], np.float32)
# Takes the staircase out of the depth, which would make a peak of every step.
_SMOOTH_PX = 1.0
# Depth is computed for squares of so many pixels: the network sees no finer.
_STEP_PX = 2
# How far parts are grown over pixels that the coarser grid missed.
_REACH_PX = 8
_EIGHT = np.ones((3, 3), np.uint8)  # neighbours over corners too
# A piece in a larger rectangle is cut along a grid of such squares first, to bound the memory.
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
    piece: Piece,
    probability_at: ProbabilityAt,
    zoom: int,
    *,
    split_depth_px: float,
    min_area_px: float,
) -> list[Piece]:
    """The parts of a stitched piece that are objects of their own; often the piece alone.

    Args:
        piece: whole, that is from :func:`~learner.outlines.stitch.stitch`.
        probability_at: what the piece was traced from; asked for squares of at most 2048 px.
        zoom: of the piece's pixel grid.
        split_depth_px: a part is one of its own when its middle lies this much deeper than its
            neck to the next, in pixels; smaller values divide more.
        min_area_px: no smaller part is cut off.

    Returns:
        Pieces that cover the given one exactly, without overlap; valid polygons. Their pixels and
        probabilities add up to the given piece's.
    """
    if piece.area_px < 2 * min_area_px:
        return [piece]
    squares = list(_squares(piece, zoom))
    parts: list[Piece] = []
    for square in squares:
        probability = probability_at(square)
        basins = _basins(filled(piece.polygon, square), probability, split_depth_px, min_area_px)
        if len(squares) == 1 and basins.max() == 1:
            return [piece]
        parts += _pieces(basins, probability, square, piece.open)
    return parts


def _squares(piece: Piece, zoom: int) -> Iterator[PixelWindow]:
    """The piece's bounds, cut along an absolute grid where they are large."""
    west, north, east, south = (int(value) for value in piece.polygon.bounds)
    if max(east - west, south - north) <= _SQUARE_PX:
        yield PixelWindow(zoom, west, north, east - west, south - north)
        return
    for top in range(north - north % _SQUARE_PX, south, _SQUARE_PX):
        for left in range(west - west % _SQUARE_PX, east, _SQUARE_PX):
            corner = max(left, west), max(top, north)
            end = min(left + _SQUARE_PX, east), min(top + _SQUARE_PX, south)
            yield PixelWindow(zoom, *corner, end[0] - corner[0], end[1] - corner[1])


def _basins(
    mask: NDArray[np.uint8],
    probability: NDArray[np.float32],
    split_depth_px: float,
    min_area_px: float,
) -> NDArray[np.int32]:
    """(H, W) int32: 0 outside the mask, 1, 2, … for the parts inside, each 4-connected."""
    depth = _expected_depth(mask, probability)
    summits = (depth > 0) & (depth >= cv2.dilate(depth, _EIGHT))
    if _is_single(depth, summits, split_depth_px):
        return mask.astype(np.int32)
    markers, _ = ndimage.label(summits, structure=_EIGHT, output=np.int32)
    basins = watershed(-depth, markers, mask=depth > 0)
    merged = _merged(basins, depth, split_depth_px, min_area_px / _STEP_PX**2)
    fine = np.repeat(np.repeat(merged, _STEP_PX, axis=0), _STEP_PX, axis=1)
    height, width = mask.shape
    grown = _grown_over(mask, fine[:height, :width])
    return np.asarray(label(grown, connectivity=1), np.int32)


def _is_single(
    depth: NDArray[np.float32], summits: NDArray[np.bool_], split_depth_px: float
) -> bool:
    """Whether straight ways alone show that no neck is deep enough to divide at.

    Nine in ten pieces are one roof; for these it saves the watershed. From each summit a way of
    4-connected pixels leads to the deepest one: the true neck is at least as deep as that way.
    """
    rows, columns = np.nonzero(summits)
    heights = depth[rows, columns]
    if len(rows) <= 1:
        return True
    top = int(heights.argmax())
    steps = int(max(np.ptp(rows), np.ptp(columns))) + 1
    share = np.linspace(0.0, 1.0, steps + 1)[:, None]
    row = np.rint(rows + share * (rows[top] - rows)).astype(np.intp)
    column = np.rint(columns + share * (columns[top] - columns)).astype(np.intp)
    neck = np.minimum(depth[row, column].min(axis=0), depth[row[:-1], column[1:]].min(axis=0))
    return bool(((neck > 0) & (heights - neck < split_depth_px)).all())


def _expected_depth(
    mask: NDArray[np.uint8], probability: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(H / 2, W / 2) float32: pixels to the edge, averaged over thresholds; 0 outside the mask."""
    height, width = mask.shape
    south, east = -height % _STEP_PX, -width % _STEP_PX
    size = ((width + east) // _STEP_PX, (height + south) // _STEP_PX)
    share = cv2.resize(
        _bordered(mask.astype(np.float32), 0, south, 0, east), size, interpolation=cv2.INTER_AREA
    )
    sure = cv2.resize(_bordered(probability, 0, south, 0, east), size, interpolation=cv2.INTER_AREA)
    inside = _bordered((share >= 0.5).astype(np.uint8), 1, 1, 1, 1)
    sure = _bordered(sure, 1, 1, 1, 1)
    # One above the other, in one call: their borders keep the levels apart.
    cores = (inside > 0) & (sure >= _LEVELS[:, None, None])
    stacked = cores.view(np.uint8).reshape(-1, inside.shape[1])
    depths = cv2.distanceTransform(stacked, cv2.DIST_L2, cv2.DIST_MASK_5)
    depth = depths.reshape(cores.shape).sum(axis=0)
    smooth = cv2.GaussianBlur(depth * (_STEP_PX / len(_LEVELS)), (0, 0), _SMOOTH_PX / _STEP_PX)
    return np.where(inside > 0, smooth, np.float32(0))[1:-1, 1:-1]


def _bordered(image: NDArray[Any], north: int, south: int, west: int, east: int) -> NDArray[Any]:
    """The image with rows and columns of 0 around it; for small images far faster than np.pad."""
    return cv2.copyMakeBorder(image, north, south, west, east, cv2.BORDER_CONSTANT, value=0)


def _merged(
    basins: NDArray[np.int32],
    depth: NDArray[np.float32],
    split_depth_px: float,
    min_area: float,
) -> NDArray[np.int32]:
    """The basins, joined over the deepest necks first where either is hardly deeper, or small."""
    count = int(basins.max()) + 1
    summit = np.zeros(count, np.float32)
    np.maximum.at(summit, basins.ravel(), depth.ravel())
    area = np.bincount(basins.ravel(), minlength=count)
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
        if prominence < split_depth_px or min(area[one], area[other]) < min_area:
            parent[other] = one
            summit[one] = max(summit[one], summit[other])
            area[one] += area[other]
    roots = np.array([root(basin) for basin in range(count)], np.int32)
    return roots[basins]


def _necks(basins: NDArray[np.int32], depth: NDArray[np.float32]) -> list[tuple[float, int, int]]:
    """The deepest point between each two basins that touch, deepest first."""
    pairs, necks = [], []
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        one, other = basins[here], basins[there]
        apart = (one != other) & (one > 0) & (other > 0)
        pairs.append(np.stack([one[apart], other[apart]], axis=1))
        necks.append(np.minimum(depth[here], depth[there])[apart])
    pair = np.sort(np.concatenate(pairs), axis=1)
    neck = np.concatenate(necks)
    deepest_first = np.lexsort((pair[:, 1], pair[:, 0], -neck))
    pair, neck = pair[deepest_first], neck[deepest_first]
    first = np.sort(np.unique(pair, axis=0, return_index=True)[1])
    return list(zip(neck[first].tolist(), *pair[first].T.tolist(), strict=True))


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


def _polygon(rings: Sequence[Sequence[tuple[float, float]]]) -> Polygon:
    """From arrays: point by point, as ``Polygon`` takes lists, it costs several times as much."""
    shell, *holes = (shapely.linearrings(np.array(ring)) for ring in rings)
    return shapely.polygons(shell, holes or None)


def _pieces(
    parts: NDArray[np.int32],
    probability: NDArray[np.float32],
    window: PixelWindow,
    is_open: bool,
) -> list[Piece]:
    """A piece for each number of ``parts``, in the order of the numbers."""
    inside = parts > 0
    if not inside.any():
        return []
    sums = summed(probability[inside], parts[inside], int(parts.max()) + 1)
    areas = np.bincount(parts[inside])
    found = sorted(
        (int(number), geometry["coordinates"])
        for geometry, number in rasterio.features.shapes(
            parts,
            mask=inside,
            connectivity=4,
            transform=Affine.translation(window.col_px, window.row_px),
        )
    )
    return [
        Piece(
            shapely.normalize(_polygon(rings)),
            float(sums[number]),
            int(areas[number]),
            is_open,
        )
        for number, rings in found
    ]
