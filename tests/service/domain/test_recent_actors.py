"""Remembered actors: found again by their own token, for a minute, the newest only."""

from __future__ import annotations

import uuid

import pytest

from service.domain import actors
from service.domain.actors import KnownActor, RecentActors
from service.states import Role


def _actor(name: str) -> KnownActor:
    return KnownActor(uuid.uuid4(), name, Role.VOLUNTEER)


def test_an_actor_is_remembered_by_the_token_alone() -> None:
    recent, ada = RecentActors(), _actor("Ada")
    recent.put("her token", ada)
    assert recent.get("her token") == ada
    assert recent.get("another token") is None


def test_after_a_minute_the_database_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    recent = RecentActors()
    recent.put("token", _actor("Ada"))
    monkeypatch.setattr(actors, "RECENT_S", 0.0)
    assert recent.get("token") is None


def test_who_came_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "RECENT_MOST", 2)
    recent, names = RecentActors(), ("one", "two", "three")
    for name in names:
        recent.put(name, _actor(name))
    assert [recent.get(name) is not None for name in names] == [False, True, True]
