"""The one function that RQ calls, with a job's id: claim it, do it, and say how it ended.

However often it is called, the work is done once: of two claims one gets the row, and what a job
publishes is keyed by what it was made from.
"""

from __future__ import annotations

import functools
import logging
import os
import socket
import uuid
from collections.abc import Callable

from learner.errors import LearnerError, OneSidedLabels, TooFewLabels, TrainingStopped
from learner.imagery.errors import ImageryUnreachable
from service.database import Database
from service.jobs.blame import why_of
from service.jobs.claim import Claim, FenceLost, Heart, claim
from service.jobs.context import (
    JobContext,
    Services,
    Stopped,
    listen_for_stop,
    stop_requested,
)
from service.jobs.ending import fail, give_back, refuse_training, try_again
from service.jobs.wake import wake_campaign
from service.queries import jobs
from service.settings import Settings
from service.states import JobKind

log = logging.getLogger(__name__)


def run(job_id: str) -> None:
    """RQ's way in: settings come from the environment."""
    listen_for_stop()
    work_on(uuid.UUID(job_id), _services_of_process(os.getpid()))


def work_on(job_id: uuid.UUID, services: Services) -> None:
    """Do a job, and after a shard those of its round that still wait.

    To make a network ready takes as long as to predict a shard with it, so a process that has one
    goes on. The wake-ups of what it has done find nothing left to do.
    """
    following: uuid.UUID | None = job_id
    while following is not None:
        done = work(following, services)
        following = _next_shard(services.database, done) if done is not None else None


def _next_shard(database: Database, done: Claim) -> uuid.UUID | None:
    if done.kind is not JobKind.PREDICT or stop_requested():
        return None
    with database.session() as session:
        return jobs.any_waiting(session, done.round_id, done.kind)


def work(job_id: uuid.UUID, services: Services) -> Claim | None:
    """Do a job if it waits; the claim under which it was done, or None where it was not."""
    claimed = claim(services.database, job_id, worker_name())
    if claimed is None:
        log.info("job %s does not wait; nothing to do", job_id)
        return None
    log.info("job %s: %s %s, attempt %d", job_id, claimed.kind, claimed.shard, claimed.attempts)
    try:
        with Heart(services.database, claimed, every_s=services.settings.heartbeat_s) as heart:
            _work_of(claimed.kind)(JobContext(claimed, heart, services))
    except FenceLost as lost:
        log.warning("%s; its work is dropped", lost)
    except (Stopped, TrainingStopped):
        log.info("job %s stops with its worker and waits for another", job_id)
        give_back(services.database, claimed)
    except (TooFewLabels, OneSidedLabels) as refusal:
        refuse_training(services.database, claimed, why_of(refusal))
        wake_campaign(services.database, services.redis, claimed.campaign_id)
    except Exception as error:
        # Whatever goes wrong in a job must end in its row, where people see it, not in a log.
        log.exception("job %s failed", job_id)
        _end_badly(services, claimed, error)
    else:
        wake_campaign(services.database, services.redis, claimed.campaign_id)
        return claimed
    return None


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _end_badly(services: Services, claimed: Claim, error: Exception) -> None:
    """What a person must change is held at once; what may pass is tried again first."""
    if isinstance(error, LearnerError) and not isinstance(error, ImageryUnreachable):
        fail(services.database, claimed, why_of(error))
    else:
        try_again(services.database, claimed, why_of(error))


def _work_of(kind: JobKind) -> Callable[[JobContext], None]:
    """The work of a kind; imported when needed, so that light jobs never load torch."""
    match kind:
        case JobKind.TRAIN:
            from service.jobs.train import train as found
        case JobKind.PREDICT:
            from service.jobs.predict import predict as found
        case JobKind.STITCH:
            from service.jobs.stitch import stitch as found
        case JobKind.SELECT:
            from service.jobs.select import select as found
        case JobKind.MEASURE:
            from service.jobs.measure import measure as found
    return found


@functools.cache
def _services_of_process(_pid: int) -> Services:
    """Connections are never shared over a fork: each process opens its own."""
    return Services.open(Settings())
