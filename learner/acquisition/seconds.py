"""What a tile is likely to cost: people's seconds, learned from the tiles they have done.

Tiles differ tenfold in the work they make: an empty field is confirmed in three seconds, a block of
roofs takes minutes. The features that choose tiles also tell which is which.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import compact
from learner.acquisition.values import Floats, Pool

LEAST_TILES = 8
"""Fewer answered tiles say nothing about cost."""
_STRENGTHS = np.logspace(-1, 4, 11)


def expected_seconds(pool: Pool, rng: np.random.Generator) -> Floats | None:
    """``(N,)`` seconds that people are likely to need for each tile, or None: nothing is known.

    Ridge regression of the logarithm of the seconds on features, its strength chosen by
    leave-one-out (Golub, Heath and Wahba 1979); no tile is thought cheaper or dearer than the
    cheapest and dearest that people have done.

    Args:
        pool: reads ``features``, ``labelled_features`` and ``labelled_seconds``.
        rng: draws the projection of the features.
    """
    seconds, known = pool.labelled_seconds, pool.labelled_features
    if pool.features is None or known is None or seconds is None:
        return None
    timed = np.isfinite(seconds) & (seconds > 0)
    if timed.sum() < LEAST_TILES or np.ptp(seconds[timed]) == 0:
        return None
    from sklearn.linear_model import RidgeCV  # here: the API's menu must not carry it

    rows = compact(pool.features, rng, also=known[timed])
    spent = np.log(seconds[timed].astype(np.float64))
    model = RidgeCV(alphas=_STRENGTHS).fit(rows[len(pool) :], spent)
    expected = np.clip(model.predict(rows[: len(pool)]), spent.min(), spent.max())
    return np.asarray(np.exp(expected), np.float64)
