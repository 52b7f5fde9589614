"""Uncertainty near objects, drawn by chance and spread over kinds of tile, the same in every round.

1. A tile's weight is two parts its share of the pool's uncertainty near objects, one part uniform:
   ``w = 2/3 · u_fg / Σ u_fg + 1/3 / N``. Few labels make a model that is sure of nonsense; the
   uniform part keeps asking where it sees nothing.
2. The pool is clustered on features into as many clusters as the batch has tiles; each draw takes,
   with probability in proportion to ``w``, a tile from the clusters with fewest taken. Of a pool
   above 10,000 tiles, so many candidates are drawn by ``w`` first, and weigh the same from then on.

Where ``power_entropy`` trusts scores ever more (its β grows to 100), here they only tilt the odds:
a batch looks like the pool, leaning towards what the model cannot tell.

Source: ours; the mixture as in C. Lüth et al., arXiv:2511.19183 (Foreground Aware Random), with
uncertainty in place of foreground; stratified by clusters after G. Citovsky et al., "Batch Active
Learning at Scale", NeurIPS 2021, arXiv:2107.14263.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.foreground_random import mixed_with_uniform
from learner.acquisition.power_entropy import diverse, gumbel_top
from learner.acquisition.values import Acquisition, Pool, Preference, Reason, Request

MOST_CANDIDATES = 10_000


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``uncertainty_foreground`` ``(N,)`` in bits; features if any."""
    unsure = pool.scores["uncertainty_foreground"].astype(np.float64)
    strength = np.log(mixed_with_uniform(unsure))
    candidates = np.arange(len(pool))
    most = max(MOST_CANDIDATES, request.length)
    if len(pool) > most:
        candidates = gumbel_top(strength, most, rng)
        strength = np.full(len(pool), -np.inf)
        strength[candidates] = 0.0
    return Preference(
        score=unsure,
        strength=strength,
        greedy=False,
        reason=[Reason.UNSURE_OBJECTS] * len(pool),
        group=diverse(pool, candidates, request.batch_size, rng),
    )


SPREAD_ENTROPY = Acquisition(
    name="spread_entropy",
    explanation="By chance, more often where the model is unsure near objects, of every kind.",
    source="arXiv:2511.19183; arXiv:2107.14263",
    prefer=prefer,
    needs=frozenset({"uncertainty_foreground"}),
)
