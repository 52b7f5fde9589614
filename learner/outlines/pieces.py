"""Tracing: a block of probabilities becomes exact, pixel-edged pieces in world pixels.

A piece is 4-connected: pixels that only share a corner belong to two pieces. With 8-connectivity
two roofs that meet at a corner would be one outline, and that outline would touch itself, which
OGC forbids; with 4-connectivity every traced polygon is valid as it stands.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from learner.grid import PixelWindow
from learner.outlines.rings import polygons_of, rings_of

# Probabilities are summed in steps of 2^-16: such sums are exact in float64 whatever their order,
# so that a stitched piece has the very same confidence as one traced in a single block.
_PROBABILITY_STEPS = 65536.0
_MAGIC = b"TWP1"
_RECORD = struct.Struct("<dq?I")


@dataclass(frozen=True, slots=True)
class Piece:
    """A connected patch of pixels above the threshold, or the part of it that one block holds.

    ``polygon`` is in world pixels (column to the east, row to the south; integer corners; zoom as
    in the traced window). ``open`` says that it touches its block's edge and may go on beyond it.
    """

    polygon: Polygon
    probability_sum: float
    area_px: int
    open: bool

    @property
    def mean_probability(self) -> float:
        """Mean probability of its pixels, 0..1."""
        return self.probability_sum / self.area_px


def trace(
    probability: NDArray[np.float32],
    window: PixelWindow,
    *,
    threshold: float,
    least_area_px: int = 0,
) -> list[Piece]:
    """Trace the patches of pixels whose probability reaches ``threshold``.

    Args:
        probability: (H, W) floating point, 0..1, of ``window``'s shape; NaN counts as 0.
        window: where the array lies on the world pixel grid.
        threshold: in (0, 1]; a pixel is inside from this probability on.
        least_area_px: smaller patches that touch no edge are left out: half of what there is, and
            none becomes an outline (see ``learner.outlines.outline.least_area_px``).

    Returns:
        Pieces in the order of their first pixel, row by row; valid polygons with their holes.

    Raises:
        ValueError: the array's shape is not the window's, or the threshold is out of range.
    """
    if probability.shape != window.shape:
        raise ValueError(f"probability has shape {probability.shape}, its window {window.shape}")
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold must lie in (0, 1], not {threshold}")
    inside = probability >= threshold
    places = np.flatnonzero(inside)
    if not len(places):
        return []
    count, found = cv2.connectedComponentsWithAlgorithm(
        inside.view(np.uint8), connectivity=4, ltype=cv2.CV_32S, ccltype=cv2.CCL_SAUF
    )
    labels = np.asarray(found, dtype=np.int32)
    label_of_pixel = labels.take(places)
    sums = summed(probability.take(places), label_of_pixel, count)
    areas = np.bincount(label_of_pixel, minlength=count)
    at_edge = np.zeros(count, dtype=bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        at_edge[edge] = True
    kept = at_edge | (areas >= least_area_px)
    if not kept[1:].all():
        labels.put(places[~kept[label_of_pixel]], 0)
    origin = np.array([[window.col_px, window.row_px]])
    polygons, order = polygons_of(rings_of(labels), np.repeat(origin, count, axis=0))
    return [
        Piece(polygon, float(sums[label]), int(areas[label]), bool(at_edge[label]))
        for polygon, label in zip(polygons, order, strict=True)
    ]


def summed(
    probability: NDArray[np.float32], labels: NDArray[np.int32], count: int
) -> NDArray[np.float64]:
    """(count,) sums of the (N,) probabilities by their (N,) labels, exact in any order."""
    steps = np.round(probability.astype(np.float64) * _PROBABILITY_STEPS)
    return np.bincount(labels, weights=steps, minlength=count) / _PROBABILITY_STEPS


def pack_pieces(pieces: Sequence[Piece]) -> bytes:
    """Pieces as bytes: a header, then per piece its numbers and its polygon as WKB."""
    parts = [_MAGIC, struct.pack("<I", len(pieces))]
    for piece in pieces:
        wkb = shapely.to_wkb(piece.polygon, byte_order=1)
        parts.append(_RECORD.pack(piece.probability_sum, piece.area_px, piece.open, len(wkb)))
        parts.append(wkb)
    return b"".join(parts)


def unpack_pieces(packed: bytes) -> list[Piece]:
    """The inverse of :func:`pack_pieces`.

    Raises:
        ValueError: the bytes were not made by :func:`pack_pieces`, or are cut short.
    """
    if packed[:4] != _MAGIC or len(packed) < 8:
        raise ValueError("these bytes hold no packed pieces")
    (count,) = struct.unpack_from("<I", packed, 4)
    offset = 8
    pieces: list[Piece] = []
    for _ in range(count):
        if offset + _RECORD.size > len(packed):
            raise ValueError(f"packed pieces are cut short: {len(pieces)} of {count} are there")
        probability_sum, area_px, is_open, size = _RECORD.unpack_from(packed, offset)
        offset += _RECORD.size
        if offset + size > len(packed):
            raise ValueError(f"packed pieces are cut short: {len(pieces)} of {count} are there")
        polygon = shapely.from_wkb(packed[offset : offset + size])
        offset += size
        pieces.append(Piece(polygon, probability_sum, area_px, is_open))
    return pieces
