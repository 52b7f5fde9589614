"""Uncertain and different from each other at once: k-means++ over gradient embeddings.

The gradient of the loss in the last layer, if the model's own answer were the truth, is
``sum over pixels of (p - [p > 0.5]) · features``. With pooled features it becomes the tile's
uncertainty times its features; long vectors are uncertain tiles, and k-means++ spreads over them.

Source: J. Ash et al., "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds",
ICLR 2020, arXiv:1906.03671; the pooling over pixels is ours.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import compact, farthest_first
from learner.acquisition.values import (
    Acquisition,
    Integers,
    Pool,
    Preference,
    Reason,
    Request,
    descending,
)

# k-means++ walks over the longest embeddings only: the rest would hardly ever be drawn.
_CANDIDATES_PER_BATCH = 20
_LEAST_CANDIDATES = 5_000


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``uncertainty`` ``(N,)`` in bits and ``features`` ``(N, D)``."""
    assert pool.features is not None, "the selector asks only when can_judge() holds"
    count = len(pool)
    uncertainty = pool.scores["uncertainty"].astype(np.float64)
    by_rank: Integers = np.argsort(-uncertainty, kind="stable")
    candidates = by_rank[: max(_LEAST_CANDIDATES, _CANDIDATES_PER_BATCH * request.batch_size)]
    points = compact(pool.features[candidates], rng)
    bias = np.ones((len(points), 1), np.float32)  # the last layer's bias has a gradient too
    gradient = np.hstack([points, bias]) * uncertainty[candidates, None].astype(np.float32)
    held_nothing = np.einsum("nd,nd->n", gradient, gradient)  # so the first draw is by length
    steps = min(len(candidates), request.length)
    walk, _ = farthest_first(gradient, held_nothing, steps, rng=rng, sample=True)
    return Preference(
        score=uncertainty,
        strength=descending(candidates[walk], count),
        greedy=True,
        reason=[Reason.UNSURE_OBJECTS] * count,
    )


BADGE = Acquisition(
    name="badge",
    explanation="Unsure tiles that differ from each other.",
    source="arXiv:1906.03671",
    prefer=prefer,
    needs=frozenset({"uncertainty"}),
    needs_features=True,
)
