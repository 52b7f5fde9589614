"""Random, but mostly where the model already sees objects: the baseline that most methods lose to.

Two draws in three take a tile in proportion to its expected foreground (drawing a foreground pixel
at random and taking its tile, as nnU-Net oversamples foreground); one in three takes any tile.

Source: C. Lüth et al., "nnActive: A Framework for Evaluation of Active Learning in 3D Biomedical
Segmentation", TMLR 2025, arXiv:2511.19183 (Foreground Aware Random, 66 %).
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.values import Acquisition, Floats, Pool, Preference, Reason, Request

FOREGROUND_SHARE = 2.0 / 3.0


def mixed_with_uniform(score: Floats) -> Floats:
    """``(N,)`` probabilities: two thirds in proportion to ``score`` ``(N,)``, one third uniform.

    All uniform where no score is above 0.
    """
    shown = score.clip(min=0.0)
    total = shown.sum()
    by_score = shown / total if total > 0 else np.full(len(score), 1.0 / len(score))
    return np.asarray(FOREGROUND_SHARE * by_score + (1.0 - FOREGROUND_SHARE) / len(score))


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``mean_probability`` ``(N,)`` in 0..1, the expected share of foreground pixels."""
    expected = pool.scores["mean_probability"].astype(np.float64).clip(min=0.0)
    reason = [Reason.RANDOM_CHECK, Reason.SEES_OBJECTS]
    return Preference(
        score=expected,
        strength=np.log(mixed_with_uniform(expected)),
        greedy=False,
        reason=[reason[seen] for seen in (expected > expected.mean()).tolist()],
    )


FOREGROUND_RANDOM = Acquisition(
    name="foreground_random",
    explanation="At random, mostly among tiles where the model sees objects.",
    source="arXiv:2511.19183",
    prefer=prefer,
    needs=frozenset({"mean_probability"}),
)
