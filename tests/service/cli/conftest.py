"""A service that the commands find by the environment, with somebody who does its jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from redis import Redis

from service.artefacts import Artefacts
from service.database import Database
from service.domain.actors import sign_up
from service.jobs.context import Services
from service.jobs.entry import work
from service.settings import Settings
from service.states import Role
from tests.service.api.conftest import serve
from tests.service.towns import waiting_jobs


@pytest.fixture
def worker(
    settings: Settings, database: Database, artefacts: Artefacts, redis_connection: Redis
) -> Iterator[None]:
    """Somebody who does the jobs of rounds while commands watch them."""
    services = Services(
        settings.model_copy(update={"threads": 1}), database, artefacts, redis_connection
    )
    leaving = threading.Event()

    def do_what_waits() -> None:
        while not leaving.wait(0.05):
            for job in waiting_jobs(database):
                work(job.id, services)

    thread = threading.Thread(target=do_what_waits)
    thread.start()
    yield
    leaving.set()
    thread.join()


@pytest.fixture
def service(
    settings: Settings, database: Database, worker: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A service that the commands find by the environment, as its coordinator."""
    server, thread, url = serve(settings)
    with database.session() as session:
        token = sign_up(session, "Coordinator", Role.COORDINATOR)[1]
    monkeypatch.setenv("TILEWISE_URL", url)
    monkeypatch.setenv("TILEWISE_TOKEN", token)
    monkeypatch.setenv("TILEWISE_HOME", str(settings.home))
    yield
    server.should_exit = True
    thread.join()
