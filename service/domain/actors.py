"""Who may act: people and programs, known by a token that only they hold."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.queries import actors
from service.states import Role

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor, without the token."""

    id: uuid.UUID
    name: str
    role: Role


def sign_up(session: Session, name: str, role: Role = Role.VOLUNTEER) -> tuple[KnownActor, str]:
    """A new actor and the token; the token is kept as a hash only, so this is the one time."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    actor = actors.add(session, name.strip(), role, token_hash(token))
    return KnownActor(actor.id, actor.name, actor.role), token


def by_token(session: Session, token: str) -> KnownActor | None:
    """The actor whose token this is."""
    actor = actors.by_token(session, token_hash(token))
    return None if actor is None else KnownActor(actor.id, actor.name, actor.role)


def ensure_actor(session: Session, name: str, role: Role, token: str) -> KnownActor:
    """The actor with this very token, made when there is none: for a stack's own coordinator."""
    known = by_token(session, token)
    if known is not None:
        return known
    actor = actors.add(session, name, role, token_hash(token))
    return KnownActor(actor.id, actor.name, actor.role)


def token_hash(token: str) -> bytes:
    """SHA-256: tokens are 256 random bits, so there is nothing to guess and nothing to salt."""
    return hashlib.sha256(token.encode()).digest()
