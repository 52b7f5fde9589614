"""What every router needs at hand: made once by create_app, found by dependency."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, TypeVar

import redis
from fastapi import Depends, Request

from learner.imagery.scene import keep_decoded
from service.artefacts import Artefacts
from service.database import Database
from service.domain.actors import RecentActors
from service.domain.imagery import OpenImagery
from service.settings import Settings

IMAGERY_THREADS = 4
IMAGERY_CACHE_BYTES = 8_000_000

Result = TypeVar("Result")


class ImageryThreads:
    """The few threads that read rasters in this process.

    Imagery from slow hosts must not take the threads that claims and reviews run on. And each
    thread that has read a raster keeps 2 to 3 MB from then on: its handles, PROJ's own copy of its
    tables. Were reads spread over all threads of requests, all would.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(IMAGERY_THREADS, thread_name_prefix="imagery")

    async def run(self, read: Callable[[], Result]) -> Result:
        """What ``read`` gives, as soon as one of the threads has had time for it."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, read)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Context:
    """The service's parts, shared by all requests of one process."""

    settings: Settings
    database: Database
    artefacts: Artefacts
    redis: redis.Redis
    imagery: OpenImagery
    imagery_threads: ImageryThreads
    actors: RecentActors
    stopping: threading.Event

    @classmethod
    def open(cls, settings: Settings, database: Database) -> Context:
        keep_decoded(IMAGERY_CACHE_BYTES)
        artefacts = Artefacts.open(settings)
        return cls(
            settings=settings,
            database=database,
            artefacts=artefacts,
            redis=redis.Redis.from_url(settings.redis_address, socket_timeout=5),
            imagery=OpenImagery(artefacts, settings),
            imagery_threads=ImageryThreads(),
            actors=RecentActors(),
            stopping=threading.Event(),
        )

    def close(self) -> None:
        self.imagery_threads.close()
        self.redis.close()
        self.database.close()


def get_context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Ctx = Annotated[Context, Depends(get_context)]
