from __future__ import annotations

import uuid

from geoalchemy2 import WKBElement
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.states import CampaignState
from service.tables.base import Base, Created, Json, NewId, geometry, state_column


class Campaign(Base):
    """One area, one class, one imagery source."""

    __tablename__ = "campaigns"

    id: Mapped[NewId]
    name: Mapped[str]
    class_name: Mapped[str]
    zoom: Mapped[int]
    # Deferred: it may have thousands of corners, and each claim and each answer reads the row.
    area: Mapped[WKBElement] = mapped_column(geometry("MULTIPOLYGON"), deferred=True)
    imagery: Mapped[Json]  # learner.imagery.spec.ImagerySpec as JSON
    policy: Mapped[Json]  # service.domain.policy.Policy as JSON
    seed: Mapped[int]
    state: Mapped[CampaignState] = mapped_column(
        state_column(CampaignState), default=CampaignState.ACTIVE
    )
    promoted_checkpoint_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("checkpoints.id", use_alter=True)
    )
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("actors.id"))
    created_at: Mapped[Created]


class StartingLabel(Base):
    """Unverified geometry that came with the campaign (OSM, a file): trains at a lower weight."""

    __tablename__ = "starting_labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), index=True
    )
    geom: Mapped[WKBElement] = mapped_column(geometry("POLYGON"))
