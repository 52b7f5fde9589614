"""Boundary F-score: how well borders agree, within a tolerance in pixels."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy import ndimage


@dataclass(frozen=True, slots=True)
class BoundaryCounts:
    """Border pixels of the prediction and of the truth, and those near the other's border."""

    predicted: int = 0
    predicted_near: int = 0
    true: int = 0
    true_near: int = 0

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> NDArray[np.generic]:
        return np.array(astuple(self), dtype=dtype or np.int64)


def boundary_f1(counts: ArrayLike) -> NDArray[np.float64]:
    """Harmonic mean of both borders' shares near the other, of (..., 4) summed counts.

    The counts are in the order of :class:`BoundaryCounts`. NaN without any border; 0 where only one
    of both has one.
    """
    array = np.asarray(counts, dtype=np.float64)
    predicted, predicted_near, true, true_near = (array[..., column] for column in range(4))
    precision = predicted_near / np.maximum(predicted, 1.0)
    recall = true_near / np.maximum(true, 1.0)
    score = np.divide(
        2.0 * precision * recall,
        precision + recall,
        out=np.zeros(np.shape(precision)),
        where=precision + recall > 0,
    )
    return np.asarray(np.where(predicted + true > 0, score, np.nan))


def boundary_counts(
    prediction: ArrayLike,
    truth: ArrayLike,
    *,
    tolerance_px: float = 2.0,
    ignore: ArrayLike | None = None,
) -> BoundaryCounts:
    """Count border pixels that have a border pixel of the other mask within ``tolerance_px``.

    A border pixel is inside its mask and has a 4-neighbour outside; beyond the tile's edge the mask
    is taken to go on, so that a clipped roof has no border there.

    Args:
        prediction: (H, W), true where predicted.
        truth: (H, W), true where it is.
        tolerance_px: largest distance between agreeing borders, at least 0.
        ignore: (H, W), true where the truth is not known; borders there count nowhere.

    Raises:
        ValueError: the shapes differ.

    Source: Csurka et al. 2013, *What is a good evaluation measure for semantic segmentation?*
    """
    masks = [np.asarray(mask).astype(bool) for mask in (prediction, truth)]
    known = np.ones_like(masks[1]) if ignore is None else ~np.asarray(ignore).astype(bool)
    if not masks[0].shape == masks[1].shape == known.shape:
        raise ValueError(f"prediction {masks[0].shape} and truth {masks[1].shape} differ")
    predicted, true = (_border(mask) & known for mask in masks)
    return BoundaryCounts(
        predicted=int(predicted.sum()),
        predicted_near=int((predicted & _near(true, tolerance_px)).sum()),
        true=int(true.sum()),
        true_near=int((true & _near(predicted, tolerance_px)).sum()),
    )


def _border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    inner: NDArray[np.bool_] = ndimage.binary_erosion(mask, border_value=1)
    return mask & ~inner


def _near(border: NDArray[np.bool_], tolerance_px: float) -> NDArray[np.bool_]:
    if not border.any():
        return np.zeros_like(border)
    return np.asarray(ndimage.distance_transform_edt(~border) <= tolerance_px)
