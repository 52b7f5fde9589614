"""Accuracy, checkpoints and acquisitions on the wire."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from learner.evaluation.forecast import Outlook, two_digits
from service.api.schemas.shapes import Json, Wire
from service.states import CheckpointState, ForecastReason, GateReason


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


class GainRange(Wire):
    """Of the score, with the range that is right 4 times out of 5."""

    estimate: float
    low: float
    high: float


# More than two digits would be a claim.
Tiles = Annotated[int, BeforeValidator(two_digits), Field(examples=[60])]


class TilesRange(Wire):
    """Tiles to two significant digits, with the range that is right 4 times out of 5."""

    estimate: Tiles
    low: Tiles
    high: Tiles


class Forecast(Wire):
    """How many more tiles until pixel IoU reaches a target, and what the next ones are worth."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "target": 0.75,
                    "outlook": "within_reach",
                    "more_tiles": {"estimate": 60, "low": 40, "high": 110},
                    "gain": {"estimate": 0.012, "low": 0.005, "high": 0.019},
                    "gain_tiles": 40,
                    "labels": 200,
                    "rounds": 5,
                    "rounds_needed": 4,
                    "audit_tiles": 48,
                }
            ]
        },
    )

    target: float
    outlook: Outlook
    why: ForecastReason | None = Field(None, description="Only where it cannot be told.")
    more_tiles: TilesRange | None = Field(
        None, description="Beyond `labels`; only where the target is within reach."
    )
    gain: GainRange | None = Field(None, description="What `gain_tiles` beyond `labels` are worth.")
    gain_tiles: int = Field(description="The campaign's batch.")
    labels: int = Field(description="Tiles that the serving checkpoint has learned from.")
    rounds: int = Field(description="Rounds behind it: measured, and their checkpoints served.")
    rounds_needed: int
    audit_tiles: int = Field(description="Audit tiles that all these rounds are measured on.")


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
