"""Where an embedded stack keeps its things: one folder, and sockets with paths short enough."""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A unix socket's path must fit sun_path (108 bytes on Linux, 104 elsewhere), its end included.
LONGEST_SOCKET_PATH = 99
PLAIN_PATH = re.compile(r"[\w./+-]+")
POSTGRES_PORT = 5432  # names the socket file only; nothing listens on TCP
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"
DATABASE_NAME = "tilewise"
DATABASE_USER = "tilewise"


@dataclass(frozen=True)
class Places:
    """Every path of one embedded stack, derived from its home alone.

    ``servers`` holds what PostgreSQL and Redis own. It is a folder in the home, or a link to one
    elsewhere when their unprivileged user may not enter the home (see stack.accounts).
    """

    home: Path

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def coordinator_token(self) -> Path:
        return self.home / "coordinator.token"

    @property
    def artefacts(self) -> Path:
        return self.home / "artefacts"

    @property
    def servers(self) -> Path:
        return self.home / "servers"

    @property
    def postgres(self) -> Path:
        return self.servers.resolve() / "postgres"

    @property
    def redis(self) -> Path:
        return self.servers.resolve() / "redis"

    @property
    def sockets(self) -> Path:
        """Folder of both sockets: beside the data, or a short one named by the home's hash.

        Short, too, where the home's path holds what URLs and configuration files read otherwise.
        """
        beside = self.servers.resolve() / "sockets"
        fits = len(str(beside / POSTGRES_SOCKET).encode()) <= LONGEST_SOCKET_PATH
        if fits and PLAIN_PATH.fullmatch(str(beside)):
            return beside
        return Path(tempfile.gettempdir()) / f"tilewise-{self.key}"

    @property
    def key(self) -> str:
        """Twelve hex digits that tell this home from every other one on the machine."""
        return hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:12]

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def database_url(self) -> str:
        return (
            f"postgresql+psycopg://{DATABASE_USER}@/{DATABASE_NAME}"
            f"?host={self.sockets}&port={POSTGRES_PORT}"
        )

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"
