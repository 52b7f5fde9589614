"""Who may act: people and programs, known by a token that only they hold."""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.queries import actors
from service.states import Role

TOKEN_BYTES = 32
RECENT_S = 60.0
RECENT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor, without the token."""

    id: uuid.UUID
    name: str
    role: Role


class RecentActors:
    """Who was here in the last minute, by token: most requests need not ask the database again.

    Role and name of an actor never change; a minute bounds what an exchanged database can confuse.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[float, KnownActor]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, token: str) -> KnownActor | None:
        """The actor, or None where the database has to be asked."""
        seen_at, actor = self._known.get(token_hash(token), (-math.inf, None))
        return actor if time.monotonic() - seen_at < RECENT_S else None

    def put(self, token: str, actor: KnownActor) -> None:
        with self._lock:
            key = token_hash(token)
            self._known[key] = time.monotonic(), actor
            self._known.move_to_end(key)
            while len(self._known) > RECENT_MOST:
                self._known.popitem(last=False)


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
