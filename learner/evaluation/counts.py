"""Counts first: they add up over tiles and workers, and every score is a function of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Pixels that are rightly in, wrongly in, wrongly out, rightly out; as an array: (4,)."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(
            self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn
        )

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> NDArray[np.generic]:
        return np.array(astuple(self), dtype=dtype or np.int64)


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """Objects found, invented, missed; as an array: (3,), in the order of the pixel counts."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: ObjectCounts) -> ObjectCounts:
        return ObjectCounts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> NDArray[np.generic]:
        return np.array(astuple(self), dtype=dtype or np.int64)


def pixel_counts(
    prediction: ArrayLike, truth: ArrayLike, ignore: ArrayLike | None = None
) -> PixelCounts:
    """Count the pixels of one tile, or of several of one size together.

    Args:
        prediction: (H, W) or (N, H, W), true or non-zero where the class is predicted.
        truth: of the same shape, true or non-zero where it is.
        ignore: of the same shape, true where the truth is not known; such pixels count nowhere.

    Raises:
        ValueError: the shapes differ.
    """
    predicted = np.asarray(prediction).astype(bool)
    true = np.asarray(truth).astype(bool)
    known = np.ones_like(true) if ignore is None else ~np.asarray(ignore).astype(bool)
    if not predicted.shape == true.shape == known.shape:
        raise ValueError(
            f"prediction {predicted.shape}, truth {true.shape} and ignore {known.shape} differ"
        )
    counted = np.bincount((true.astype(np.uint8) * 2 + predicted)[known], minlength=4)
    tn, fp, fn, tp = counted.tolist()
    return PixelCounts(tp=tp, fp=fp, fn=fn, tn=tn)


def stack(counts: Iterable[PixelCounts] | Iterable[ObjectCounts]) -> NDArray[np.int64]:
    """One row a tile: (T, 4) of pixel counts (tp, fp, fn, tn) or (T, 3) of object counts."""
    return np.array([astuple(each) for each in counts], dtype=np.int64)
