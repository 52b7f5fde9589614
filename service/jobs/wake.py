"""Waking workers: RQ entries that carry a job's id and nothing else.

Always after the commit that wrote the row. An entry that is lost does no harm (the reconciler wakes
again) and neither does one too many (of two claims, one gets the row).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from service.database import Database
from service.queries import jobs
from service.states import QUEUE_OF_JOB
from service.states import Queue as QueueName
from service.tables import Job

ENTRY = "service.jobs.entry.run"
# RQ's own limits only clean up after what has long been given up here: heartbeats decide.
JOB_TIMEOUT_S = 24 * 3600
RESULT_TTL_S = 60
FAILURE_TTL_S = 3600

log = logging.getLogger(__name__)


def rq_queue(connection: redis.Redis, name: QueueName) -> Queue:
    return Queue(name.value, connection=connection, serializer=JSONSerializer)


def wake(connection: redis.Redis, waiting: Iterable[Job]) -> list[uuid.UUID]:
    """Put jobs on their queues; returns the ids of those that Redis took."""
    woken = []
    for job in waiting:
        try:
            rq_queue(connection, QUEUE_OF_JOB[job.kind]).enqueue(
                ENTRY,
                str(job.id),
                job_timeout=JOB_TIMEOUT_S,
                result_ttl=RESULT_TTL_S,
                failure_ttl=FAILURE_TTL_S,
                description=f"{job.kind.value} {job.shard}".strip(),
            )
        except redis.RedisError as error:
            log.warning("Redis took no wake-up (%s); the reconciler tries again", error)
            break
        woken.append(job.id)
    return woken


def wake_campaign(database: Database, connection: redis.Redis, campaign_id: uuid.UUID) -> None:
    """Wake a campaign's new jobs; to be called after the commit that wrote them.

    Never fails for want of Redis: the rows are the truth, and are found again.
    """
    with database.session() as session:
        jobs.mark_woken(session, wake(connection, jobs.never_woken(session, campaign_id)))
