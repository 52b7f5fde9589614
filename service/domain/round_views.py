"""Rounds as people see them: state, reason, jobs with progress, batch, and what it led to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.errors import CampaignNotFound, RoundNotFound
from service.queries import checkpoints, jobs, rounds
from service.states import CheckpointState, HoldReason, JobKind, JobState, RoundState
from service.tables import Campaign, Checkpoint, Job, Round


@dataclass(frozen=True)
class JobView:
    """All jobs of one kind in a round: what one progress bar shows.

    Attributes:
        state: running if any runs, else failed, waiting or cancelled if any is, else done.
        progress: ``done`` and ``total`` summed over jobs that report in one ``unit``, and whatever
            else the newest report says (epoch, loss, tiles_per_s).
        error: of a job that failed or is tried again.
    """

    kind: JobKind
    state: JobState
    jobs: int
    jobs_done: int
    attempts: int
    progress: dict[str, Any]
    error: str | None


@dataclass(frozen=True)
class BatchView:
    """The tiles a round asks about; ``settled`` need no more people."""

    size: int
    settled: int


@dataclass(frozen=True)
class RoundView:
    """One round, whole."""

    id: uuid.UUID
    campaign_id: uuid.UUID
    number: int
    state: RoundState
    held_in: RoundState | None
    held_reason: str | None
    held_code: HoldReason | None
    held_params: Mapping[str, Any]
    label_count: int
    person_seconds: float
    checkpoint_id: uuid.UUID | None
    checkpoint_state: CheckpointState | None
    promoted: bool | None
    promotion_reason: str | None
    stage_seconds: dict[str, float]
    batch: BatchView
    jobs: list[JobView]
    created_at: dt.datetime
    labelling_at: dt.datetime | None
    closed_at: dt.datetime | None


def view_rounds(session: Session, campaign_id: uuid.UUID) -> list[RoundView]:
    """Every round of a campaign, oldest first.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    if session.get(Campaign, campaign_id) is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    return _views(session, campaign_id, rounds.of_campaign(session, campaign_id))


def view_round(session: Session, campaign_id: uuid.UUID, number: int) -> RoundView:
    """One round by its number.

    Raises:
        RoundNotFound: the campaign has no such round.
    """
    round_ = rounds.by_number(session, campaign_id, number)
    if round_ is None:
        raise RoundNotFound(f"The campaign has no round {number}.", number=number)
    return _views(session, campaign_id, [round_])[0]


def _views(session: Session, campaign_id: uuid.UUID, found: Sequence[Round]) -> list[RoundView]:
    of_round: dict[uuid.UUID, list[Job]] = defaultdict(list)
    for job in jobs.of_rounds(session, [round_.id for round_ in found]):
        of_round[job.round_id].append(job)
    by_id = {
        checkpoint.id: checkpoint for checkpoint, _ in checkpoints.of_campaign(session, campaign_id)
    }
    return [
        _view(
            round_,
            BatchView(*rounds.batch(session, round_.id)),
            of_round[round_.id],
            None if round_.checkpoint_id is None else by_id.get(round_.checkpoint_id),
        )
        for round_ in found
    ]


def _view(
    round_: Round, batch: BatchView, jobs_: Sequence[Job], checkpoint: Checkpoint | None
) -> RoundView:
    judged = checkpoint is not None and checkpoint.state is not CheckpointState.CANDIDATE
    return RoundView(
        id=round_.id,
        campaign_id=round_.campaign_id,
        number=round_.number,
        state=round_.state,
        held_in=round_.held_in,
        held_reason=round_.held_reason,
        held_code=round_.held_code,
        held_params=round_.held_params,
        label_count=round_.label_count,
        person_seconds=round_.person_seconds,
        checkpoint_id=round_.checkpoint_id,
        checkpoint_state=checkpoint.state if checkpoint else None,
        # A retired checkpoint was promoted once, or a person rolled it back: it passed either way.
        promoted=checkpoint.state is not CheckpointState.HELD if checkpoint and judged else None,
        promotion_reason=checkpoint.state_reason if checkpoint and judged else None,
        stage_seconds=dict(round_.stage_seconds),
        batch=batch,
        jobs=[_job_view(kind, of_kind) for kind in JobKind if (of_kind := _of(kind, jobs_))],
        created_at=round_.created_at,
        labelling_at=round_.labelling_at,
        closed_at=round_.closed_at,
    )


def _of(kind: JobKind, jobs_: Sequence[Job]) -> list[Job]:
    return [job for job in jobs_ if job.kind is kind]


def _job_view(kind: JobKind, of_kind: Sequence[Job]) -> JobView:
    states = {job.state for job in of_kind}
    ranked = (
        JobState.RUNNING,
        JobState.FAILED,
        JobState.WAITING,
        JobState.CANCELLED,
        JobState.DONE,
    )
    newest = max(of_kind, key=lambda job: job.heartbeat_at or job.created_at)
    progress = dict(newest.progress)
    if "total" in progress:
        progress["total"] = sum(job.progress.get("total", 0) for job in of_kind)
        progress["done"] = sum(map(_units_done, of_kind))
    return JobView(
        kind=kind,
        state=next(state for state in ranked if state in states),
        jobs=len(of_kind),
        jobs_done=sum(job.state is JobState.DONE for job in of_kind),
        attempts=max(job.attempts for job in of_kind),
        progress=progress,
        error=next((job.error for job in of_kind if job.error), None),
    )


def _units_done(job: Job) -> float:
    """What was last reported; all of it once the job is done, whose last report came too late."""
    done: float = job.progress.get("total" if job.state is JobState.DONE else "done", 0)
    return done
