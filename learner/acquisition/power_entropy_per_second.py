"""Power entropy a second: what is learned from a tile, over what it is likely to cost people.

The same walk as ``power_entropy``, with each uncertainty divided by the square root of the seconds
that people are expected to need for the tile. An order by value alone asks for the fullest tiles,
whose objects resemble each other and must all be drawn; an order by value over cost would ask for
empty ground. While nothing is known of the cost it is ``power_entropy``.

Source: ours; value over cost after B. Settles, M. Craven and L. Friedland, "Active Learning with
Real Annotation Costs", NIPS Workshop on Cost-Sensitive Learning 2008.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from learner.acquisition import power_entropy
from learner.acquisition.seconds import expected_seconds
from learner.acquisition.values import Acquisition, Pool, Preference, Request

COST_POWER = 0.5
_SCORES = ("uncertainty", "uncertainty_foreground")


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads what ``power_entropy`` reads, and ``labelled_seconds`` if any."""
    seconds = expected_seconds(pool, rng)
    if seconds is None:
        return power_entropy.prefer(pool, request, rng)
    cost = (seconds / np.median(seconds)) ** COST_POWER
    thrifty = {name: (pool.scores[name] / cost).astype(np.float32) for name in _SCORES}
    return power_entropy.prefer(
        dataclasses.replace(pool, scores={**pool.scores, **thrifty}), request, rng
    )


POWER_ENTROPY_PER_SECOND = Acquisition(
    name="power_entropy_per_second",
    explanation="Unsure tiles as in power_entropy, those first that take people less time.",
    source="Settles, Craven and Friedland 2008; arXiv:2106.12059",
    prefer=prefer,
    needs=power_entropy.POWER_ENTROPY.needs,
)
