"""The child of a worker on a GPU machine: ``python -m service.jobs.spawned …``, one for each job.

RQ's own spawned child rebuilds its Redis connection from keyword arguments, which fails for unix
sockets; this one reads the settings, as every process here does.
"""

from __future__ import annotations

import logging
import os
import sys

from redis import Redis
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from service.jobs.context import listen_for_stop
from service.jobs.parent import die_with_parent
from service.jobs.wake import rq_queue
from service.settings import Settings
from service.states import Queue


def main(worker_key: str, job_id: str, queue: Queue, execution_id: str) -> None:
    """Do one RQ job in this process, on behalf of the worker that waits for it."""
    listen_for_stop()
    settings = Settings()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    connection = Redis.from_url(settings.redis_address)
    worker = Worker.find_by_key(worker_key, connection=connection, serializer=JSONSerializer)
    if worker is None:
        sys.exit(f"worker {worker_key} is gone")
    job = Job.fetch(job_id, connection=connection, serializer=JSONSerializer)
    worker.execution = Execution.fetch(execution_id, job_id, connection=connection)
    os.setpgrp()
    die_with_parent()
    worker._is_horse = True  # as RQ's own spawned child does; it has no public name
    worker.main_work_horse(job, rq_queue(connection, queue))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Queue(sys.argv[3]), sys.argv[4])
