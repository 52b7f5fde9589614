from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.states import LeaseState
from service.tables.base import Base, Created, NewId, state_column


class Lease(Base):
    """A claim on a tile by one actor, with an expiry. Its id is the token of the claim."""

    __tablename__ = "leases"
    __table_args__ = (
        Index(
            "uq_leases_tile_id_actor_id_active",
            "tile_id",
            "actor_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_leases_state_expires_at", "state", "expires_at"),
        Index("ix_leases_campaign_id_actor_id", "campaign_id", "actor_id"),
    )

    id: Mapped[NewId]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    tile_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tiles.id", ondelete="CASCADE"))
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("actors.id"))
    round_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column(  # whose outlines were shown
        ForeignKey("checkpoints.id")
    )
    state: Mapped[LeaseState] = mapped_column(state_column(LeaseState), default=LeaseState.ACTIVE)
    created_at: Mapped[Created]
    expires_at: Mapped[dt.datetime]
