from __future__ import annotations

import uuid

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.states import Answer, CantTellReason, ObjectSource, ReviewStanding
from service.tables.base import Base, Created, Json, geometry, state_column


class Review(Base):
    """What one person said of one tile: append-only, its id made by the client."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_tile_id", "tile_id"),
        Index("ix_reviews_campaign_id_created_at", "campaign_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    tile_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tiles.id", ondelete="CASCADE"))
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actors.id"))
    lease_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("leases.id"))
    round_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rounds.id", ondelete="SET NULL"))
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("checkpoints.id"))
    answer: Mapped[Answer] = mapped_column(state_column(Answer))
    cant_tell_reason: Mapped[CantTellReason | None] = mapped_column(state_column(CantTellReason))
    standing: Mapped[ReviewStanding] = mapped_column(
        state_column(ReviewStanding), default=ReviewStanding.COUNTED
    )
    seconds_spent: Mapped[float]
    acts: Mapped[Json] = mapped_column(default=dict)  # {"delete": 1, "draw": 2, ...}
    # Of everything its author sent: tells a repeated review from another one with the same id.
    content_sha256: Mapped[bytes] = mapped_column(default=b"", server_default="")
    created_at: Mapped[Created]


class ReviewObject(Base):
    """One outline of a review, whole: it may reach beyond the tile."""

    __tablename__ = "review_objects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), index=True
    )
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"))
    source: Mapped[ObjectSource] = mapped_column(state_column(ObjectSource))
