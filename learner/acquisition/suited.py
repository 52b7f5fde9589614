"""First the tiles that look least like each other, then those that the model is least sure about.

A model that has learnt from none of this ground, as a starting model, does not know what it does
not know: what it is least sure of there are bare soil and forest edges. So until as many tiles as a
batch have labels it is ``coreset``, of a random draw as large as that of ``drawn_entropy``: of a
whole large pool the least alike are clouds, water and seams of the imagery. From then on it is
``drawn_entropy`` (docs/results.md, "Label efficiency"; docs/decisions/0012-spread-then-unsure.md).

Source: ours, of two known formulas; that opposite ones suit few labels and many is what
G. Hacohen, A. Dekel and D. Weinshall found, "Active Learning on a Budget", ICML 2022,
arXiv:2202.02794.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from learner.acquisition import coreset, drawn_entropy
from learner.acquisition.values import Acquisition, Pool, Preference, Reason, Request


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``features`` ``(N, D)``, ``labelled_features`` and ``uncertainty`` ``(N,)`` in bits."""
    known = pool.labelled_features
    if known is not None and len(known) >= request.batch_size:
        return drawn_entropy.prefer(pool, request, rng)
    return _unlike(pool, request, rng)


def _unlike(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """``coreset`` among the tiles of a draw; all others are never taken."""
    assert pool.features is not None, "the selector asks only when can_judge() holds"
    rows = np.sort(drawn_entropy.drawn(len(pool), request, rng))
    part = dataclasses.replace(pool, xy=pool.xy[rows], features=pool.features[rows], scores={})
    found = coreset.prefer(part, request, rng)
    score, strength = np.zeros(len(pool)), np.full(len(pool), -np.inf)
    score[rows], strength[rows] = found.score, found.strength
    return dataclasses.replace(
        found, score=score, strength=strength, reason=[Reason.MODEL_BLIND] * len(pool)
    )


SUITED = Acquisition(
    name="suited",
    explanation="First tiles unlike each other, then those that the model is least sure about.",
    source="arXiv:2202.02794; arXiv:1708.00489; arXiv:1905.03677",
    prefer=prefer,
    needs=frozenset({"uncertainty"}),
    needs_features=True,
)
