"""Real worker processes, and what befalls them: lost wake-ups, kill -9, a database gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis
from sqlalchemy import select, text

from service.artefacts import Artefacts
from service.database import Database
from service.domain import rounds
from service.domain.round_views import view_round
from service.jobs.reconcile import reconcile
from service.jobs.wake import rq_queue, wake_campaign
from service.queries import jobs as job_queries
from service.settings import Settings
from service.states import JobKind, JobState, Queue, RoundState, TileRole
from service.tables import Campaign, Job
from tests.service.towns import (
    QUICK_TRAINING,
    TownScene,
    add_campaign,
    add_labelling_round,
    label_tiles,
)

PATIENCE_S = 240.0
LONG_TRAINING = QUICK_TRAINING | {"min_steps": 40, "max_steps": 40, "epochs": 20}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Seconds instead of minutes between a loss and its discovery."""
    return settings.model_copy(update={"heartbeat_s": 0.3, "job_stale_s": 1.5, "reconcile_s": 0.5})


class Workers:
    """Worker processes of one test, all gone when it ends."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        self._settings = settings
        self._logs = logs
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, queue: Queue) -> subprocess.Popen[bytes]:
        with (self._logs / f"{queue}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "service.jobs.worker", queue.value],
                env=self._settings.as_environment(),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def kill_all(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def workers(settings: Settings, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(settings, tmp_path)
    yield workers
    workers.kill_all()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, f"waited in vain for: {what}"
        time.sleep(0.05)


def job_of(database: Database, kind: JobKind) -> Job:
    with database.session() as session:
        return session.scalars(select(Job).where(Job.kind == kind)).one()


def start_round(database: Database, redis: Redis, campaign: Campaign) -> None:
    with database.session() as session:
        rounds.start_round(session, campaign.id)
    wake_campaign(database, redis, campaign.id)


def test_a_round_outlives_a_flushed_redis_a_killed_worker_and_lost_connections(
    database: Database,
    redis_connection: Redis,
    artefacts: Artefacts,
    town: TownScene,
    workers: Workers,
) -> None:
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts, training=LONG_TRAINING)
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=2)
    start_round(database, redis_connection, campaign)
    redis_connection.flushdb()  # the wake-up is lost before anybody heard it
    light, train = workers.start(Queue.LIGHT), workers.start(Queue.TRAIN)

    wait_until(lambda: job_of(database, JobKind.TRAIN).progress.get("epoch", 0) >= 4, "four epochs")
    horses = psutil.Process(train.pid).children()
    train.kill()
    train.wait()
    wait_until(lambda: not any(horse.is_running() for horse in horses), "the child's end")
    reached = job_of(database, JobKind.TRAIN).progress["epoch"]
    redis_connection.flushdb()
    terminate_connections(database)
    workers.start(Queue.TRAIN)
    workers.start(Queue.PREDICT)
    wait_until(
        lambda: (
            ((job := job_of(database, JobKind.TRAIN)).fence == 2 and "epoch" in job.progress)
            or job.state is JobState.DONE
        ),
        "the second attempt",
    )
    # It went on where the first was killed; from the start it would have been seen at 1.
    assert job_of(database, JobKind.TRAIN).progress["epoch"] >= reached
    terminate_connections(database)

    def labelling() -> bool:
        with database.session() as session:
            return view_round(session, campaign.id, 0).state is RoundState.LABELLING

    wait_until(labelling, "the order of tiles")
    assert job_of(database, JobKind.TRAIN).attempts == 2
    assert job_of(database, JobKind.TRAIN).state is JobState.DONE
    light.send_signal(signal.SIGTERM)
    assert light.wait(timeout=30) == 0


def terminate_connections(database: Database) -> None:
    """What a restart of the database does to its clients."""
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_worker_told_to_stop_gives_its_job_back_unpunished(
    database: Database,
    redis_connection: Redis,
    artefacts: Artefacts,
    town: TownScene,
    workers: Workers,
) -> None:
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts, training=LONG_TRAINING)
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
    start_round(database, redis_connection, campaign)
    worker = workers.start(Queue.TRAIN)
    wait_until(lambda: "epoch" in job_of(database, JobKind.TRAIN).progress, "an epoch")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    job = job_of(database, JobKind.TRAIN)
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_a_spawned_child_does_a_job_as_a_forked_one_does(
    database: Database,
    redis_connection: Redis,
    artefacts: Artefacts,
    town: TownScene,
    settings: Settings,
) -> None:
    """On GPU machines children are spawned; nothing in it needs a GPU."""
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts)
    start_round(database, redis_connection, campaign)
    code = (
        "from redis import Redis; from rq.serializers import JSONSerializer;"
        "from service.jobs.worker import SpawningWorker; from service.settings import Settings;"
        "SpawningWorker(['light'], connection=Redis.from_url(Settings().redis_address),"
        " serializer=JSONSerializer).work(burst=True)"
    )
    subprocess.run([sys.executable, "-c", code], env=settings.as_environment(), check=True)
    job = job_of(database, JobKind.SELECT)
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_the_reconciler_wakes_what_was_lost_and_only_that(
    database: Database,
    redis_connection: Redis,
    settings: Settings,
    artefacts: Artefacts,
    town: TownScene,
) -> None:
    queue = rq_queue(redis_connection, Queue.LIGHT)
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts)
        rounds.start_round(session, campaign.id)
    reconcile(database, redis_connection, settings)
    assert queue.count == 1  # nobody had woken it
    age_wake_up(database)
    reconcile(database, redis_connection, settings)
    assert queue.count == 1  # it waits in a queue that is merely long
    redis_connection.flushdb()
    reconcile(database, redis_connection, settings)
    assert queue.count == 1


def age_wake_up(database: Database) -> None:
    """As if the only job had been woken an hour ago."""
    with database.session() as session:
        job = session.scalars(select(Job)).one()
        assert job.woken_at is not None
        job.woken_at = job.woken_at.replace(year=2020)


def test_two_reconcilers_do_not_look_at_once(database: Database) -> None:
    with database.session() as one, database.session() as other:
        assert job_queries.only_reconciler(one)
        assert not job_queries.only_reconciler(other)


def test_the_reconciler_starts_a_round_that_two_last_labels_missed(
    database: Database,
    redis_connection: Redis,
    settings: Settings,
    artefacts: Artefacts,
    town: TownScene,
) -> None:
    """Each of two labels, settled at once, saw the other's tile still open."""
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts, auto_rounds=True)
        batch = label_tiles(session, campaign, town, role=TileRole.POOL, count=4)
        add_labelling_round(session, campaign, batch)
    reconcile(database, redis_connection, settings)
    reconcile(database, redis_connection, settings)
    with database.session() as session:
        assert view_round(session, campaign.id, 1).state is RoundState.PLANNED
    assert rq_queue(redis_connection, Queue.TRAIN).count == 1
