from __future__ import annotations

import datetime as dt
import uuid

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, Sequence, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.states import Doubt, LabelKind, ObjectSource
from service.tables.base import Base, Created, Json, NewId, geometry, state_column

REVISION = Sequence("label_revision", metadata=Base.metadata)


class Label(Base):
    """What the campaign holds true about one tile."""

    __tablename__ = "labels"

    tile_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tiles.id", ondelete="CASCADE"), primary_key=True
    )
    campaign_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[LabelKind] = mapped_column(state_column(LabelKind))
    version: Mapped[int]  # 1, 2, ...: grows when newer reviews change the answer
    review_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)))
    settled_at: Mapped[dt.datetime]
    doubt: Mapped[Doubt | None] = mapped_column(state_column(Doubt))  # gone with a second voice


class LabelObject(Base):
    """An outline as one tile's label has it; neighbours may hold the same object again."""

    __tablename__ = "label_objects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tile_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("labels.tile_id", ondelete="CASCADE"), index=True
    )
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"))
    source: Mapped[ObjectSource] = mapped_column(state_column(ObjectSource))


class MapObject(Base):
    """An object as it leaves the house: whole, once, with the lineage of every tile that saw it."""

    __tablename__ = "map_objects"
    __table_args__ = (
        Index("ix_map_objects_campaign_id_revision", "campaign_id", "revision"),
        Index(
            "ix_map_objects_campaign_id_live",
            "campaign_id",
            postgresql_where=text("NOT deleted"),
        ),
    )

    id: Mapped[NewId]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    tile_id: Mapped[int | None] = mapped_column(  # the tile that holds its representative point
        BigInteger, ForeignKey("tiles.id", ondelete="CASCADE"), index=True
    )
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"))
    source: Mapped[ObjectSource] = mapped_column(state_column(ObjectSource))
    lineage: Mapped[Json]  # {"tiles": […], "reviews": […], "checkpoints": […], "rounds": […]}
    # The label objects that were merged into it: how a changed label finds its old whole objects.
    versions: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    revision: Mapped[int] = mapped_column(BigInteger, server_default=REVISION.next_value())
    deleted: Mapped[bool] = mapped_column(default=False)  # a tombstone for clients that follow
    created_at: Mapped[Created]
