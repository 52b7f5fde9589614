"""SQL of rounds: every change of state is one conditional UPDATE."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from service.states import CampaignState, RoundState, TileRole, TileState
from service.tables import Campaign, Review, Round, Selection, StartingLabel, Tile


def lock_campaign(session: Session, campaign_id: uuid.UUID) -> Campaign | None:
    """The campaign, locked against other writers; rows that only point at it are not held up."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock(session: Session, round_id: uuid.UUID) -> Round | None:
    """The round, locked: publishing, holding and resuming happen one after the other."""
    return session.scalars(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def latest(session: Session, campaign_id: uuid.UUID) -> Round | None:
    return session.scalars(
        select(Round)
        .where(Round.campaign_id == campaign_id)
        .order_by(Round.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def by_number(session: Session, campaign_id: uuid.UUID, number: int) -> Round | None:
    return session.scalars(
        select(Round).where(Round.campaign_id == campaign_id, Round.number == number)
    ).one_or_none()


def of_campaign(session: Session, campaign_id: uuid.UUID) -> Sequence[Round]:
    return session.scalars(
        select(Round).where(Round.campaign_id == campaign_id).order_by(Round.number)
    ).all()


def labelling(session: Session, campaign_id: uuid.UUID) -> Round | None:
    """The round whose order people work through now."""
    return session.scalars(
        select(Round)
        .where(Round.campaign_id == campaign_id, Round.state == RoundState.LABELLING)
        .order_by(Round.number.desc())
        .limit(1)
    ).one_or_none()


def automatic_campaigns(session: Session) -> Sequence[uuid.UUID]:
    """Active campaigns that label now and whose policy starts rounds by itself."""
    return session.scalars(
        select(Campaign.id)
        .join(Round, Round.campaign_id == Campaign.id)
        .where(
            Campaign.state == CampaignState.ACTIVE,
            Campaign.policy["auto_rounds"].as_boolean(),
            Round.state == RoundState.LABELLING,
        )
        .distinct()
    ).all()


def move(
    session: Session,
    round_id: uuid.UUID,
    from_states: Collection[RoundState],
    to_state: RoundState,
    **values: Any,
) -> bool:
    """From one of ``from_states`` to ``to_state``, or nothing at all; says whether it moved."""
    moved = session.execute(
        update(Round)
        .where(Round.id == round_id, Round.state.in_(from_states))
        .values(state=to_state, **values)
        .returning(Round.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return moved is not None


def close_labelling_but(session: Session, round_: Round) -> None:
    """Close the campaign's other labelling rounds: one order serves at a time."""
    session.execute(
        update(Round)
        .where(
            Round.campaign_id == round_.campaign_id,
            Round.state == RoundState.LABELLING,
            Round.id != round_.id,
        )
        .values(state=RoundState.CLOSED, closed_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def record(session: Session, round_id: uuid.UUID, **values: Any) -> None:
    """Facts about the round that change no state."""
    session.execute(
        update(Round)
        .where(Round.id == round_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def record_stage(session: Session, round_id: uuid.UUID, stage: str, seconds: float) -> None:
    """How long a stage's work took by the clock, in seconds."""
    record(
        session,
        round_id,
        stage_seconds=Round.stage_seconds.op("||")(func.jsonb_build_object(stage, seconds)),
    )


def settled_pool_tiles(session: Session, campaign_id: uuid.UUID) -> int:
    """Pool tiles with a usable label: what a model can learn from."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Tile)
            .where(
                Tile.campaign_id == campaign_id,
                Tile.role == TileRole.POOL,
                Tile.state == TileState.SETTLED,
            )
        )
        or 0
    )


def has_starting_labels(session: Session, campaign_id: uuid.UUID) -> bool:
    return bool(session.scalar(select(exists().where(StartingLabel.campaign_id == campaign_id))))


def has_selections(session: Session, campaign_id: uuid.UUID) -> bool:
    """Whether people have an order to work through, be it an old one."""
    return bool(
        session.scalar(
            select(exists().where(Selection.round_id == Round.id, Round.campaign_id == campaign_id))
        )
    )


def person_seconds(session: Session, campaign_id: uuid.UUID) -> float:
    """Seconds that people have reported so far, audit tiles included."""
    return float(
        session.scalar(
            select(func.coalesce(func.sum(Review.seconds_spent), 0.0)).where(
                Review.campaign_id == campaign_id
            )
        )
        or 0.0
    )


def batch(session: Session, round_id: uuid.UUID) -> tuple[int, int]:
    """Size of the round's batch, and how many of its tiles need no more people (not open)."""
    size, settled = session.execute(
        select(func.count(), func.count().filter(Tile.state != TileState.OPEN))
        .select_from(Selection)
        .join(Tile, Tile.id == Selection.tile_id)
        .where(Selection.round_id == round_id, Selection.in_batch)
    ).one()
    return size, settled
