"""Rounds: planned → training → predicting → selecting → labelling → closed; or held, with a reason.

What moves a round is always one conditional UPDATE inside the transaction that also writes the
next stage's job rows. Nobody here wakes a worker: whoever commits calls
:func:`service.jobs.wake.wake_campaign` afterwards, and the reconciler finds what was forgotten.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from service.domain.beginning import begins_with_a_model
from service.errors import (
    CampaignNotActive,
    CampaignNotFound,
    RoundAlreadyRunning,
    RoundNotFound,
    RoundNotHeld,
)
from service.queries import accuracy as accuracy_queries
from service.queries import jobs, rounds
from service.queries import predicted as predicted_queries
from service.reasons import Why
from service.states import CampaignState, HoldReason, JobKind, RoundState
from service.tables import Campaign, Round

RUNNING = (
    RoundState.PLANNED,
    RoundState.TRAINING,
    RoundState.PREDICTING,
    RoundState.SELECTING,
)
STAGE_OF_JOB = {
    JobKind.TRAIN: RoundState.TRAINING,
    JobKind.PREDICT: RoundState.PREDICTING,
    JobKind.STITCH: RoundState.PREDICTING,
    JobKind.SELECT: RoundState.SELECTING,
}


def start_round(session: Session, campaign_id: uuid.UUID) -> Round:
    """Plan the next round: with labels of any kind it trains; without, the starting model looks at
    the tiles, or where there is none, diverse ones are selected.

    A held round before it is closed: its reason has been read, and this one sees newer labels.

    Raises:
        CampaignNotFound, CampaignNotActive: there is nothing to start.
        RoundAlreadyRunning: one round a campaign is on its way to labelling.
    """
    campaign = _active_campaign(session, campaign_id)
    before = rounds.latest(session, campaign_id)
    if before is not None and before.state in RUNNING:
        raise _already_running(before)
    if before is not None:
        rounds.move(
            session,
            before.id,
            (RoundState.HELD,),
            RoundState.CLOSED,
            closed_at=func.clock_timestamp(),
        )
    number = 0 if before is None else before.number + 1
    round_ = Round(
        campaign_id=campaign_id,
        number=number,
        seed=(campaign.seed + 7919 * number) % 2**31,
        label_count=rounds.settled_pool_tiles(session, campaign_id),
        person_seconds=rounds.person_seconds(session, campaign_id),
    )
    session.add(round_)
    session.flush()
    has_model = (
        round_.label_count > 0
        or rounds.has_starting_labels(session, campaign_id)
        or begins_with_a_model(session, campaign_id)
    )
    jobs.add(session, round_, JobKind.TRAIN if has_model else JobKind.SELECT)
    return round_


def begin_stage(session: Session, round_id: uuid.UUID, kind: JobKind) -> None:
    """A worker has taken the round's first job: it is planned no longer."""
    if kind in STAGE_OF_JOB:
        rounds.move(session, round_id, (RoundState.PLANNED,), STAGE_OF_JOB[kind])


def advance(session: Session, round_: Round, done: JobKind) -> None:
    """What follows when a job of ``done`` has just ended well; harmless when said twice.

    The caller holds the round's lock: the last of many shards is the one that sees no other left.
    """
    if done is JobKind.MEASURE:
        if accuracy_queries.round_to_measure(session, round_.campaign_id) is not None:
            jobs.add_or_rearm(session, round_, JobKind.MEASURE)
    elif not jobs.any_unfinished(session, round_.id, done):
        seconds = jobs.stage_seconds(session, round_.id, done)
        rounds.record_stage(session, round_.id, done.value, round(seconds, 3))
        _begin_what_follows(session, round_, done)


def _begin_what_follows(session: Session, round_: Round, done: JobKind) -> None:
    match done:
        case JobKind.TRAIN:
            if rounds.move(session, round_.id, (RoundState.TRAINING,), RoundState.PREDICTING):
                shards = predicted_queries.shards_of_campaign(session, round_.campaign_id)
                jobs.add(session, round_, JobKind.PREDICT, shards)
        case JobKind.PREDICT:
            jobs.add(session, round_, JobKind.STITCH)
        case JobKind.STITCH:
            if rounds.move(session, round_.id, (RoundState.PREDICTING,), RoundState.SELECTING):
                jobs.add(session, round_, JobKind.SELECT)
        case JobKind.SELECT:
            now = func.clock_timestamp()
            if rounds.move(
                session,
                round_.id,
                (RoundState.SELECTING,),
                RoundState.LABELLING,
                labelling_at=now,
            ):
                rounds.close_labelling_but(session, round_)


