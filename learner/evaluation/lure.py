"""LURE: an honest second estimate from labels that were chosen, not drawn.

Farquhar, Gal, Rainforth 2021, *On statistical bias in active learning: how and when to fix it*
(arXiv:2101.11665). Tiles are chosen one after another without replacement; the m-th, of M, was
chosen with probability ``q_m`` among those then left of the pool's N. With the weights

    v_m = 1 + (N - M) / (N - m) * (1 / ((N - m + 1) q_m) - 1)

the mean of ``v_m`` times any per-tile quantity is unbiased for its mean over the whole pool.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from learner.evaluation.intervals import Interval, Statistic, bootstrap


def lure_weights(propensity: ArrayLike, pool_size: int) -> NDArray[np.float64]:
    """The weights ``v_m``, (M,) float64, in the order of choosing; all 1 for a random choice.

    Args:
        propensity: (M,) of each chosen tile, in the order of choosing: the probability with which
            it was taken next among the tiles that were left, in (0, 1].
        pool_size: N, the number of tiles before the first was chosen; at least M.

    Raises:
        ValueError: a propensity outside (0, 1], or more choices than tiles.
    """
    q = np.asarray(propensity, dtype=np.float64)
    if q.ndim != 1 or not ((q > 0.0) & (q <= 1.0)).all():
        raise ValueError("propensities must be (M,) numbers above 0 and at most 1")
    chosen = len(q)
    if chosen > pool_size:
        raise ValueError(f"{chosen} tiles cannot be chosen from a pool of {pool_size}")
    if chosen == pool_size:  # everything is known; the formula's limit
        return np.ones(chosen)
    place = np.arange(1, chosen + 1)
    left = pool_size - place + 1
    return 1.0 + (pool_size - chosen) / (pool_size - place) * (1.0 / (left * q) - 1.0)


def random_propensity(chosen: int, pool_size: int) -> NDArray[np.float64]:
    """Propensities (M,) of a uniformly random choice: one over the number of tiles left."""
    return 1.0 / (pool_size - np.arange(chosen, dtype=np.float64))


def lure(
    counts: ArrayLike,
    propensity: ArrayLike,
    pool_size: int,
    statistic: Statistic,
    *,
    resamples: int = 2000,
    seed: int,
    level: float = 0.95,
) -> Interval:
    """The statistic over the whole pool, from the chosen tiles' counts and propensities.

    Args:
        counts: (M, k), row m of the tile chosen m-th, of a model that was not trained on them.
        propensity: (M,), see :func:`lure_weights`.
        pool_size: N.
        statistic: of summed counts, see :mod:`learner.evaluation.intervals`, as are the others.
        resamples: bootstrap samples.
        seed: of the resampling.
        level: nominal coverage.

    Raises:
        ValueError: as :func:`lure_weights`, or where there is not one propensity a row.
    """
    rows = np.asarray(counts, dtype=np.float64)
    weights = lure_weights(propensity, pool_size)
    if rows.ndim != 2 or len(rows) != len(weights):
        raise ValueError(f"counts {rows.shape} and propensities ({len(weights)},) do not match")
    weighted = rows * weights[:, None]
    return bootstrap(weighted, statistic, resamples=resamples, seed=seed, level=level)
