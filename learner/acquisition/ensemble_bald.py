"""Where models trained from different seeds disagree.

Source: N. Houlsby et al. 2011, arXiv:1112.5745 (BALD); W. Beluch et al., "The power of ensembles
for active learning in image classification", CVPR 2018, doi:10.1109/CVPR.2018.00976.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.entropy_top_k import ranked
from learner.acquisition.values import Acquisition, Pool, Preference, Reason, Request


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``ensemble_bald`` ``(N,)``: block-pooled mutual information over members, in bits."""
    return ranked(pool.scores["ensemble_bald"], rng, Reason.UNSURE_OBJECTS)


ENSEMBLE_BALD = Acquisition(
    name="ensemble_bald",
    explanation="Tiles where several models disagree.",
    source="arXiv:1112.5745; doi:10.1109/CVPR.2018.00976",
    prefer=prefer,
    needs=frozenset({"ensemble_bald"}),
)
