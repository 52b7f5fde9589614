"""The stop forecast: what would more labels bring, and when is it enough?

Learning curves of one campaign are short and noisy, so the forecast is a family of curves rather
than one: audit tiles are resampled, noise as large as the curve's own scatter (training is a matter
of luck, too) is added, a saturating power law

    score(n) = ceiling - drop * n^-rate

is fitted to each replicate of the curve, and what the replicates disagree about is said to be
unknown. The power law: Viering & Loog 2023, *The shape of learning curves: a review*
(doi:10.1109/TPAMI.2022.3220744).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from learner.evaluation.intervals import Interval, Statistic

LEAST_ROUNDS = 4
# Labels far beyond those seen so far are a guess, not a forecast.
_FURTHEST_TIMES = 10.0
# How much the scores of one recipe usually differ from run to run, and how many observations that
# experience is worth beside the campaign's own curve.
_USUAL_LUCK = 0.015
_USUAL_FREEDOM = 3
_RATES = np.geomspace(0.1, 3.0, 24)


class Outlook(StrEnum):
    """What the curve says about a target."""

    REACHED = "reached"
    WITHIN_REACH = "within_reach"
    OUT_OF_REACH = "out_of_reach"  # the curve levels off below the target
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What more labels would bring.

    ``more_tiles`` (estimate, low, high) is given only where the target is within reach, ``gain``
    (of the score, for ``gain_tiles`` more tiles) wherever a curve could be fitted.
    """

    outlook: Outlook
    more_tiles: Interval | None
    gain: Interval | None
    gain_tiles: int

    def sentence(self, target: float) -> str:
        """The forecast in words, for a coordinator."""
        match self.outlook:
            case Outlook.REACHED:
                head = f"The target of {target:.2f} is reached."
            case Outlook.OUT_OF_REACH:
                head = f"More tiles of this kind will hardly reach {target:.2f}."
            case Outlook.WITHIN_REACH if self.more_tiles is not None:
                low, high = two_digits(self.more_tiles.low), two_digits(self.more_tiles.high)
                about = two_digits(self.more_tiles.estimate)
                head = f"About {about} more tiles to reach {target:.2f} ({low} to {high})."
                if about == 0:
                    head = f"The target of {target:.2f} is just about reached (0 to {high} more)."
            case _:
                head = f"It cannot be told yet how many tiles it takes to reach {target:.2f}."
        if self.gain is None:
            return head
        return (
            f"{head} The next {self.gain_tiles} tiles are worth about {self.gain.estimate:+.3f} "
            f"({self.gain.low:+.3f} to {self.gain.high:+.3f})."
        )


def two_digits(tiles: float) -> int:
    """A foretold number of tiles to two significant digits: more would be a claim."""
    return int(float(f"{tiles:.2g}"))


def forecast(
    labels: ArrayLike,
    counts: ArrayLike,
    statistic: Statistic,
    *,
    target: float,
    gain_tiles: int = 100,
    resamples: int = 500,
    seed: int,
    level: float = 0.8,
) -> Forecast:
    """Forecast a score from the audit curve.

    Args:
        labels: (R,) numbers of labelled tiles per round, ascending and above 0.
        counts: (R, T, k) counts of each round's checkpoint on the same T audit tiles.
        statistic: of summed counts, see :mod:`learner.evaluation.intervals`.
        target: the score to reach.
        gain_tiles: for how many more tiles the gain is told.
        resamples: replicates of the curve.
        seed: of the resampling.
        level: nominal coverage of the ranges; a forecast is for planning, so 80 % by default.

    Raises:
        ValueError: labels and counts do not match.
    """
    n = np.asarray(labels, dtype=np.float64)
    rows = np.asarray(counts, dtype=np.float64)
    if rows.ndim != 3 or n.shape != rows.shape[:1] or (n <= 0).any() or (np.diff(n) <= 0).any():
        raise ValueError(
            f"labels {n.shape} must ascend above 0 and match counts {rows.shape} (rounds, tiles, k)"
        )
    if len(n) < LEAST_ROUNDS or rows.shape[1] < 2:
        return Forecast(Outlook.CANNOT_TELL, None, None, gain_tiles)
    curves = _replicates(n, rows, statistic, resamples, seed)
    if len(curves) < resamples / 2:
        return Forecast(Outlook.CANNOT_TELL, None, None, gain_tiles)
    fits = _fits(n, curves)
    gain = _interval(_score(fits, n[-1] + gain_tiles) - _score(fits, n[-1]), level)
    outlook, more = _outlook(fits, float(n[-1]), curves[:, -1], target, level)
    return Forecast(outlook, more, gain, gain_tiles)


