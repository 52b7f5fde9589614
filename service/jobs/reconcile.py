"""The reconciler: finds jobs whose wake-up or worker was lost, and wakes them again.

It runs as a thread of the light worker, which does its jobs in its own process and never forks (a
fork beside a thread may copy a lock that nobody opens again). Any number of light workers may run:
an advisory lock lets one look at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import redis
from sqlalchemy.exc import SQLAlchemyError

from service.database import Database
from service.domain.automatic_rounds import start_when_batch_is_done
from service.jobs.ending import give_up_on_silent
from service.jobs.wake import rq_queue, wake, wake_campaign
from service.queries import jobs
from service.queries import rounds as round_queries
from service.settings import Settings
from service.states import QUEUE_OF_JOB, Queue
from service.tables import Job

log = logging.getLogger(__name__)


def reconcile(database: Database, connection: redis.Redis, settings: Settings) -> None:
    """One look; harmless at any time, and as often as one likes."""
    with database.session() as guard:
        if not jobs.only_reconciler(guard):
            return
        with database.session() as session:
            silent = jobs.silent(session, settings.job_stale_s)
        for job_id in silent:
            if give_up_on_silent(database, job_id, settings.job_stale_s):
                log.warning("job %s lost its worker", job_id)
        with database.session() as session:
            lost = _lost_wake_ups(jobs.waiting(session), connection, settings.reconcile_s)
            jobs.mark_woken(session, wake(connection, lost))
        _start_due_rounds(database, connection)


def run_reconciler(
    database: Database, connection: redis.Redis, settings: Settings, over: threading.Event
) -> None:
    """Look every ``reconcile_s`` seconds until ``over``; outages are waited out."""
    while not over.wait(settings.reconcile_s):
        try:
            reconcile(database, connection, settings)
        except (SQLAlchemyError, redis.RedisError) as error:
            log.warning("the reconciler could not look: %s", error)


def _lost_wake_ups(
    waiting: Sequence[tuple[Job, float | None]], connection: redis.Redis, grace_s: float
) -> list[Job]:
    """Jobs that were never woken, and as many woken ones as their queue has entries too few.

    A long queue is no loss: its jobs were woken long ago, and their entries are all there. Those
    woken within ``grace_s`` seconds may be on their way from the queue to a worker.
    """
    lost = [job for job, since_s in waiting if since_s is None]
    for queue in Queue:
        woken = [
            (job, since_s)
            for job, since_s in waiting
            if since_s is not None and QUEUE_OF_JOB[job.kind] is queue
        ]
        missing = len(woken) - rq_queue(connection, queue).count
        overdue = [job for job, since_s in woken if since_s > grace_s]
        lost += overdue[: max(0, missing)]
    return lost


def _start_due_rounds(database: Database, connection: redis.Redis) -> None:
    """Batches whose last two labels were settled at once, each blind to the other."""
    with database.session() as session:
        automatic = round_queries.automatic_campaigns(session)
    for campaign_id in automatic:
        with database.session() as session:
            started = start_when_batch_is_done(session, campaign_id)
        if started:
            wake_campaign(database, connection, campaign_id)
