"""How a job ends when it does not end well. Each is one transaction under the claim's fence."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from service.database import Database
from service.domain import rounds
from service.jobs.claim import Claim, FenceLost, publish
from service.queries import jobs
from service.queries import rounds as round_queries
from service.reasons import Why
from service.states import HoldReason, JobKind, JobState
from service.tables import Round

MOST_ATTEMPTS = 3
_LOST = Why("its worker died or lost the database, and said nothing more", HoldReason.WORKER_LOST)


def give_back(database: Database, claimed: Claim) -> None:
    """The worker stops: the job waits for another, and this attempt does not count."""
    _write(
        database, claimed, lambda session, _: jobs.wait_again(session, claimed.job_id, free=True)
    )


def try_again(database: Database, claimed: Claim, error: Why[HoldReason]) -> None:
    """Something that may pass went wrong: wait again, until the attempts are used up."""
    _write(
        database,
        claimed,
        lambda session, round_: _again_or_hold(
            session, round_, claimed.job_id, claimed.kind, claimed.attempts, error
        ),
    )


def fail(database: Database, claimed: Claim, error: Why[HoldReason]) -> None:
    """Something that a person must change: no further attempt, the round is held."""
    _write(
        database,
        claimed,
        lambda session, round_: _fail_and_hold(
            session, round_, claimed.job_id, claimed.kind, error
        ),
    )


def refuse_training(database: Database, claimed: Claim, reason: Why[HoldReason]) -> None:
    """The labels do not suffice to train on."""

    def write(session: Session, round_: Round) -> None:
        jobs.end(session, claimed.job_id, JobState.FAILED, reason.text)
        rounds.train_was_refused(session, round_.id, reason)

    _write(database, claimed, write)


def give_up_on_silent(database: Database, job_id: uuid.UUID, stale_s: float) -> bool:
    """A running job whose worker is silent waits again, or holds its round; says whether it did."""
    with database.session() as session:
        found = jobs.get(session, job_id)
        round_ = None if found is None else round_queries.lock(session, found.round_id)
        job = jobs.lock(session, job_id)
        # Looked at again under the lock: it may have spoken or ended since.
        if round_ is None or job is None or not jobs.is_silent(session, job_id, stale_s):
            return False
        _again_or_hold(session, round_, job.id, job.kind, job.attempts, _LOST)
        return True


def _again_or_hold(
    session: Session,
    round_: Round,
    job_id: uuid.UUID,
    kind: JobKind,
    attempts: int,
    error: Why[HoldReason],
) -> None:
    if attempts < MOST_ATTEMPTS:
        jobs.wait_again(session, job_id, error=error.text)
    else:
        tried = f"The {kind} job failed {attempts} times, last so: {error.text}"
        text = f"{tried.rstrip('. ')}. Resume the round."
        why = replace(error, text=text, params={**error.params, "attempts": attempts})
        _fail_and_hold(session, round_, job_id, kind, why)


def _fail_and_hold(
    session: Session, round_: Round, job_id: uuid.UUID, kind: JobKind, reason: Why[HoldReason]
) -> None:
    jobs.end(session, job_id, JobState.FAILED, reason.text)
    if kind is not JobKind.MEASURE:  # the round goes on; the next audit label measures again
        why = replace(reason, params={**reason.params, "stage": kind.value})
        rounds.hold(session, round_.id, why)


def _write(database: Database, claimed: Claim, write: Callable[[Session, Round], None]) -> None:
    try:
        publish(database, claimed, write)
    except FenceLost:
        return  # somebody else has the job by now: it is theirs to end
