"""SQL of actors."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.states import Role
from service.tables import Actor


def add(session: Session, name: str, role: Role, token_sha256: bytes) -> Actor:
    actor = Actor(name=name, role=role, token_sha256=token_sha256)
    session.add(actor)
    session.flush()
    return actor


def by_token(session: Session, token_sha256: bytes) -> Actor | None:
    return session.scalars(select(Actor).where(Actor.token_sha256 == token_sha256)).one_or_none()
