"""What the demo plays, and the campaign policy that follows from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

MOST_TILES_A_BATCH = 40
FEWEST_TILES_A_BATCH = 4
FINEST_ZOOM = 20
BUILT_IN_TOWN: Mapping[str, Any] = MappingProxyType({"training": {"starting_model": None}})
"""Rules for the built-in town. The starting model was taught on towns like it: with that there was
nothing left to learn, and a demo is to show learning."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The demo's settings; two runs with the same scene and plan share a campaign."""

    rounds: int = 4  # trained rounds; round 0 comes before them
    mappers: int = 6
    error_rate: float = 0.2  # see learner.people.habits.MapperHabits
    speed: float = 0.0  # 0: simulated mappers answer at once
    batch_size: int | None = None  # None: by the size of the pool
    policy: Mapping[str, Any] = field(default_factory=dict)  # rules that differ from the demo's
    zoom: int | None = None  # None: see zoom_for
    seed: int = 20
    class_name: str = "building"


def batch_size_for(pool_tiles: int, rounds: int) -> int:
    """Tiles to ask about in a round, so that the pool outlasts the rounds.

    ``rounds`` batches are answered and one stays queued for the visitor; one more share of the
    pool is never asked for, so that choosing still means something in the last round.
    """
    share = math.floor(pool_tiles / (rounds + 2))
    return max(FEWEST_TILES_A_BATCH, min(MOST_TILES_A_BATCH, share))


def zoom_for(plan: DemoPlan, imagery_zoom: int) -> int:
    """The zoom of the demo's tiles: as asked, else the imagery's own, but no finer than 20."""
    return min(FINEST_ZOOM, imagery_zoom) if plan.zoom is None else plan.zoom


def policy_for(plan: DemoPlan, batch_size: int) -> dict[str, Any]:
    """The campaign policy of the demo: only what differs from the service's defaults.

    Every claim is an audit tile until the audit set has settled. So each checkpoint is measured
    on the same tiles from the first round on, and the mappers' audit work falls into round 0.
    """
    return {"batch_size": batch_size, "audit_every": 1, **plan.policy}
