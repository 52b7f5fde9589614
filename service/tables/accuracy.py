from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.tables.base import Base, Json


class AuditCount(Base):
    """Counts of one checkpoint on one audit tile; every claimed score is a function of these."""

    __tablename__ = "audit_counts"

    checkpoint_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True
    )
    tile_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tiles.id", ondelete="CASCADE"), primary_key=True
    )
    label_version: Mapped[int]
    pixel_tp: Mapped[int]
    pixel_fp: Mapped[int]
    pixel_fn: Mapped[int]
    pixel_tn: Mapped[int]
    object_tp: Mapped[int]
    object_fp: Mapped[int]
    object_fn: Mapped[int]


class Accuracy(Base):
    """Scores with intervals of one checkpoint, recomputed whenever an audit label changes."""

    __tablename__ = "accuracy"

    checkpoint_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True
    )
    tile_count: Mapped[int]
    scores: Mapped[Json]  # {"iou": {"estimate":, "low":, "high":}, ..., "gain": {...}}
    computed_at: Mapped[dt.datetime]
