"""What the model is least sure about; where objects are rare, first where it sees any.

Of a model that has learnt from none of this ground, as a starting model, the most uncertain tiles
of sparse ground are bare soil and forest edges, and teach least. So where more than a fifth of the
pool looks empty to it, as on farmland with hamlets or where roads are mapped, it is
``foreground_random`` until as many tiles as a batch have labels. From then on, and from the start
where every tile has objects, it is ``drawn_entropy`` (docs/results.md, "Label efficiency";
docs/decisions/0012-objects-then-unsure.md).

Source: ours, of two known formulas; that opposite ones suit few labels and many is what
G. Hacohen, A. Dekel and D. Weinshall found, "Active Learning on a Budget", ICML 2022,
arXiv:2202.02794. Of the data sets measured a third to a half of the tiles look empty, or none.
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
    is_sparse = empty.mean() > SPARSE_FROM
    knows_little = len(pool.labelled_xy) < request.batch_size
    formula: Prefer = (
        foreground_random.prefer if is_sparse and knows_little else drawn_entropy.prefer
    )
    return formula(pool, request, rng)


SUITED = Acquisition(
    name="suited",
    explanation="What the model is least sure about; on sparse ground first where it sees objects.",
    source="arXiv:2202.02794; arXiv:2511.19183; arXiv:1905.03677",
    prefer=prefer,
    needs=frozenset({"mean_probability", "uncertainty"}),
)
