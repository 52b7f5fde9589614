"""Fixtures that every test may use: real servers of the run's own, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from redis import Redis
from sqlalchemy import text

from service.artefacts import Artefacts
from service.database import Database, open_database
from service.settings import PREFIX, Settings
from service.tables import Base
from tests.servers import TestServers, shared_servers, stop_shared_servers

# Two shared cores: how long an example takes says nothing about the code.
hypothesis_settings.register_profile("tilewise", deadline=None, print_blob=True)
hypothesis_settings.load_profile("tilewise")


def pytest_configure() -> None:
    """Settings of whoever runs the tests must not reach them."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The servers end with the run: in its only process, or the one that leads the others."""
    factory = getattr(config, "_tmp_path_factory", None)
    leads = not hasattr(config, "workerinput")
    if leads and factory is not None and factory._basetemp is not None:
        stop_shared_servers(factory.getbasetemp())


@pytest.fixture(scope="session")
def process_name() -> str:
    """This test process: gw0, gw1, ... under xdist, else main."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, process_name: str) -> TestServers:
    own = tmp_path_factory.getbasetemp()
    return shared_servers(own if process_name == "main" else own.parent)


@pytest.fixture(scope="session")
def database_url(servers: TestServers, process_name: str) -> str:
    """URL of this process's migrated database."""
    return servers.create_database(f"tests_{process_name}")


@pytest.fixture(scope="session")
def redis_url(servers: TestServers, process_name: str) -> str:
    """URL of this process's Redis database."""
    number = int(process_name.removeprefix("gw")) + 1 if process_name.startswith("gw") else 0
    return f"{servers.places.redis_url}?db={number}"


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of a service on the run's servers, with a home of the test's own."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        redis_url=redis_url,
        artefact_url=str(tmp_path / "artefacts"),
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty, migrated database."""
    database = open_database(settings)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.session() as session:
        session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield database
    database.close()


@pytest.fixture
def redis_connection(redis_url: str) -> Iterator[Redis]:
    """An empty Redis."""
    connection = Redis.from_url(redis_url)
    connection.flushdb()
    yield connection
    connection.close()


@pytest.fixture
def artefacts(settings: Settings) -> Artefacts:
    """An empty artefact store."""
    return Artefacts.open(settings)
