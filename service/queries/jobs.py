"""SQL of jobs: the claim, the heartbeat and what the reconciler looks for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.states import JobKind, JobState
from service.tables import Job, Round

_UNFINISHED = (JobState.WAITING, JobState.RUNNING)


def add(session: Session, round_: Round, kind: JobKind, shards: Collection[str] = ("",)) -> None:
    """One waiting job for each shard; those that exist already stay as they are."""
    session.execute(
        insert(Job)
        .values(
            [
                {
                    "id": uuid.uuid4(),
                    "campaign_id": round_.campaign_id,
                    "round_id": round_.id,
                    "kind": kind,
                    "shard": shard,
                    "state": JobState.WAITING,
                    "fence": 0,
                    "attempts": 0,
                    "progress": {},
                }
                for shard in shards
            ]
        )
        .on_conflict_do_nothing(index_elements=["round_id", "kind", "shard"])
    )


def add_or_rearm(session: Session, round_: Round, kind: JobKind) -> None:
    """A waiting job, also where an earlier one of the kind has finished.

    A running one is left alone, but its row is locked by the conflict: its completing transaction
    comes before this one, and then it is waiting again, or after it, and then it sees the cause.
    """
    fresh = insert(Job).values(
        id=uuid.uuid4(),
        campaign_id=round_.campaign_id,
        round_id=round_.id,
        kind=kind,
        shard="",
        state=JobState.WAITING,
        fence=0,
        attempts=0,
        progress={},
    )
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["round_id", "kind", "shard"],
            set_={"state": JobState.WAITING.value, "attempts": 0, "woken_at": None, "error": None},
            where=Job.state.not_in(_UNFINISHED),
        )
    )


def get(session: Session, job_id: uuid.UUID) -> Job | None:
    return session.get(Job, job_id, populate_existing=True)


def lock(session: Session, job_id: uuid.UUID) -> Job | None:
    """The job's row, locked until the transaction ends."""
    return session.scalars(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def claim(session: Session, job_id: uuid.UUID, worker: str) -> Job | None:
    """Take a waiting job: one conditional UPDATE, so that of two workers one gets it."""
    return session.scalars(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.WAITING)
        .values(
            state=JobState.RUNNING,
            fence=Job.fence + 1,
            attempts=Job.attempts + 1,
            worker=worker,
            progress={},
            started_at=func.clock_timestamp(),
            heartbeat_at=func.clock_timestamp(),
            finished_at=None,
        )
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def beat(session: Session, job_id: uuid.UUID, fence: int, progress: Mapping[str, Any]) -> bool:
    """Say that the claim lives; False when another claim, a hold or a close has ended it."""
    alive = session.execute(
        update(Job)
        .where(_held_by(job_id, fence))
        .values(heartbeat_at=func.clock_timestamp(), progress=dict(progress))
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return alive is not None


def end(session: Session, job_id: uuid.UUID, state: JobState, error: str | None = None) -> None:
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state=state, error=error, finished_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def wait_again(
    session: Session, job_id: uuid.UUID, *, error: str | None = None, free: bool = False
) -> None:
    """Back to waiting, to be woken; ``free`` takes the attempt back (a stop is no failure)."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(
            state=JobState.WAITING,
            error=error,
            woken_at=None,
            attempts=Job.attempts - 1 if free else Job.attempts,
        )
        .execution_options(synchronize_session=False)
    )


def cancel_unfinished(session: Session, round_id: uuid.UUID) -> None:
    """Cancel what waits or runs; what runs finds out by its next heartbeat."""
    session.execute(
        update(Job)
        .where(Job.round_id == round_id, Job.state.in_(_UNFINISHED), Job.kind != JobKind.MEASURE)
        .values(state=JobState.CANCELLED, finished_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def rearm(session: Session, round_id: uuid.UUID) -> None:
    """Failed and cancelled jobs of a round wait again, with all their attempts."""
    session.execute(
        update(Job)
        .where(
            Job.round_id == round_id,
            Job.state.in_((JobState.FAILED, JobState.CANCELLED)),
            Job.kind != JobKind.MEASURE,
        )
        .values(state=JobState.WAITING, attempts=0, woken_at=None, error=None, finished_at=None)
        .execution_options(synchronize_session=False)
    )


def any_unfinished(session: Session, round_id: uuid.UUID, kind: JobKind) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Job.round_id == round_id, Job.kind == kind, Job.state != JobState.DONE
                )
            )
        )
    )


def of_rounds(session: Session, round_ids: Collection[uuid.UUID]) -> Sequence[Job]:
    return session.scalars(
        select(Job)
        .where(Job.round_id.in_(round_ids))
        .order_by(Job.created_at, Job.shard)
        .execution_options(populate_existing=True)
    ).all()


def stage_seconds(session: Session, round_id: uuid.UUID, kind: JobKind) -> float:
    """Seconds by the clock from the first start of a stage's jobs to their last end."""
    span = extract("epoch", func.max(Job.finished_at) - func.min(Job.started_at))
    return float(
        session.scalar(select(span).where(Job.round_id == round_id, Job.kind == kind)) or 0.0
    )


def any_waiting(session: Session, round_id: uuid.UUID, kind: JobKind) -> uuid.UUID | None:
    """A waiting job of a round, by chance: of several workers few ask for the same one."""
    return session.scalar(
        select(Job.id)
        .where(Job.round_id == round_id, Job.kind == kind, Job.state == JobState.WAITING)
        .order_by(func.random())
        .limit(1)
    )


def waiting(session: Session) -> Sequence[tuple[Job, float | None]]:
    """Waiting jobs, each with the seconds since it was last woken (None: never), longest first."""
    since = extract("epoch", func.clock_timestamp() - Job.woken_at)
    rows = session.execute(
        select(Job, since)
        .where(Job.state == JobState.WAITING)
        .order_by(Job.woken_at.asc().nulls_first(), Job.created_at)
    )
    return [(job, None if seconds is None else float(seconds)) for job, seconds in rows]


def never_woken(session: Session, campaign_id: uuid.UUID) -> Sequence[Job]:
    return session.scalars(
        select(Job)
        .where(
            Job.campaign_id == campaign_id,
            Job.state == JobState.WAITING,
            Job.woken_at.is_(None),
        )
        .order_by(Job.created_at, Job.shard)
    ).all()


def mark_woken(session: Session, job_ids: Collection[uuid.UUID]) -> None:
    session.execute(
        update(Job)
        .where(Job.id.in_(job_ids))
        .values(woken_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def only_reconciler(session: Session) -> bool:
    """Whether this transaction, until it ends, is the only one that reconciles."""
    key = func.hashtextextended("tilewise reconciler", 0)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def silent(session: Session, stale_s: float) -> Sequence[uuid.UUID]:
    """Running jobs whose worker has said nothing for ``stale_s`` seconds."""
    return session.scalars(select(Job.id).where(_silent_for(stale_s))).all()


def is_silent(session: Session, job_id: uuid.UUID, stale_s: float) -> bool:
    return bool(session.scalar(select(exists().where(Job.id == job_id, _silent_for(stale_s)))))


def _silent_for(stale_s: float) -> ColumnElement[bool]:
    """By the database's clock, the only one that all workers share."""
    limit = func.clock_timestamp() - dt.timedelta(seconds=stale_s)
    return (Job.state == JobState.RUNNING) & (Job.heartbeat_at < limit)


def _held_by(job_id: uuid.UUID, fence: int) -> ColumnElement[bool]:
    return (Job.id == job_id) & (Job.fence == fence) & (Job.state == JobState.RUNNING)
