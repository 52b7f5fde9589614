"""Rounds on the wire."""

from __future__ import annotations

import datetime as dt
import uuid

from pydantic import Field

from service.api.schemas.shapes import Json, Wire
from service.states import CheckpointState, HoldReason, JobKind, JobState, RoundState


class JobProgress(Wire):
    """All jobs of one kind in a round: one progress bar."""

    kind: JobKind
    shard: str = ""
    state: JobState
    jobs: int
    jobs_done: int
    attempts: int
    progress: Json
    error: str | None


class Batch(Wire):
    size: int
    settled: int = Field(description="Tiles of the batch that need no more people.")


class Round(Wire):
    id: uuid.UUID
    campaign_id: uuid.UUID
    number: int
    state: RoundState
    held_in: RoundState | None
    held_reason: str | None = Field(description="Why it is held, and what to do, in English.")
    held_code: HoldReason | None = Field(description="The same for pages in other languages.")
    held_params: Json = Field(description="What a sentence for the code fills in.")
    label_count: int = Field(description="Settled pool tiles that it learns from.")
    person_seconds: float = Field(description="Seconds people had reported when it started.")
    checkpoint_id: uuid.UUID | None
    checkpoint_state: CheckpointState | None
    promoted: bool | None
    promotion_reason: str | None
    stage_seconds: dict[str, float]
    batch: Batch
    jobs: list[JobProgress]
    created_at: dt.datetime
    labelling_at: dt.datetime | None
    closed_at: dt.datetime | None


class Rounds(Wire):
    rounds: list[Round]
