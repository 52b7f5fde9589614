"""From replays to numbers: how many tiles, and how much of people's time, a strategy saves.

A strategy's curve is the mean over seeds of (effort, IoU) round by round, and then the best so far:
a campaign keeps its promoted checkpoint when a new one is worse. Effort is tiles or modelled
people-seconds. Intervals are paired bootstraps over seeds: one resample of the seeds serves all
strategies, since a seed fixes the split, the first tiles and the training of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

ENOUGH = 0.95  # of the IoU that the whole pool gives
_LEVELS = 20


@dataclass(frozen=True)
class Curves:
    """Replays of one strategy on one data set, a row a seed.

    Attributes:
        tiles: ``(S, R)`` labelled tiles after each round.
        seconds: ``(S, R)`` modelled people-seconds spent by then.
        iou: ``(S, R)`` on the test chips.
        map_iou: ``(S, R)`` of the pool's map, people's answers in it.
    """

    tiles: np.ndarray
    seconds: np.ndarray
    iou: np.ndarray
    map_iou: np.ndarray


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its 95 % interval; not finite where it was never reached."""

    estimate: float
    low: float
    high: float

    def to_json(self) -> dict[str, float | None]:
        """Numbers, with None where there is none: JSON has no infinity."""
        return {
            name: round(value, 4) if np.isfinite(value) else None
            for name, value in vars(self).items()
        }


def best_so_far(effort: np.ndarray, iou: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over seeds ``(S, R)`` → effort ``(R,)`` and the best mean IoU up to it ``(R,)``."""
    return effort.mean(axis=0), np.maximum.accumulate(iou.mean(axis=0))


def effort_for(level: float, effort: np.ndarray, best: np.ndarray) -> float:
    """Effort at which the non-decreasing ``best`` first reaches ``level``; inf if it never does.

    Between rounds both are taken to grow linearly; at or below the first round it is that round's.
    """
    reached = np.flatnonzero(best >= level)
    if len(reached) == 0:
        return np.inf
    after = reached[0]
    if after == 0:
        return float(effort[0])
    step = (level - best[after - 1]) / (best[after] - best[after - 1])
    return float(effort[after - 1] + step * (effort[after] - effort[after - 1]))


def times_fewer(
    ours: tuple[np.ndarray, np.ndarray], theirs: tuple[np.ndarray, np.ndarray]
) -> float:
    """How many times less effort ours takes than theirs at equal IoU (geometric mean of levels).

    Levels span the upper half of what both reach: from halfway between the common start and the
    lower of the two best IoUs, up to that.
    """
    top = min(ours[1][-1], theirs[1][-1])
    start = max(ours[1][0], theirs[1][0])
    if top <= start:
        return float("nan")
    levels = np.linspace((start + top) / 2.0, top, _LEVELS)
    ratio = [effort_for(level, *theirs) / effort_for(level, *ours) for level in levels]
    return float(np.exp(np.mean(np.log(ratio))))


def bootstrap(
    statistic: Callable[[np.ndarray], float], seeds: int, *, resamples: int = 2000
) -> Interval:
    """``statistic`` of seed indices ``(S,)``: on all seeds, and its 95 % interval over resamples.

    Resamples without a value are left out; with one seed the interval is not a number.
    """
    estimate = statistic(np.arange(seeds))
    if seeds < 2:
        return Interval(estimate, np.nan, np.nan)
    rng = np.random.default_rng(0)
    values = np.array([statistic(rng.integers(seeds, size=seeds)) for _ in range(resamples)])
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return Interval(estimate, np.nan, np.nan)
    low, high = np.quantile(values, [0.025, 0.975], method="inverted_cdf")
    return Interval(estimate, float(low), float(high))


def summarise(
    strategies: Mapping[str, Curves], full_iou: np.ndarray, pool_tiles: np.ndarray
) -> dict[str, dict[str, object]]:
    """The figures of every strategy on one data set.

    Args:
        strategies: curves by name, all with the same seeds in the same rows.
        full_iou: ``(S,)`` IoU of training on the whole pool.
        pool_tiles: ``(S,)`` tiles of the whole pool.

    Returns:
        name → figures, JSON-able: ``final_iou``, ``share_for_enough``, ``final_map_iou`` and,
        against each baseline (``random`` and ``foreground_random``) that was run,
        ``times_fewer_tiles``, ``times_fewer_seconds``, ``final_iou_gain`` and, for an equally good
        map of the pool, ``map_times_fewer_tiles`` and ``map_times_fewer_seconds``.
    """
    baselines = [name for name in ("random", "foreground_random") if name in strategies]
    return {
        name: _figures(name, strategies, baselines, full_iou, pool_tiles) for name in strategies
    }


def _figures(
    name: str,
    strategies: Mapping[str, Curves],
    baselines: list[str],
    full_iou: np.ndarray,
    pool_tiles: np.ndarray,
) -> dict[str, object]:
    ours = strategies[name]
    seeds = len(full_iou)

    def share_for_enough(rows: np.ndarray) -> float:
        curve = best_so_far(ours.tiles[rows] / pool_tiles[rows, None], ours.iou[rows])
        return effort_for(ENOUGH * full_iou[rows].mean(), *curve)

    against: dict[str, object] = {}
    for baseline in baselines:
        if baseline == name:
            continue
        theirs = strategies[baseline]
        against[baseline] = {
            "times_fewer_tiles": _fewer(ours.tiles, ours.iou, theirs.tiles, theirs.iou),
            "times_fewer_seconds": _fewer(ours.seconds, ours.iou, theirs.seconds, theirs.iou),
            "map_times_fewer_tiles": _fewer(ours.tiles, ours.map_iou, theirs.tiles, theirs.map_iou),
            "map_times_fewer_seconds": _fewer(
                ours.seconds, ours.map_iou, theirs.seconds, theirs.map_iou
            ),
            "final_iou_gain": bootstrap(
                lambda rows, theirs=theirs: float(
                    (ours.iou[rows, -1] - theirs.iou[rows, -1]).mean()
                ),
                seeds,
            ).to_json(),
        }
    return {
        "seeds": seeds,
        "full_iou": round(float(full_iou.mean()), 4),
        "final_iou": bootstrap(lambda rows: float(ours.iou[rows, -1].mean()), seeds).to_json(),
        "final_map_iou": bootstrap(
            lambda rows: float(ours.map_iou[rows, -1].mean()), seeds
        ).to_json(),
        "final_share": round(float((ours.tiles[:, -1] / pool_tiles).mean()), 4),
        "share_for_enough": bootstrap(share_for_enough, seeds).to_json(),
        "against": against,
    }


def _fewer(
    our_effort: np.ndarray, our_iou: np.ndarray, their_effort: np.ndarray, their_iou: np.ndarray
) -> dict[str, float | None]:
    def ratio(rows: np.ndarray) -> float:
        ours = best_so_far(our_effort[rows], our_iou[rows])
        return times_fewer(ours, best_so_far(their_effort[rows], their_iou[rows]))

    return bootstrap(ratio, len(our_iou)).to_json()
