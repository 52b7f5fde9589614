"""The services that jobs work with."""

from __future__ import annotations

import pytest
from redis import Redis

from service.artefacts import Artefacts
from service.database import Database
from service.jobs.context import Services
from service.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One thread a process: tests share the machine's cores."""
    return settings.model_copy(update={"threads": 1})


@pytest.fixture
def services(
    settings: Settings, database: Database, artefacts: Artefacts, redis_connection: Redis
) -> Services:
    return Services(settings, database, artefacts, redis_connection)
