"""Predictions: what the promoted checkpoint says, as whole outlines."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.actors import KnownActor
from service.domain.campaigns import get_campaign
from service.queries import predictions
from service.queries.tasks import Outline
from service.states import Role


@dataclass(frozen=True, slots=True)
class Predicted:
    """A page of outlines; no checkpoint, no outlines."""

    class_name: str
    checkpoint_id: uuid.UUID | None
    outlines: list[Outline]


def list_predictions(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    after: int,
    bounds: tuple[float, float, float, float] | None,
    limit: int,
    actor: KnownActor,
) -> Predicted:
    """Outlines of the promoted checkpoint by id.

    Volunteers judge audit tiles blind, so what the model says there is kept from them here too.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    campaign = get_campaign(session, campaign_id)
    sees_audit = actor.role == Role.COORDINATOR
    checkpoint_id = campaign.promoted_checkpoint_id
    outlines = (
        []
        if checkpoint_id is None
        else predictions.page(
            session, checkpoint_id, after=after, bounds=bounds, limit=limit, with_audit=sees_audit
        )
    )
    return Predicted(campaign.class_name, checkpoint_id, outlines)
