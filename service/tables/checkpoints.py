from __future__ import annotations

import datetime as dt
import uuid

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.states import CheckpointState, GateReason
from service.tables.base import Base, Created, Json, NewId, geometry, state_column


class Checkpoint(Base):
    """Weights in the artefact store, with config and the fingerprint of the data they saw."""

    __tablename__ = "checkpoints"
    __table_args__ = (
        Index(
            "uq_checkpoints_campaign_id_promoted",
            "campaign_id",
            unique=True,
            postgresql_where=text("state = 'promoted'"),
        ),
    )

    id: Mapped[NewId]
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("rounds.id", ondelete="CASCADE"), unique=True
    )
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("checkpoints.id"))
    state: Mapped[CheckpointState] = mapped_column(
        state_column(CheckpointState), default=CheckpointState.CANDIDATE
    )
    state_reason: Mapped[str] = mapped_column(default="")
    state_code: Mapped[GateReason | None] = mapped_column(state_column(GateReason))
    state_params: Mapped[Json] = mapped_column(default=dict)
    artefact_key: Mapped[str]
    sha256: Mapped[str]
    card: Mapped[Json]
    created_at: Mapped[Created]
    promoted_at: Mapped[dt.datetime | None]


class PredictedShard(Base):
    """One finished shard: its probabilities as a GeoTIFF, its unfinished edges, its features."""

    __tablename__ = "predicted_shards"

    checkpoint_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True
    )
    shard: Mapped[str] = mapped_column(primary_key=True)
    artefact_key: Mapped[str]  # folder-like prefix: probability.tif, features.npz, pieces.npz
    tile_count: Mapped[int]


class TilePrediction(Base):
    """What a checkpoint says about one tile, in numbers."""

    __tablename__ = "tile_predictions"

    checkpoint_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True
    )
    tile_id: Mapped[int] = mapped_column(
        ForeignKey("tiles.id", ondelete="CASCADE"), primary_key=True
    )
    uncertainty: Mapped[float]
    uncertainty_foreground: Mapped[float]
    mean_probability: Mapped[float]


class PredictedObject(Base):
    """One whole outline, owned by the tile that holds its representative point."""

    __tablename__ = "predicted_objects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    checkpoint_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("checkpoints.id", ondelete="CASCADE"), index=True
    )
    tile_id: Mapped[int | None] = mapped_column(ForeignKey("tiles.id", ondelete="CASCADE"))
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"))
    confidence: Mapped[float]  # mean probability inside, 0 to 1
