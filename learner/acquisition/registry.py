"""Every acquisition by name: what the API's menu, the policy and the benchmark read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from learner.acquisition.badge import BADGE
from learner.acquisition.coreset import CORESET
from learner.acquisition.drawn_entropy import DRAWN_ENTROPY
from learner.acquisition.ensemble_bald import ENSEMBLE_BALD
from learner.acquisition.entropy_top_k import ENTROPY_TOP_K
from learner.acquisition.foreground_random import FOREGROUND_RANDOM
from learner.acquisition.power_entropy import POWER_ENTROPY
from learner.acquisition.power_entropy_per_second import POWER_ENTROPY_PER_SECOND
from learner.acquisition.random import RANDOM
from learner.acquisition.spread_entropy import SPREAD_ENTROPY
from learner.acquisition.suited import SUITED
from learner.acquisition.tta_bald import TTA_BALD
from learner.acquisition.typiclust import TYPICLUST
from learner.acquisition.values import Acquisition

ACQUISITIONS: Mapping[str, Acquisition] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            SUITED,
            DRAWN_ENTROPY,
            SPREAD_ENTROPY,
            POWER_ENTROPY,
            POWER_ENTROPY_PER_SECOND,
            RANDOM,
            FOREGROUND_RANDOM,
            ENTROPY_TOP_K,
            TTA_BALD,
            ENSEMBLE_BALD,
            CORESET,
            BADGE,
            TYPICLUST,
        )
    }
)
