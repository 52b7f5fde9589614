"""Accuracy over rounds, as everyone may read it; measured elsewhere (service.domain.measure)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.campaigns import get_campaign
from service.queries import accuracy, checkpoints
from service.tables import Accuracy, Checkpoint, Round


@dataclass(frozen=True, slots=True)
class AccuracyOverRounds:
    """Measured checkpoints, oldest first, and how far the audit set has come."""

    audit_tiles: int
    audit_settled: int
    rounds: list[tuple[Round, Checkpoint, Accuracy]]


def accuracy_over_rounds(session: Session, campaign_id: uuid.UUID) -> AccuracyOverRounds:
    """What is known of each measured checkpoint.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    get_campaign(session, campaign_id)
    tiles, settled = accuracy.audit_progress(session, campaign_id)
    return AccuracyOverRounds(tiles, settled, list(accuracy.by_round(session, campaign_id)))


def list_checkpoints(session: Session, campaign_id: uuid.UUID) -> list[tuple[Checkpoint, int]]:
    """Checkpoints with their rounds' numbers, newest first.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    get_campaign(session, campaign_id)
    return list(reversed(checkpoints.of_campaign(session, campaign_id)))