def hold(session: Session, round_id: uuid.UUID, reason: Why[HoldReason]) -> None:
    """Stop a running round with a reason that says what to do; people label on by the old order."""
    round_ = rounds.lock(session, round_id)
    if round_ is None or round_.state not in RUNNING:
        return
    jobs.cancel_unfinished(session, round_id)
    rounds.move(
        session,
        round_id,
        RUNNING,
        RoundState.HELD,
        held_in=round_.state,
        **_told(reason),
    )


def train_was_refused(session: Session, round_id: uuid.UUID, reason: Why[HoldReason]) -> None:
    """The labels do not suffice: hold the round; or start cold where people have no order yet.

    An empty queue helps nobody, and the labels of a cold start are just what is missing.
    """
    round_ = rounds.lock(session, round_id)
    if round_ is None:
        return
    if rounds.has_selections(session, round_.campaign_id):
        hold(session, round_id, reason)
    elif rounds.move(
        session, round_id, (RoundState.TRAINING,), RoundState.SELECTING, **_told(reason)
    ):
        jobs.add(session, round_, JobKind.SELECT)


def close_round(session: Session, campaign_id: uuid.UUID, number: int) -> Round:
    """End a round: its order serves no longer, and what still works for it is cancelled.

    Raises:
        RoundNotFound: the campaign has no such round.
    """
    round_ = _round(session, campaign_id, number)
    jobs.cancel_unfinished(session, round_.id)
    rounds.move(
        session,
        round_.id,
        (*RUNNING, RoundState.LABELLING, RoundState.HELD),
        RoundState.CLOSED,
        closed_at=func.clock_timestamp(),
    )
    session.refresh(round_)
    return round_


def resume_round(session: Session, campaign_id: uuid.UUID, number: int) -> Round:
    """Take a held round up where it stopped, with fresh attempts for its jobs.

    Raises:
        RoundNotFound: the campaign has no such round.
        RoundNotHeld: it is not held.
        RoundAlreadyRunning: a later round is on its way.
    """
    _active_campaign(session, campaign_id)
    latest = rounds.latest(session, campaign_id)
    if latest is not None and latest.state in RUNNING:
        raise _already_running(latest)
    round_ = _round(session, campaign_id, number)
    if round_.state is not RoundState.HELD or round_.held_in is None:
        raise RoundNotHeld(
            f"Round {number} is {round_.state}, not held: there is nothing to resume.",
            number=number,
            state=round_.state,
        )
    rounds.move(
        session,
        round_.id,
        (RoundState.HELD,),
        round_.held_in,
        held_in=None,
        held_reason=None,
        held_code=None,
        held_params={},
    )
    jobs.rearm(session, round_.id)
    session.refresh(round_)
    return round_


def _told(reason: Why[HoldReason]) -> dict[str, Any]:
    return {
        "held_reason": reason.text,
        "held_code": reason.code,
        "held_params": dict(reason.params),
    }


def _active_campaign(session: Session, campaign_id: uuid.UUID) -> Campaign:
    campaign = rounds.lock_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    if campaign.state is not CampaignState.ACTIVE:
        raise CampaignNotActive(
            f"The campaign is {campaign.state}; make it active before it goes on.",
            state=campaign.state,
        )
    return campaign


def _round(session: Session, campaign_id: uuid.UUID, number: int) -> Round:
    found = rounds.by_number(session, campaign_id, number)
    round_ = None if found is None else rounds.lock(session, found.id)
    if round_ is None:
        raise RoundNotFound(f"The campaign has no round {number}.", number=number)
    return round_


def _already_running(round_: Round) -> RoundAlreadyRunning:
    return RoundAlreadyRunning(
        f"Round {round_.number} is {round_.state}. Wait until it asks people, or close it first.",
        number=round_.number,
        state=round_.state,
    )
