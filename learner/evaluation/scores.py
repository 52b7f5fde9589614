"""Scores as functions of counts.

Each takes counts whose last axis begins with ``tp, fp, fn`` (a :class:`PixelCounts`, an
:class:`ObjectCounts`, an array ``(..., 3)`` or ``(..., 4)``) and returns float64 of the shape
before that axis, in 0..1.

A score of several tiles is that of their *summed* counts (pooled), never the mean of the tiles'
scores: a tile with nothing on it, where nothing was predicted, adds zeros and so cannot flatter.
Where nothing decides (0/0) a score is NaN: not one, not zero, but unknown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def iou(counts: ArrayLike) -> NDArray[np.float64]:
    """Intersection over union (Jaccard): tp / (tp + fp + fn)."""
    tp, fp, fn = _columns(counts)
    return _ratio(tp, tp + fp + fn)


def precision(counts: ArrayLike) -> NDArray[np.float64]:
    """Share of what is predicted that is right: tp / (tp + fp)."""
    tp, fp, _ = _columns(counts)
    return _ratio(tp, tp + fp)


def recall(counts: ArrayLike) -> NDArray[np.float64]:
    """Share of what is there that is predicted: tp / (tp + fn)."""
    tp, _, fn = _columns(counts)
    return _ratio(tp, tp + fn)


def f1(counts: ArrayLike) -> NDArray[np.float64]:
    """Harmonic mean of precision and recall (Dice): 2 tp / (2 tp + fp + fn)."""
    tp, fp, fn = _columns(counts)
    return _ratio(2.0 * tp, 2.0 * tp + fp + fn)


def _columns(
    counts: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    array = np.asarray(counts, dtype=np.float64)
    return array[..., 0], array[..., 1], array[..., 2]


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    unknown = np.full(np.shape(whole), np.nan)
    ratio: NDArray[np.float64] = np.divide(part, whole, out=unknown, where=whole > 0)
    return ratio
