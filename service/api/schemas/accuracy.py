"""Accuracy, checkpoints and acquisitions on the wire."""

from __future__ import annotations

import datetime as dt
import uuid

from pydantic import Field

from service.api.schemas.shapes import Json, Wire
from service.states import CheckpointState, GateReason


class Interval(Wire):
    """An estimate with its 95 % interval by bootstrap over tiles; None where it is unknown."""

    estimate: float | None
    low: float | None
    high: float | None


class RoundAccuracy(Wire):
    """How good the map of one round's checkpoint is, by the audit set alone."""

    round: int
    checkpoint_id: uuid.UUID
    state: CheckpointState
    reason: str = Field(description="Why it serves, or does not.")
    tile_count: int = Field(description="Audit tiles behind the numbers.")
    iou: Interval | None = None
    precision: Interval | None = None
    recall: Interval | None = None
    f1: Interval | None = None
    object_precision: Interval | None = None
    object_recall: Interval | None = None
    object_f1: Interval | None = None
    gain: Interval | None = Field(None, description="IoU over its parent, on the same tiles.")
    labels: int
    person_seconds: float
    stage_seconds: dict[str, float]


class AuditProgress(Wire):
    tiles: int
    settled: int


class Accuracy(Wire):
    audit: AuditProgress
    rounds: list[RoundAccuracy]


class Checkpoint(Wire):
    id: uuid.UUID
    round: int
    state: CheckpointState
    state_reason: str = Field(description="Why it serves, or does not, in English.")
    state_code: GateReason | None = Field(description="The same for pages in other languages.")
    state_params: Json = Field(description="What a sentence for the code fills in.")
    parent_id: uuid.UUID | None
    sha256: str
    card: Json
    created_at: dt.datetime
    promoted_at: dt.datetime | None


class Checkpoints(Wire):
    checkpoints: list[Checkpoint]


class Acquisition(Wire):
    name: str = Field(examples=["power_entropy"])
    explanation: str
    needs: list[str] = Field(description="Scores of the model that it reads.")
    needs_features: bool


class Acquisitions(Wire):
    acquisitions: list[Acquisition]
