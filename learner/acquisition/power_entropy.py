"""Power entropy with a foreground share and a diversity cap.

1. ``s = ln(u + ε) + Gumbel(0, 1/β)``; β rises tenfold every two rounds from 1 to 100, so early
   rounds explore and late ones trust the model.
2. The ``5 × batch`` tiles of highest ``s`` are candidates: two thirds by the uncertainty near
   objects ``u_fg``, one third by the uncertainty anywhere ``u``.
3. Candidates are clustered on features into as many clusters as the batch has tiles; each draw
   takes, with probability in proportion to ``u^β``, a tile from the clusters with fewest taken.

The selector logs the exact probability of each draw given the candidates.

Source: A. Kirsch et al., "Stochastic Batch Acquisition: A Simple Baseline for Deep Active
Learning", TMLR 2023, arXiv:2106.12059 (power sampling); C. Lüth et al. 2026, arXiv:2601.13677
(class-stratified, scheduled power entropy); G. Citovsky et al., "Batch Active Learning at Scale",
NeurIPS 2021, arXiv:2107.14263 (clusters among candidates).
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import clusters, compact
from learner.acquisition.values import (
    Acquisition,
    Floats,
    Integers,
    Pool,
    Preference,
    Reason,
    Request,
)

CANDIDATES_PER_TILE = 5
FOREGROUND_SHARE = 2.0 / 3.0
_FIRST_POWER, _LAST_POWER, _GROWTH = 1.0, 100.0, 10.0**0.5
_EPSILON = 1e-6


def power(round_number: int) -> float:
    """β of a round: 1 in round 1 (the first with a model), 100 from round 5 on."""
    return float(min(_LAST_POWER, _FIRST_POWER * _GROWTH ** max(0, round_number - 1)))


def powered(score: Floats, beta: float) -> Floats:
    """``(N,)`` log-weights ``β · ln((u + ε) / max u)`` of ``score`` ``(N,)``, at most about 0."""
    top = max(float(score.max(initial=0.0)), _EPSILON)
    return np.asarray(beta * np.log((score.clip(min=0.0) + _EPSILON) / top), np.float64)


def gumbel_top(strength: Floats, count: int, rng: np.random.Generator) -> Integers:
    """``count`` indices drawn without replacement in proportion to ``exp(strength)``.

    Source: W. Kool et al., "Stochastic Beams and Where to Find Them", ICML 2019, arXiv:1903.06059.
    """
    keys = strength + rng.gumbel(size=len(strength))
    count = min(count, int(np.isfinite(strength).sum()))
    return np.asarray(np.argpartition(-keys, count - 1)[:count] if count else [], np.int64)


def diverse(
    pool: Pool, candidates: Integers, batch_size: int, rng: np.random.Generator
) -> Integers | None:
    """``(N,)`` clusters of the candidates (-1 elsewhere), or None where there are no features."""
    if pool.features is None:
        return None
    group = np.full(len(pool), -1, np.int64)
    group[candidates] = clusters(compact(pool.features[candidates], rng), batch_size, rng)
    return group


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``uncertainty`` and ``uncertainty_foreground`` ``(N,)`` in bits; features if any."""
    beta = power(request.round_number)
    near_objects = pool.scores["uncertainty_foreground"].astype(np.float64)
    anywhere = pool.scores["uncertainty"].astype(np.float64)
    wanted = min(len(pool), max(CANDIDATES_PER_TILE * request.batch_size, request.length))
    by_objects = powered(near_objects, beta)
    first = gumbel_top(by_objects, round(FOREGROUND_SHARE * wanted), rng)
    by_ground = powered(anywhere, beta)
    by_ground[first] = -np.inf
    second = gumbel_top(by_ground, wanted - len(first), rng)

    strength = np.full(len(pool), -np.inf)
    strength[first], strength[second] = by_objects[first], by_ground[second]
    reason = [Reason.UNSURE_OBJECTS] * len(pool)
    for index in second:
        reason[index] = Reason.UNSURE_GROUND
    return Preference(
        score=near_objects,
        strength=strength,
        greedy=False,
        reason=reason,
        group=diverse(pool, np.concatenate([first, second]), request.batch_size, rng),
    )


POWER_ENTROPY = Acquisition(
    name="power_entropy",
    explanation="Unsure tiles, mostly near objects, varied, with some chance in the choice.",
    source="arXiv:2106.12059; arXiv:2601.13677; arXiv:2107.14263",
    prefer=prefer,
    needs=frozenset({"uncertainty", "uncertainty_foreground"}),
)
