"""What was measured best for ground like this, by how many tiles look empty to the model.

Where more than a fifth of the pool does, as on farmland with hamlets or where roads are mapped, it
is ``foreground_random``: objects are what people have to be asked about, and the most uncertain
tiles there are bare soil and forest edges at first, then the fullest ones, which take people
longest. Elsewhere every tile has objects, and it is ``drawn_entropy``: what the model is unsure
about teaches as much as any tile, and costs people half as much (docs/results.md,
"Label efficiency"; docs/decisions/0008-default-acquisition.md).

Source: ours. Of the data sets measured a third to a half of the tiles look empty, or none.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition import drawn_entropy, foreground_random
from learner.acquisition.values import Acquisition, Pool, Prefer, Preference, Request

LOOKS_EMPTY = 0.05
"""A tile does whose expected share of foreground is below this."""
SPARSE_FROM = 0.2
"""Of the pool, more than this share of such tiles makes sparse ground."""


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``mean_probability`` ``(N,)`` in 0..1 and ``uncertainty`` ``(N,)`` in bits."""
    empty = pool.scores["mean_probability"] < LOOKS_EMPTY
    sparse = empty.mean() > SPARSE_FROM
    formula: Prefer = foreground_random.prefer if sparse else drawn_entropy.prefer
    return formula(pool, request, rng)


SUITED = Acquisition(
    name="suited",
    explanation="On sparse ground mostly where the model sees objects, else where it is unsure.",
    source="arXiv:2511.19183; arXiv:1905.03677",
    prefer=prefer,
    needs=frozenset({"mean_probability", "uncertainty"}),
)
