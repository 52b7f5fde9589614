"""The forecast's own back-test: what would it have said earlier, and was it right?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from learner.evaluation.forecast import LEAST_ROUNDS, predict_score
from learner.evaluation.intervals import Interval, Statistic


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What the rounds before foretold for the round with ``labels`` labelled tiles."""

    labels: int
    foretold: Interval
    observed: float

    @property
    def held(self) -> bool:
        """Whether the observed score lay in the foretold range."""
        return self.foretold.low <= self.observed <= self.foretold.high


def backtest(
    labels: ArrayLike,
    counts: ArrayLike,
    statistic: Statistic,
    *,
    resamples: int = 500,
    seed: int,
    level: float = 0.8,
) -> list[PastForecast]:
    """Foretell each round from those before it, as soon as there were enough of them.

    Over many curves about ``level`` of the forecasts should have held.

    Args:
        labels: (R,) as in :func:`~learner.evaluation.forecast.forecast`, like all the others.
        counts: (R, T, k).
        statistic: of summed counts.
        resamples: replicates of each curve.
        seed: of the resampling.
        level: nominal coverage of the foretold ranges.
    """
    n = np.asarray(labels, dtype=np.float64)
    rows = np.asarray(counts, dtype=np.float64)
    past: list[PastForecast] = []
    for known in range(LEAST_ROUNDS, len(n)):
        foretold = predict_score(
            n[:known],
            rows[:known],
            statistic,
            at=float(n[known]),
            resamples=resamples,
            seed=seed,
            level=level,
        )
        if foretold is not None:
            observed = float(statistic(rows[known].sum(axis=0)))
            past.append(PastForecast(int(n[known]), foretold, observed))
    return past
