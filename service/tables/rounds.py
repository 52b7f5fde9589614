from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.states import ChosenBy, HoldReason, JobKind, JobState, RoundState
from service.tables.base import Base, Created, Json, NewId, state_column


class Round(Base):
    """train -> predict -> select -> label, once. Round 0 starts without a model."""

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        # One round a campaign is on its way to labelling; asking twice meets this index.
        Index(
            "uq_rounds_campaign_id_running",
            "campaign_id",
            unique=True,
            postgresql_where=text("state IN ('planned', 'training', 'predicting', 'selecting')"),
        ),
    )

    id: Mapped[NewId]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(state_column(RoundState), default=RoundState.PLANNED)
    held_in: Mapped[RoundState | None] = mapped_column(state_column(RoundState, name="held_in"))
    held_reason: Mapped[str | None]
    held_code: Mapped[HoldReason | None] = mapped_column(state_column(HoldReason))
    held_params: Mapped[Json] = mapped_column(default=dict)
    seed: Mapped[int]
    label_count: Mapped[int] = mapped_column(default=0)  # settled pool tiles that it learns from
    person_seconds: Mapped[float] = mapped_column(default=0.0)  # reported by reviews so far
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("checkpoints.id", use_alter=True)
    )
    stage_seconds: Mapped[Json] = mapped_column(default=dict)  # {"train": 41.2, "predict": ...}
    created_at: Mapped[Created]
    labelling_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class Job(Base):
    """One piece of work. The row is the truth; RQ only wakes a worker to look at it."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("round_id", "kind", "shard"),
        Index("ix_jobs_state_heartbeat_at", "state", "heartbeat_at"),
    )

    id: Mapped[NewId]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    kind: Mapped[JobKind] = mapped_column(state_column(JobKind))
    shard: Mapped[str] = mapped_column(default="")  # "" where the job is not one of many; no NULLs
    state: Mapped[JobState] = mapped_column(state_column(JobState), default=JobState.WAITING)
    fence: Mapped[int] = mapped_column(default=0)  # grows with each claim; only the latest writes
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    progress: Mapped[Json] = mapped_column(default=dict)  # {"done": 3, "total": 40, "unit": ...}
    error: Mapped[str | None]
    woken_at: Mapped[dt.datetime | None]
    heartbeat_at: Mapped[dt.datetime | None]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    created_at: Mapped[Created]


class Selection(Base):
    """A tile's place in a round's order, and how it came by it."""

    __tablename__ = "selections"
    __table_args__ = (Index("ix_selections_round_id_rank", "round_id", "rank"),)

    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True
    )
    tile_id: Mapped[int] = mapped_column(
        ForeignKey("tiles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]  # 0 is asked first; ranks below the batch size are the batch
    in_batch: Mapped[bool]
    chosen_by: Mapped[ChosenBy] = mapped_column(state_column(ChosenBy))
    propensity: Mapped[float]  # probability with which this draw took this tile, in (0, 1]
    score: Mapped[float]
    reason: Mapped[str]  # key of a plain sentence in the UI's catalogue
