"""Dividing: a patch that is several roofs wall to wall becomes one piece a roof.

Where roofs touch, a threshold alone sees half a street as one object. What tells them apart is how
deep a pixel lies inside: a roof is deep in its middle, and the neck between two roofs is shallow,
both because it is narrow and because the model is less sure there. Depth is therefore averaged over
thresholds: the distance to the edge that is expected when the right threshold is unknown. Roofs are
the basins of that depth (watershed, Beucher & Lantuéjoul 1979), a basin being one of its own when
it is deeper than its neck by ``split_depth_px`` (the h-maxima of Soille 2003).

Everything is computed in the piece's own rectangle, so blocks leave no trace in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray
from shapely import Polygon
from skimage.measure import label as label_maxima
from skimage.morphology import h_maxima
from skimage.segmentation import watershed

from learner.grid import PixelWindow
from learner.outlines.pieces import Piece, summed

# The levels over which depth is averaged; those below the piece's own threshold count as it.
_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
# Takes the staircase out of the depth, which would make a peak of every step.
_SMOOTH_PX = 1.0
# A piece in a larger rectangle is cut along a grid of such squares first, to bound the memory.
_SQUARE_PX = 2048


ProbabilityAt = Callable[[PixelWindow], NDArray[np.float32]]
"""Gives the (H, W) float32 probabilities (0..1) that pieces were traced from, in any window."""


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
        mask = rasterio.features.rasterize(
            [piece.polygon],
            out_shape=square.shape,
            transform=Affine.translation(square.col_px, square.row_px),
            dtype=np.uint8,
        )
        probability = probability_at(square)
        basins = _basins(mask, probability, split_depth_px, min_area_px)
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
    """(H, W) int32: 0 outside the mask, 1, 2, … for the parts inside."""
    depth = _expected_depth(mask, probability)
    peaks = label_maxima(h_maxima(depth, split_depth_px), connectivity=2)
    if peaks.max() > 1:
        basins = watershed(-depth, peaks, mask=mask > 0)
        areas = np.bincount(basins.ravel())
        if areas[1:].min(initial=min_area_px) < min_area_px:
            kept = areas[peaks] >= min_area_px
            basins = watershed(-depth, np.where(kept, peaks, 0), mask=mask > 0)
    else:
        basins = np.zeros_like(peaks)
    return _with_all_of(mask, basins)


def _with_all_of(mask: NDArray[np.uint8], basins: NDArray[np.int32]) -> NDArray[np.int32]:
    """The basins numbered 1, 2, …, and what no basin reached as parts of their own."""
    missed = ((mask > 0) & (basins == 0)).astype(np.uint8)
    rest = np.asarray(cv2.connectedComponents(missed, connectivity=4)[1])
    joined = np.where(rest > 0, rest + basins.max(), basins)
    numbers = np.unique(joined, return_inverse=True)[1].reshape(mask.shape)
    if mask.all():
        numbers += 1  # nothing lies outside, so nothing was numbered 0
    return numbers.astype(np.int32)


def _expected_depth(
    mask: NDArray[np.uint8], probability: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(H, W) float32: pixels to the edge, averaged over thresholds; 0 outside the mask."""
    framed = np.pad(mask, 1)
    sure = np.pad(probability, 1)
    depth = np.zeros(framed.shape, np.float32)
    for level in _LEVELS:
        inside = framed * (sure >= level) if level > _LEVELS[0] else framed
        depth += cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    smooth = cv2.GaussianBlur(depth / len(_LEVELS), (0, 0), _SMOOTH_PX)
    return np.where(mask > 0, np.asarray(smooth, np.float32)[1:-1, 1:-1], np.float32(0))


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
            shapely.normalize(Polygon(rings[0], rings[1:])),
            float(sums[number]),
            int(areas[number]),
            is_open,
        )
        for number, rings in found
    ]
