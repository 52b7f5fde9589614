"""Which servers are the stack's own: those that the settings do not point elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import psutil

from service.settings import Settings
from service.stack.accounts import server_account
from service.stack.postgres import Postgres
from service.stack.redis import PrivateRedis


class Server(Protocol):
    """A private server; starting what runs and stopping what does not are harmless."""

    @property
    def name(self) -> str: ...
    @property
    def log(self) -> Path: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def process(self) -> psutil.Process | None: ...


def own_servers(settings: Settings) -> tuple[Server, ...]:
    """The servers to start, in the order of starting."""
    account = server_account()
    servers: list[Server] = []
    if settings.database_url is None:
        servers.append(Postgres(settings.places, account))
    if settings.redis_url is None:
        servers.append(PrivateRedis(settings.places, account))
    return tuple(servers)
