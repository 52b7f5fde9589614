"""A PostGIS cluster and a Redis for one test run: private, on unix sockets, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from filelock import FileLock
from psycopg import sql
from sqlalchemy.engine import make_url

from service.migrating import migrate
from service.places import Places
from service.settings import Settings
from service.stack.accounts import prepare_servers_folder, server_account
from service.stack.postgres import TUNING, Postgres
from service.stack.redis import PrivateRedis

# Nothing of a test's data must survive a power cut.
FAST = {**TUNING, "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class TestServers:
    """The servers of one run, shared by every process of it."""

    __test__ = False  # not a test class, whatever its name says to pytest

    home: Path

    @property
    def places(self) -> Places:
        return Places(self.home)

    def start(self) -> None:
        account = server_account()
        prepare_servers_folder(self.places, account)
        Postgres(self.places, account, FAST).start()
        PrivateRedis(self.places, account).start()
        migrate(Settings(home=self.home))

    def stop(self) -> None:
        account = server_account()
        Postgres(self.places, account).stop()
        PrivateRedis(self.places, account).stop()
        shutil.rmtree(self.home)

    def create_database(self, name: str, *, migrated: bool = True) -> str:
        """A new database; returns its SQLAlchemy URL. ``migrated`` ones are copies, made fast."""
        source = "tilewise" if migrated else "template1"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, source)
        url = make_url(self.places.database_url).set(database=name)
        return url.render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _administer(self, statement: str, *names: str) -> None:
        url = make_url(self.places.database_url).set(drivername="postgresql", database="postgres")
        with psycopg.connect(url.render_as_string(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def shared_servers(run_folder: Path) -> TestServers:
    """The servers of the run whose temporary folder this is; the first caller starts them."""
    note = run_folder / "servers-home"
    with FileLock(run_folder / "servers-home.lock"):
        if not note.exists():
            # Not in pytest's own folder: that one is closed to the servers' account.
            home = Path(tempfile.mkdtemp(prefix="tilewise-tests-"))
            home.chmod(0o755)
            note.write_text(str(home))
            TestServers(home).start()
    return TestServers(Path(note.read_text()))


def stop_shared_servers(run_folder: Path) -> None:
    note = run_folder / "servers-home"
    if note.exists():
        TestServers(Path(note.read_text())).stop()
        note.unlink()
