from __future__ import annotations

import uuid

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.states import TileRole, TileState
from service.tables.base import Base, geometry, state_column


class Tile(Base):
    """An XYZ square of a campaign; the zoom is the campaign's."""

    __tablename__ = "tiles"
    __table_args__ = (
        UniqueConstraint("campaign_id", "x", "y"),
        # With the id: a claim beyond every selection walks open tiles in this order.
        Index("ix_tiles_campaign_id_role_state", "campaign_id", "role", "state", "id"),
        Index(  # few at any time: tiles that wait for another pair of eyes
            "ix_tiles_campaign_id_begun",
            "campaign_id",
            "role",
            postgresql_where=text("reviewed > 0 AND reviewed < needed"),
        ),
        Index("ix_tiles_campaign_id_shard", "campaign_id", "shard"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    x: Mapped[int]
    y: Mapped[int]
    shard: Mapped[str]  # quadkey of the parent five zooms up: at most 1,024 tiles
    role: Mapped[TileRole] = mapped_column(state_column(TileRole))
    state: Mapped[TileState] = mapped_column(state_column(TileState), default=TileState.OPEN)
    # Seats: a tile may be claimed while leased + reviewed < needed. The three numbers stand in the
    # row that a claim locks, because a count over leases would be as old as the claim's snapshot.
    needed: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    leased: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    reviewed: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"), deferred=True)
