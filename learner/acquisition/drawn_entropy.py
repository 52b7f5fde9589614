"""Of a random draw of the pool, the tiles that the model is least sure about, strictly by rank.

``TILES_DRAWN`` tiles are drawn for each one of the batch. In a pool of that size or smaller this is
``entropy_top_k``. Of a large one the very top may be what no model can tell, clouds and seams of
the imagery, or the same thing many times; so a batch is made of the best twentieth of its draw and
never of less, which is as strict as what has been measured (docs/results.md). The propensity that
is logged is that of the ranking, given the draw.

Source: D. Yoo and I. S. Kweon, "Learning Loss for Active Learning", CVPR 2019, arXiv:1905.03677,
section 4.1, after W. H. Beluch et al., CVPR 2018: the best of a random subset, so that a batch does
not repeat itself. Its size is ours.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.entropy_top_k import ranked
from learner.acquisition.values import Acquisition, Floats32, Pool, Preference, Reason, Request

TILES_DRAWN = 20


def best_of_a_draw(
    score: Floats32, request: Request, rng: np.random.Generator, reason: Reason
) -> Preference:
    """A greedy preference by ``score`` ``(N,)`` among the tiles drawn; others are never taken."""
    preference = ranked(score, rng, reason)
    drawn = max(TILES_DRAWN * request.batch_size, request.length)
    if drawn < len(score):
        passed_over = rng.permutation(len(score))[drawn:]
        preference.strength[passed_over] = -np.inf
    return preference


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``uncertainty`` ``(N,)``: mean pixel entropy of the most uncertain blocks, in bits."""
    return best_of_a_draw(pool.scores["uncertainty"], request, rng, Reason.UNSURE_GROUND)


DRAWN_ENTROPY = Acquisition(
    name="drawn_entropy",
    explanation="The tiles that the model is least sure about, of a random draw of the pool.",
    source="arXiv:1905.03677; arXiv:2401.08501",
    prefer=prefer,
    needs=frozenset({"uncertainty"}),
)
