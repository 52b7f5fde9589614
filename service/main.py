"""The API's application: wiring only."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import APIRouter, FastAPI

from service.api import (
    accuracy,
    acquisitions,
    actors,
    campaigns,
    checkpoints,
    contributions,
    health,
    imagery,
    labels,
    pages,
    predictions,
    problems,
    reviews,
    rounds,
    scenes,
    tasks,
    tiles,
)
from service.api.context import Context
from service.api.limits import BodyLimit
from service.api.versioning import VersionHeader
from service.database import open_database
from service.settings import Settings
from service.version import VERSION

# Python runs one thread at a time: more threads than this only wait for each other.
REQUEST_THREADS = 16

DESCRIPTION = """
Human-in-the-loop mapping: people's answers teach a model, the model asks people where it is unsure.

Sign up for a token (`POST /api/actors`), send it as `Authorization: Bearer …`. Geometry is GeoJSON
in EPSG:4326, longitude first. Refusals are problem bodies (RFC 9457) that say what to do.
"""

ROUTERS = (
    health,
    actors,
    scenes,
    imagery,
    campaigns,
    tiles,
    rounds,
    tasks,
    reviews,
    labels,
    predictions,
    accuracy,
    checkpoints,
    contributions,
    acquisitions,
)


def served_app() -> FastAPI:
    """The application of a process that does nothing else; its settings are the environment's.

    What importing and wiring made stays as long as the process. Left to the garbage collector, it
    was looked through again in the middle of the work, and every request waited for 0.1 s.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it opens its database, store and Redis when it starts, and closes them."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = REQUEST_THREADS
        app.state.context = Context.open(settings, open_database(settings))
        yield
        app.state.context.stopping.set()
        app.state.context.close()

    app = FastAPI(
        title="Tilewise",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    api = APIRouter(prefix="/api")
    for module in ROUTERS:
        api.include_router(module.router)
    app.include_router(api)
    app.include_router(pages.router)  # last: it answers every address that is left
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(VersionHeader)
    return app
