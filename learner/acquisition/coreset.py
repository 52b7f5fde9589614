"""Cover the pool: each next tile is the one farthest, in features, from all that are labelled.

Source: O. Sener and S. Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set
Approach", ICLR 2018, arXiv:1708.00489 (the greedy 2-approximation).
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import compact, farthest_first, nearest_squared
from learner.acquisition.values import (
    Acquisition,
    Pool,
    Preference,
    Reason,
    Request,
    descending,
)

# The walk is exact for this many batches; what follows keeps the distances of its last step.
_EXACT_BATCHES = 2


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``features`` ``(N, D)`` and, where there are any, ``labelled_features``."""
    assert pool.features is not None, "the selector asks only when can_judge() holds"
    count = len(pool)
    points = compact(pool.features, rng, pool.labelled_features)
    points, labelled = points[:count], points[count:]
    nearest = (
        nearest_squared(points, labelled)
        if len(labelled)
        else np.full(count, np.inf, dtype=np.float32)
    )
    steps = min(count, _EXACT_BATCHES * request.batch_size)
    walk, _ = farthest_first(points, nearest, steps, rng=rng, sample=False)
    left = np.minimum(nearest, nearest_squared(points, points[walk]))
    left[walk] = -1.0
    rest = np.argsort(-left, kind="stable")[: count - steps]
    distance = np.where(np.isfinite(nearest), nearest, left).clip(min=0.0)
    return Preference(
        score=np.sqrt(distance.astype(np.float64)),
        strength=descending(np.concatenate([walk, rest]), count),
        greedy=True,
        reason=[Reason.MODEL_BLIND] * count,
    )


CORESET = Acquisition(
    name="coreset",
    explanation="Tiles that look least like any that has a label.",
    source="arXiv:1708.00489",
    prefer=prefer,
    needs_features=True,
)
