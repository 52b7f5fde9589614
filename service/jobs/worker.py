"""A worker process: ``python -m service.jobs.worker train|predict|light``.

It listens on exactly one queue, since only then RQ moves an entry atomically (BLMOVE) and none can
vanish between pop and start. ``train`` and ``predict`` fork a child for each job, from a parent
that has imported torch once and never touched CUDA; where there is a GPU's driver, children are
spawned instead. ``light`` works in its own process and carries the reconciler as a thread.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

from redis import Redis
from rq import Queue as RqQueue
from rq import SimpleWorker, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from service.database import open_database
from service.jobs import context
from service.jobs.parent import die_with_parent
from service.jobs.reconcile import run_reconciler
from service.settings import Settings
from service.states import Queue

MAINTENANCE_S = 30


class ForkingWorker(Worker):
    """RQ's worker, whose child stops at its next look when the worker is told to stop."""

    def handle_warm_shutdown_request(self) -> None:
        if self.horse_pid:
            os.kill(self.horse_pid, context.STOP_SIGNAL)

    def setup_work_horse_signals(self) -> None:
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
        die_with_parent()


class SpawningWorker(ForkingWorker):
    """The same where CUDA is: it cannot be initialised again in a forked child."""

    def fork_work_horse(self, job: Job, queue: RqQueue) -> None:
        assert self.execution is not None, "RQ prepares an execution before it asks for a child"
        call = [sys.executable, "-m", "service.jobs.spawned", self.key, job.id, queue.name]
        self._horse_pid = os.spawnv(os.P_NOWAIT, sys.executable, [*call, self.execution.id])


class LightWorker(SimpleWorker):
    """Works in its own process."""

    def handle_warm_shutdown_request(self) -> None:
        context.request_stop()


def main(queue: Queue) -> None:
    """Work until SIGTERM or SIGINT."""
    settings = Settings()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    _limit_threads(settings)
    context.listen_for_stop()
    connection = Redis.from_url(settings.redis_address)
    worker = _worker_class(queue)(
        [queue.value],
        connection=connection,
        serializer=JSONSerializer,
        maintenance_interval=MAINTENANCE_S,
    )
    if queue is Queue.LIGHT:
        _with_reconciler(worker, connection, settings)
    else:
        _import_models()
        worker.work(logging_level=settings.log_level)


def _worker_class(queue: Queue) -> type[BaseWorker]:
    if queue is Queue.LIGHT:
        return LightWorker
    # Asking torch would touch CUDA; the driver's device file tells as much.
    return SpawningWorker if Path("/dev/nvidiactl").exists() else ForkingWorker


def _with_reconciler(worker: BaseWorker, connection: Redis, settings: Settings) -> None:
    over = threading.Event()
    database = open_database(settings)
    thread = threading.Thread(
        target=run_reconciler,
        args=(database, connection, settings, over),
        name="reconciler",
        daemon=True,
    )
    thread.start()
    try:
        worker.work(logging_level=settings.log_level)
    finally:
        over.set()
        thread.join(timeout=settings.reconcile_s)
        database.close()


def _limit_threads(settings: Settings) -> None:
    """Libraries start a thread for each core of the machine, also where we may use only two."""
    threads = settings.threads or len(os.sched_getaffinity(0))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, str(threads))
    # Threads that wait for each other by spinning starve the API beside them, and themselves:
    # measured four times slower training on two busy cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Workers share their cores with each other. Threads that spin while they wait for a core that
    # another process has made a training five times slower (measured on two busy cores).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _import_models() -> None:
    """Seconds of imports once, not for each job; forked children share the memory."""
    import learner.predict
    import learner.training.loop  # noqa: F401


if __name__ == "__main__":
    main(Queue(sys.argv[1]))
