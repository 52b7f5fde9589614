"""Where the model contradicts itself when the tile is turned; where objects are rare, first where
it sees any.

Entropy asks for tiles that are hard for anybody, edges in clutter, which people draw slowly;
contradiction asks for those that this model does not know yet, and a batch of them costs people
less time for as good a map (``tta_bald``). A model that has learnt from none of this ground is
wrong about it without contradicting itself. So where more than a fifth of the pool looks empty to
it, as on farmland with hamlets or where roads are mapped, it is ``foreground_random`` until as many
tiles as a batch have labels. Where only one view is taken, as of very large pools, views contradict
nothing and entropy ranks. Either ranks a random draw, as in ``drawn_entropy``
(docs/results.md, "Label efficiency"; docs/decisions/0014-contradiction.md).

Source: ours, of known formulas; that opposite ones suit few labels and many is what G. Hacohen,
A. Dekel and D. Weinshall found, "Active Learning on a Budget", ICML 2022, arXiv:2202.02794. Of the
data sets measured a third to a half of the tiles look empty, or none.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition import drawn_entropy, foreground_random
from learner.acquisition.drawn_entropy import best_of_a_draw
from learner.acquisition.values import Acquisition, Pool, Preference, Reason, Request

LOOKS_EMPTY = 0.05
"""A tile does whose expected share of foreground is below this."""
SPARSE_FROM = 0.2
"""Of the pool, more than this share of such tiles makes sparse ground."""


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``mean_probability`` ``(N,)`` in 0..1; ``bald``, or else ``uncertainty``, in bits."""
    empty = pool.scores["mean_probability"] < LOOKS_EMPTY
    is_sparse = empty.mean() > SPARSE_FROM
    knows_little = len(pool.labelled_xy) < request.batch_size
    if is_sparse and knows_little:
        return foreground_random.prefer(pool, request, rng)
    if "bald" not in pool.scores:
        return drawn_entropy.prefer(pool, request, rng)
    return best_of_a_draw(pool.scores["bald"], request, rng, Reason.UNSURE_OBJECTS)


SUITED = Acquisition(
    name="suited",
    explanation="Where the model changes its mind when turned; on sparse ground first where it "
    "sees objects.",
    source="arXiv:1112.5745; arXiv:2202.02794; arXiv:2511.19183; arXiv:1905.03677",
    prefer=prefer,
    needs=frozenset({"mean_probability", "uncertainty"}),
    helped_by=frozenset({"bald"}),
)