def predict_score(
    labels: ArrayLike,
    counts: ArrayLike,
    statistic: Statistic,
    *,
    at: float,
    resamples: int = 500,
    seed: int,
    level: float = 0.8,
) -> Interval | None:
    """The score that a checkpoint of ``at`` labelled tiles will show on the same audit tiles.

    Arguments as in :func:`forecast`; None where no curve can be fitted.
    """
    n = np.asarray(labels, dtype=np.float64)
    rows = np.asarray(counts, dtype=np.float64)
    observed = np.asarray(statistic(rows.sum(axis=1)))[None]
    if len(n) < LEAST_ROUNDS or not np.isfinite(observed).all():
        return None
    # The tiles are the same, so only luck is redrawn: in the curve so far, and in the new round.
    rng = np.random.default_rng(seed)
    luck = _Luck.of(n, observed)
    fits = _fits(n, observed + luck.draw(rng, (resamples, len(n))))
    return _interval(_score(fits, at) + luck.draw(rng, (resamples,)), level)


def _replicates(
    n: NDArray[np.float64],
    rows: NDArray[np.float64],
    statistic: Statistic,
    resamples: int,
    seed: int,
) -> NDArray[np.float64]:
    """(B, R) finite curves: one draw of audit tiles for all rounds of a replicate, and scatter."""
    tiles = rows.shape[1]
    rng = np.random.default_rng(seed)
    times_drawn = rng.multinomial(tiles, np.full(tiles, 1.0 / tiles), size=resamples)
    curves = np.asarray(statistic(np.einsum("bt,rtk->brk", times_drawn.astype(np.float64), rows)))
    curves = curves[np.isfinite(curves).all(axis=1)]
    observed = np.asarray(statistic(rows.sum(axis=1)))[None]
    if not np.isfinite(observed).all():
        return curves[:0]
    noisy = curves + _Luck.of(n, observed).draw(rng, curves.shape)
    return np.asarray(np.clip(noisy, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class _Luck:
    """How far a checkpoint's score strays from the curve: t-distributed, for little is known."""

    scale: float
    freedom: float

    @classmethod
    def of(cls, n: NDArray[np.float64], observed: NDArray[np.float64]) -> _Luck:
        """From the scatter of the (1, R) observed curve, and what is usual where R is small."""
        ceiling, drop, rate = _fits(n, observed)[0]
        residual = observed[0] - (ceiling - drop * n**-rate)
        freedom = len(n) - 3 + _USUAL_FREEDOM  # three numbers were fitted
        variance = ((residual**2).sum() + _USUAL_FREEDOM * _USUAL_LUCK**2) / freedom
        return cls(float(np.sqrt(variance)), float(freedom))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
        return self.scale * rng.standard_t(self.freedom, shape)


def _fits(n: NDArray[np.float64], curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """(B, 3) ceiling, drop, rate of the best power law of each (B, R) curve.

    For each rate of a grid the rest is linear least squares, the ceiling kept within 0..1 and the
    drop from being negative, so that a falling curve is fitted by a flat one.
    """
    best = np.full(len(curves), np.inf)
    fits = np.zeros((len(curves), 3))
    for rate in _RATES:
        fall = n**-rate
        centred = fall - fall.mean()
        drop = np.maximum(-(curves @ centred) / (centred @ centred), 0.0)
        ceiling = curves.mean(axis=1) + drop * fall.mean()
        too_high = ceiling > 1.0
        drop_at_one = np.maximum((1.0 - curves) @ fall / (fall @ fall), 0.0)
        ceiling = np.where(too_high, 1.0, ceiling)
        drop = np.where(too_high, drop_at_one, drop)
        error = ((curves - ceiling[:, None] + drop[:, None] * fall) ** 2).sum(axis=1)
        better = error < best
        best = np.where(better, error, best)
        fits[better] = np.column_stack([ceiling, drop, np.full(len(curves), rate)])[better]
    return fits


def _score(fits: NDArray[np.float64], n: float) -> NDArray[np.float64]:
    ceiling, drop, rate = fits.T
    return np.asarray(ceiling - drop * n**-rate)


def _outlook(
    fits: NDArray[np.float64],
    last: float,
    scores: NDArray[np.float64],
    target: float,
    level: float,
) -> tuple[Outlook, Interval | None]:
    tail = (1.0 - level) / 2.0
    if float(np.quantile(scores, tail)) >= target:
        return Outlook.REACHED, None
    ceiling, drop, rate = fits.T
    reachable = (ceiling > target) & (drop > 0)
    needed = np.full(len(fits), np.inf)
    needed[reachable] = (drop[reachable] / (ceiling[reachable] - target)) ** (1 / rate[reachable])
    more = np.maximum(needed - last, 0.0)
    low, middle, high = np.quantile(more, [tail, 0.5, 1.0 - tail], method="nearest")
    if low > _FURTHEST_TIMES * last:
        return Outlook.OUT_OF_REACH, None
    if high > _FURTHEST_TIMES * last:
        return Outlook.CANNOT_TELL, None
    return Outlook.WITHIN_REACH, Interval(float(middle), float(low), float(high))


def _interval(values: NDArray[np.float64], level: float) -> Interval:
    tail = (1.0 - level) / 2.0
    low, middle, high = np.quantile(values, [tail, 0.5, 1.0 - tail])
    return Interval(float(middle), float(low), float(high))
