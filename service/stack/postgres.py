"""A private PostgreSQL cluster: made, started and stopped; it listens on one unix socket only."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from service.places import (
    DATABASE_NAME,
    DATABASE_USER,
    POSTGRES_PORT,
    POSTGRES_SOCKET,
    Places,
)
from service.stack.accounts import Account
from service.stack.failures import PartFailed, ProgramMissing
from service.stack.processes import only_one, wait_until

# For a small machine that also trains: little memory, no TCP, but every commit on the disk.
TUNING: Mapping[str, str] = {
    "listen_addresses": "''",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",  # its compile time is longer than our longest query
    "random_page_cost": "1.1",
    "fsync": "on",
    "timezone": "'UTC'",
    "log_min_duration_statement": "2000",
    "log_line_prefix": "'%m [%p] '",
}
START_SECONDS = 60
STOP_SECONDS = 30
BACKENDS_END_S = 10.0  # they notice at once when their postmaster was killed


@dataclass(frozen=True)
class Postgres:
    """One cluster of one home."""

    places: Places
    account: Account
    tuning: Mapping[str, str] = field(default_factory=lambda: TUNING)

    @property
    def name(self) -> str:
        return "postgres"

    @property
    def log(self) -> Path:
        return self.places.postgres / "postgres.log"

    @property
    def data(self) -> Path:
        return self.places.postgres / "data"

    def start(self) -> None:
        """Make the cluster if there is none, start it if it does not run, make the database.

        Raises:
            PartFailed: with the last lines of its log.
            ProgramMissing: PostgreSQL is not installed.
        """
        # The supervisor may be starting it at this very moment, and a second `pg_ctl` would fail.
        with only_one(self.places.servers / "postgres.lock"):
            if self.version() is None:
                self._make_cluster()
            self._write_tuning()
            if self.process() is None:
                self._clear_stale_locks()
                self._run(
                    "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(self.data),
                    "-l", str(self.log), "-s",
                )  # fmt: skip
            self._make_database()

    def stop(self) -> None:
        """Stop it fast: sessions are cut off, what they committed is kept."""
        if self.process() is not None:
            self._run(
                "pg_ctl", "stop", "-w", "-t", str(STOP_SECONDS), "-m", "fast",
                "-D", str(self.data), "-s",
            )  # fmt: skip

    def process(self) -> psutil.Process | None:
        """The running postmaster of this very cluster; None when there is none.

        The number in its pid file is not enough: after a reboot it may be anyone's.
        """
        pid = _first_number(self.data / "postmaster.pid")
        return next((one for one in self._backends() if one.pid == pid), None)

    def version(self) -> str | None:
        """Major version of the cluster that lies there; None when there is none yet."""
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None

    def _make_cluster(self) -> None:
        self._run(
            "initdb", "-D", str(self.data), "-U", DATABASE_USER, "--auth-local=trust",
            "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip

    def _write_tuning(self) -> None:
        # `trust` is safe: only this account (and root) may enter the folder of the socket.
        lines = {**self.tuning, "unix_socket_directories": f"'{self.places.sockets}'"}
        path = self.data / "conf.tilewise"
        path.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))
        path.chmod(0o644)
        main = self.data / "postgresql.conf"
        include = "include 'conf.tilewise'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)

    def _clear_stale_locks(self) -> None:
        """Remove lock files whose number now belongs to a stranger: the server would obey them.

        A number that is nobody's is left to PostgreSQL, which then also looks for left-over
        backends by their shared memory; for the others we look ourselves.
        """
        wait_until(lambda: not any(self._backends()), BACKENDS_END_S)
        socket_lock = self.places.sockets / f"{POSTGRES_SOCKET}.lock"
        for lock in (self.data / "postmaster.pid", socket_lock):
            pid = _first_number(lock)
            if pid is not None and psutil.pid_exists(pid) and not any(self._backends()):
                lock.unlink()

    def _backends(self) -> Iterator[psutil.Process]:
        """Living processes of this cluster: each works in its data folder."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.name() == "postgres" and process.cwd() == str(self.data):
                    yield process

    def _make_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
            ).fetchone()
            if known is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME))
                )

    def _connect(self) -> psycopg.Connection[TupleRow]:
        """A connection, once the server takes one: another process may have just started it."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host=str(self.places.sockets),
                    port=POSTGRES_PORT,
                    user=DATABASE_USER,
                    dbname="postgres",
                    autocommit=True,
                )
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise PartFailed(
                        "PostgreSQL", self.log, because="does not take connections"
                    ) from None
                time.sleep(0.1)

    def _run(self, name: str, *arguments: str) -> None:
        words = self.places.servers / f"{name}.log"
        command = [str(postgres_programs(self.version()) / name), *arguments]
        if self.account.run(command, self.places.postgres, words) != 0:
            raise PartFailed("PostgreSQL", self.log if name == "pg_ctl" else words)


def postgres_programs(version: str | None) -> Path:
    """Folder of PostgreSQL's programs; Debian keeps them off the PATH, one folder a version.

    Args:
        version: the major version of a cluster that exists, which no other version can run; None
            takes the newest that has PostGIS.

    Raises:
        ProgramMissing: there is none.
    """
    found = {
        folder.parent.name: folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (folder / "initdb").exists() and _has_postgis(folder.parent.name)
    }
    if version in found:
        return found[version]
    if version is None and found:
        return found[max(found, key=int)]
    on_path = shutil.which("initdb")
    if on_path is None or found:
        wanted = f"PostgreSQL {version}, which made this home's database," if version else "PostGIS"
        raise ProgramMissing(wanted)
    return Path(on_path).parent


def _first_number(path: Path) -> int | None:
    """The number that a lock file begins with; None when there is no such file or number."""
    try:
        return int(path.read_text().split(maxsplit=1)[0])
    except (OSError, ValueError, IndexError):
        return None


def _has_postgis(version: str) -> bool:
    return Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists()
