"""Whether the process lives, and whether everything behind it does."""

from __future__ import annotations

import redis
from fastapi import APIRouter
from pydantic import Field
from rq import Worker
from sqlalchemy.exc import SQLAlchemyError

from service.api.context import Context, Ctx
from service.api.schemas.shapes import Wire
from service.errors import NotReady
from service.queries.schema import SCHEMA_REVISION, current_revision
from service.states import Queue
from service.version import VERSION

router = APIRouter(tags=["health"])


class Health(Wire):
    status: str = "ok"
    version: str = VERSION


class Ready(Health):
    database: str = Field(description="Revision of the schema.")
    redis: bool
    workers: dict[Queue, int] = Field(description="Workers seen on each queue.")


@router.get("/health", operation_id="health")
def health() -> Health:
    """The process answers. Nothing else is asked."""
    return Health()


@router.get("/ready", operation_id="ready")
def ready(context: Ctx) -> Ready:
    """Database, migrations and Redis answer; workers are counted."""
    problems: list[str] = []
    revision = _schema(context, problems)
    workers = _workers(context, problems)
    if problems:
        raise NotReady(" ".join(problems), database=revision, workers=workers)
    return Ready(database=revision or "", redis=True, workers=workers)


def _schema(context: Context, problems: list[str]) -> str | None:
    try:
        revision = current_revision(context.database.engine)
    except SQLAlchemyError as error:
        problems.append(f"The database does not answer ({type(error).__name__}).")
        return None
    if revision != SCHEMA_REVISION:
        problems.append(
            f"The schema is at {revision}, this version needs {SCHEMA_REVISION}: run migrations."
        )
    return revision


def _workers(context: Context, problems: list[str]) -> dict[Queue, int]:
    counts = dict.fromkeys(Queue, 0)
    try:
        for worker in Worker.all(connection=context.redis):
            for name in worker.queue_names():
                if name in counts:
                    counts[Queue(name)] += 1
    except redis.RedisError as error:
        problems.append(f"Redis does not answer ({type(error).__name__}).")
    return counts
