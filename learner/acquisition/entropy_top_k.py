"""The tiles that the model is least sure about, strictly by rank.

Source: B. Settles, "Active Learning Literature Survey", 2009, section 3.1 (uncertainty sampling);
tiles are scored by their most uncertain blocks, as K.-C. Kahl et al., "ValUES", ICLR 2024
(arXiv:2401.08501) find that how pixel scores are pooled matters most.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.values import (
    Acquisition,
    Pool,
    Preference,
    Reason,
    Request,
    descending,
)


def ranked(score: np.ndarray, rng: np.random.Generator, reason: Reason) -> Preference:
    """A greedy preference by ``score`` ``(N,)``, equal scores in random order."""
    score = score.astype(np.float64)
    order = np.lexsort((rng.random(len(score)), -score))
    return Preference(
        score=score,
        strength=descending(order, len(score)),
        greedy=True,
        reason=[reason] * len(score),
    )


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``uncertainty`` ``(N,)``: mean pixel entropy of the most uncertain blocks, in bits."""
    return ranked(pool.scores["uncertainty"], rng, Reason.UNSURE_GROUND)


ENTROPY_TOP_K = Acquisition(
    name="entropy_top_k",
    explanation="The tiles that the model is least sure about, most unsure first.",
    source="Settles 2009; arXiv:2401.08501",
    prefer=prefer,
    needs=frozenset({"uncertainty"}),
)
