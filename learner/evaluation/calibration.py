"""Calibration: does a probability of 0.8 come true four times in five?

Guo et al. 2017, *On calibration of modern neural networks* (arXiv:1706.04599), for binary maps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

# Logits of float32 probabilities beyond this carry no information, only infinities.
_LEAST_PROBABILITY = 1e-6
_TEMPERATURES = (0.05, 20.0)


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """A reliability curve over equally wide bins of the probability of the class.

    All (B,): ``count`` int64, ``mean_probability`` and ``share_true`` float64 (NaN where empty).
    """

    count: NDArray[np.int64]
    mean_probability: NDArray[np.float64]
    share_true: NDArray[np.float64]


def reliability(probability: ArrayLike, truth: ArrayLike, *, bins: int = 15) -> Reliability:
    """How often the class is there, by how probable it was said to be.

    Args:
        probability: any shape, 0..1.
        truth: of the same shape, true where the class is.
        bins: equally wide; a bin holds its lower end, the last one 1 too.

    Raises:
        ValueError: the shapes differ, or a probability lies outside 0..1.
    """
    said, came = _flat(probability, truth)
    place = np.minimum((said * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = np.where(count > 0, count, np.nan)
    return Reliability(
        count=count,
        mean_probability=np.bincount(place, weights=said, minlength=bins) / filled,
        share_true=np.bincount(place, weights=came, minlength=bins) / filled,
    )


def ece(curve: Reliability) -> float:
    """Expected calibration error, 0..1: the count-weighted gap of a curve; NaN where it is empty.

    Curves of many tiles are pooled with :func:`pooled` first, never their errors averaged.
    """
    if curve.count.sum() == 0:
        return float("nan")
    gap = np.abs(curve.mean_probability - curve.share_true)
    return float(np.nansum(gap * curve.count) / curve.count.sum())


def pooled(curves: list[Reliability]) -> Reliability:
    """The curve of all pixels, from the curves (of equal bins) of single tiles.

    Raises:
        ValueError: there is no curve.
    """
    if not curves:
        raise ValueError("there is no curve to pool")
    counts = np.stack([curve.count for curve in curves])
    total = counts.sum(axis=0)
    filled = np.where(total > 0, total, np.nan)

    def mean(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.asarray(np.nansum(counts * np.stack(values), axis=0) / filled)

    return Reliability(
        count=total,
        mean_probability=mean([curve.mean_probability for curve in curves]),
        share_true=mean([curve.share_true for curve in curves]),
    )


def fit_temperature(probability: ArrayLike, truth: ArrayLike) -> float:
    """The temperature that makes probabilities likeliest: ``expit(logit(p) / T)``, T in 0.05..20.

    Above 1 the model was too sure of itself. Fit it on the holdout, never on the audit set.

    Args:
        probability: any shape, 0..1.
        truth: of the same shape, true where the class is.

    Raises:
        ValueError: there are no pixels, the shapes differ, or a probability lies outside 0..1.
    """
    said, came = _flat(probability, truth)
    if said.size == 0:
        raise ValueError("a temperature cannot be fitted to no pixels")
    logits = special.logit(np.clip(said, _LEAST_PROBABILITY, 1.0 - _LEAST_PROBABILITY))
    signed = np.where(came > 0, -logits, logits)

    def loss(log_temperature: float) -> float:
        # log(1 + exp(x)) of the signed, tempered logits: the mean negative log-likelihood.
        return float(np.logaddexp(0.0, signed * np.exp(-log_temperature)).mean())

    bounds = (np.log(_TEMPERATURES[0]), np.log(_TEMPERATURES[1]))
    found = optimize.minimize_scalar(loss, bounds=bounds, method="bounded")
    return float(np.exp(found.x))


def apply_temperature(probability: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Tempered probabilities: logits divided by ``temperature`` (Guo et al. 2017).

    Args:
        probability: any shape, 0..1.
        temperature: above 0; above 1 less sure, below 1 surer.

    Returns:
        float64 of the same shape, 0..1; 0, 0.5 and 1 stay what they are.
    """
    logits = special.logit(np.asarray(probability, dtype=np.float64))
    return np.asarray(special.expit(logits / temperature))


def _flat(
    probability: ArrayLike, truth: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    said = np.asarray(probability, dtype=np.float64)
    came = np.asarray(truth).astype(bool)
    if said.shape != came.shape:
        raise ValueError(f"probability {said.shape} and truth {came.shape} differ in shape")
    if not ((said >= 0.0) & (said <= 1.0)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    return said.ravel(), came.ravel().astype(np.float64)
