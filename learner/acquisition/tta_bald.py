"""Where the model contradicts itself when the tile is flipped.

Mutual information between the pixel's class and the view: entropy of the mean minus mean entropy.

Source: N. Houlsby et al., "Bayesian Active Learning for Classification and Preference Learning",
2011, arXiv:1112.5745 (BALD); G. Wang et al., "Aleatoric uncertainty estimation with test-time
augmentation", Neurocomputing 2019, doi:10.1016/j.neucom.2019.01.103 (views as the sample).
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.entropy_top_k import ranked
from learner.acquisition.values import Acquisition, Pool, Preference, Reason, Request


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``bald`` ``(N,)``: block-pooled mutual information over views, in bits."""
    return ranked(pool.scores["bald"], rng, Reason.UNSURE_OBJECTS)


TTA_BALD = Acquisition(
    name="tta_bald",
    explanation="Tiles where the model changes its mind when the picture is turned.",
    source="arXiv:1112.5745; doi:10.1016/j.neucom.2019.01.103",
    prefer=prefer,
    needs=frozenset({"bald"}),
)
