"""What every router needs at hand: made once by create_app, found by dependency."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated

import redis
from anyio import CapacityLimiter
from fastapi import Depends, Request

from service.artefacts import Artefacts
from service.database import Database
from service.domain.imagery import OpenImagery
from service.settings import Settings

# Imagery from slow hosts must not take the threads that claims and reviews run on.
IMAGERY_THREADS = 8


@dataclass(frozen=True)
class Context:
    """The service's parts, shared by all requests of one process."""

    settings: Settings
    database: Database
    artefacts: Artefacts
    redis: redis.Redis
    imagery: OpenImagery
    imagery_limiter: CapacityLimiter
    stopping: threading.Event

    @classmethod
    def open(cls, settings: Settings, database: Database) -> Context:
        artefacts = Artefacts.open(settings)
        return cls(
            settings=settings,
            database=database,
            artefacts=artefacts,
            redis=redis.Redis.from_url(settings.redis_address, socket_timeout=5),
            imagery=OpenImagery(artefacts, settings),
            imagery_limiter=CapacityLimiter(IMAGERY_THREADS),
            stopping=threading.Event(),
        )

    def close(self) -> None:
        self.redis.close()
        self.database.close()


def get_context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(get_context)]
