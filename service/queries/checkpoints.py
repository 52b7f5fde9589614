"""SQL of checkpoints."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.reasons import Why
from service.states import CheckpointState, GateReason
from service.tables import Accuracy, Campaign, Checkpoint, Round


def get(session: Session, checkpoint_id: uuid.UUID) -> Checkpoint | None:
    return session.get(Checkpoint, checkpoint_id, populate_existing=True)


def of_round(session: Session, round_id: uuid.UUID) -> Checkpoint | None:
    return session.scalars(select(Checkpoint).where(Checkpoint.round_id == round_id)).one_or_none()


def of_campaign(session: Session, campaign_id: uuid.UUID) -> Sequence[tuple[Checkpoint, int]]:
    """Every checkpoint with its round's number, oldest first."""
    rows = session.execute(
        select(Checkpoint, Round.number)
        .join(Round, Round.id == Checkpoint.round_id)
        .where(Checkpoint.campaign_id == campaign_id)
        .order_by(Round.number)
        .execution_options(populate_existing=True)
    )
    return [(checkpoint, number) for checkpoint, number in rows]


def promoted(session: Session, campaign_id: uuid.UUID) -> Checkpoint | None:
    """The checkpoint that serves."""
    return session.scalars(
        select(Checkpoint)
        .where(
            Checkpoint.campaign_id == campaign_id,
            Checkpoint.state == CheckpointState.PROMOTED,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def measured(session: Session, campaign_id: uuid.UUID) -> Sequence[Checkpoint]:
    """Checkpoints whose predictions are whole (they have an accuracy row), oldest first."""
    return session.scalars(
        select(Checkpoint)
        .join(Accuracy, Accuracy.checkpoint_id == Checkpoint.id)
        .where(Checkpoint.campaign_id == campaign_id)
        .order_by(Checkpoint.created_at)
    ).all()


def retire_promoted(session: Session, campaign_id: uuid.UUID) -> None:
    """Whichever serves, serves no longer; why it once did stays its reason."""
    session.execute(
        update(Checkpoint)
        .where(
            Checkpoint.campaign_id == campaign_id,
            Checkpoint.state == CheckpointState.PROMOTED,
        )
        .values(state=CheckpointState.RETIRED)
        .execution_options(synchronize_session=False)
    )


def set_state(
    session: Session, checkpoint_id: uuid.UUID, state: CheckpointState, reason: Why[GateReason]
) -> None:
    session.execute(
        update(Checkpoint)
        .where(Checkpoint.id == checkpoint_id)
        .values(state=state, **_told(reason))
        .execution_options(synchronize_session=False)
    )


def set_promoted(session: Session, checkpoint: Checkpoint, reason: Why[GateReason]) -> None:
    """Make it the one that serves; the caller has retired the one before and holds the lock."""
    session.execute(
        update(Checkpoint)
        .where(Checkpoint.id == checkpoint.id)
        .values(
            state=CheckpointState.PROMOTED,
            **_told(reason),
            promoted_at=func.clock_timestamp(),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Campaign)
        .where(Campaign.id == checkpoint.campaign_id)
        .values(promoted_checkpoint_id=checkpoint.id)
        .execution_options(synchronize_session=False)
    )


def _told(reason: Why[GateReason]) -> dict[str, Any]:
    return {
        "state_reason": reason.text,
        "state_code": reason.code,
        "state_params": dict(reason.params),
    }
