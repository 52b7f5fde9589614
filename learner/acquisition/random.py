"""Every tile is as likely as any other: the fair competitor of everything else here."""

from __future__ import annotations

import numpy as np

from learner.acquisition.values import Acquisition, ChosenBy, Pool, Preference, Reason, Request


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Uniform over the pool. Reads nothing."""
    return Preference(
        score=np.zeros(len(pool)),
        strength=np.zeros(len(pool)),
        greedy=False,
        reason=[Reason.RANDOM_CHECK] * len(pool),
        spread=False,  # passing neighbours over would no longer be a simple random sample
        chosen_by=ChosenBy.RANDOM,
    )


RANDOM = Acquisition(
    name="random",
    explanation="Any tile, with equal chance.",
    source="simple random sampling",
    prefer=prefer,
)
