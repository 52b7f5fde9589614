"""Contributions: what one person's answers came to, for that person alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.actors import KnownActor
from service.domain.campaigns import get_campaign
from service.queries import contributions
from service.queries.contributions import Agreement, Answers, Taught


@dataclass(frozen=True, slots=True)
class Contribution:
    """One person's share in a campaign; ``taught`` is None before the first model."""

    answers: Answers
    agreement: Agreement
    taught: Taught | None


def contribution_of(session: Session, actor: KnownActor, campaign_id: uuid.UUID) -> Contribution:
    """What the actor has done here, and what became of it.

    Raises:
        CampaignNotFound: there is none.
    """
    get_campaign(session, campaign_id)
    return Contribution(
        contributions.answers(session, campaign_id, actor.id),
        contributions.agreement(session, campaign_id, actor.id),
        contributions.taught(session, campaign_id, actor.id),
    )
