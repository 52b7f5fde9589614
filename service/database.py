"""The engine and the session's scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from service.settings import Settings


def make_engine(settings: Settings) -> Engine:
    """An engine whose connections survive a restart of the database (checked when taken)."""
    return create_engine(
        settings.database_address,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the one used last has the statements prepared and the tables at hand
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_pool_size,
        connect_args={"connect_timeout": 10, "application_name": "tilewise"},
    )


class Database:
    """Sessions over one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # Values stay readable after the commit: what is woken then is named by them.
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    return Database(make_engine(settings))


@contextmanager
def session_scope(database: Database) -> Iterator[Session]:
    """The same as ``database.session()``, for callers that take the database as an argument."""
    with database.session() as session:
        yield session
