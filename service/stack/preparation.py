"""A database made ready: the newest schema, and a coordinator whose token lies in the home."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from sqlalchemy import select

from service.database import Database, open_database
from service.migrating import migrate
from service.settings import Settings
from service.states import Role
from service.tables import Actor


def prepare_database(settings: Settings) -> None:
    """Migrate the database and see that its coordinator can be reached. Harmless when repeated."""
    migrate(settings)
    settings.places.coordinator_token.parent.mkdir(parents=True, exist_ok=True)
    database = open_database(settings)
    try:
        ensure_coordinator(database, settings.places.coordinator_token)
    finally:
        database.close()


def ensure_coordinator(database: Database, token_file: Path) -> None:
    """Have a token in ``token_file`` (mode 0600) whose actor is a coordinator of this database.

    The token is kept when it is there; a database that does not know it (new, or another one)
    learns its hash.
    """
    token = _read_or_make(token_file)
    digest = hashlib.sha256(token.encode()).digest()
    with database.session() as session:
        known = session.scalar(select(Actor.id).where(Actor.token_sha256 == digest))
        if known is None:
            session.add(Actor(name="coordinator", role=Role.COORDINATOR, token_sha256=digest))


def _read_or_make(token_file: Path) -> str:
    try:
        handle = os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return token_file.read_text().strip()
    token = secrets.token_urlsafe(32)
    with os.fdopen(handle, "w") as file:
        file.write(token + "\n")
    return token
