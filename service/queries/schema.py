"""SQL of the schema itself: which migration it stands at."""

from __future__ import annotations

from sqlalchemy import Engine, text

SCHEMA_REVISION = "second_looks"
"""The newest migration: the one that this code is written for."""


def current_revision(engine: Engine) -> str | None:
    """The revision that the database stands at; None before the first migration."""
    with engine.connect() as connection:
        if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision
