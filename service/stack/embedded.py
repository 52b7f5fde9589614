"""The embedded stack as one thing: start it, stop it, ask how it is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from service.places import Places
from service.settings import Settings
from service.stack.accounts import prepare_servers_folder, server_account
from service.stack.addresses import free_port, is_healthy, reachable_host
from service.stack.failures import PartFailed
from service.stack.processes import Record, end_sessions, only_one
from service.stack.programs import programs
from service.stack.servers import Server, own_servers
from service.stack.status import PartStatus, part_status
from service.stack.supervisor import GRACE_S

API_START_S = 60.0


@dataclass(frozen=True)
class Standing:
    """A stack that stands.

    Attributes:
        address: base URL of its API.
        was_standing: whether it stood before this start, so that whoever stops what it started
            leaves it alone.
        notices: what the user should know (another port, another folder).
    """

    address: str
    was_standing: bool
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EmbeddedStack:
    """The private servers, the API and the workers of one home."""

    settings: Settings

    @property
    def places(self) -> Places:
        return self.settings.places

    def start(self, say: Callable[[str], None] = lambda _: None) -> Standing:
        """Bring up what does not stand yet; ``say`` hears each step.

        Raises:
            StackError: a part does not start; what this call started is stopped again.
        """
        self._make_home()
        with only_one(self.places.run / "lock"):
            address = self.address()
            if address is not None and is_healthy(address):
                return Standing(address, was_standing=True)
            try:
                return self._start(say)
            except BaseException:
                self._stop()
                raise

    def stop(self) -> bool:
        """Stop all of this home, also what a killed supervisor left; False if nothing ran."""
        if not self.places.run.is_dir():
            return False
        with only_one(self.places.run / "lock"):
            return self._stop()

    @contextmanager
    def running(self, say: Callable[[str], None] = lambda _: None) -> Iterator[Standing]:
        """The stack for the length of a block; one that stood before stays."""
        standing = self.start(say)
        try:
            yield standing
        finally:
            if not standing.was_standing:
                self.stop()

    def address(self) -> str | None:
        """Base URL of the API that this home's supervisor keeps; None when it keeps none."""
        if self._supervisor() is None:
            return None
        try:
            return self._address_file.read_text().strip()
        except FileNotFoundError:
            return None

    def status(self) -> list[PartStatus]:
        """Every part, servers first."""
        parts = [self._server_status(server) for server in own_servers(self.settings)]
        if self.settings.database_url is not None:
            parts.append(PartStatus("postgres", "elsewhere"))
        if self.settings.redis_url is not None:
            parts.append(PartStatus("redis", "elsewhere"))
        names = ["supervisor", *(program.name for program in programs(self.settings))]
        return [*parts, *map(self._program_status, names)]

    def logs(self) -> dict[str, Path]:
        """Name of each part that keeps a log here -> its file, which may not be there yet."""
        servers = {server.name: server.log for server in own_servers(self.settings)}
        names = ["supervisor", *(program.name for program in programs(self.settings))]
        return servers | {name: self.places.logs / f"{name}.log" for name in names}

    # -- starting ------------------------------------------------------------------------------

    def _make_home(self) -> None:
        with suppress(FileExistsError):  # asked of the file system: two may start at once
            self.places.home.mkdir(parents=True)
            # Root's servers run as another account, which must be able to pass through.
            self.places.home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.places.run, self.places.logs):
            folder.mkdir(exist_ok=True)

    def _start(self, say: Callable[[str], None]) -> Standing:
        self._end_programs()  # orphans of a supervisor that was killed
        notices = self._start_servers(say)
        say("Bringing the database's schema up to date")
        # Imported here: the supervisor and `tilewise status` do without SQLAlchemy's 50 MB.
        from service.stack.preparation import prepare_database

        prepare_database(self.settings)

        port = free_port(self.settings.host, self.settings.port)
        if port != self.settings.port:
            notices.append(f"Port {self.settings.port} is taken; the API listens on {port}.")
        settings = self.settings.model_copy(update={"port": port})
        address = f"http://{reachable_host(settings.host)}:{port}"
        say("Starting the API and the workers")
        self._address_file.write_text(address + "\n")
        self._start_supervisor(settings)
        self._wait_for_api(address)
        return Standing(address, was_standing=False, notices=tuple(notices))

    def _start_servers(self, say: Callable[[str], None]) -> list[str]:
        servers = own_servers(self.settings)
        notices = []
        if servers:
            prepare_servers_folder(self.places, server_account())
            if self.places.servers.is_symlink():
                notices.append(
                    f"The servers' account may not enter {self.places.home}; "
                    f"their data lies in {self.places.servers.resolve()}."
                )
        for server in servers:
            say(f"Starting {server.name}")
            server.start()
        return notices

    def _start_supervisor(self, settings: Settings) -> None:
        with (self.places.logs / "supervisor.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "service.stack.supervisor"],
                env=settings.as_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        Record.of(process.pid).write(self._record("supervisor"))

    def _wait_for_api(self, address: str) -> None:
        deadline = time.monotonic() + API_START_S
        while time.monotonic() < deadline:
            if is_healthy(address):
                return
            if self._supervisor() is None:
                raise PartFailed("The supervisor", self.places.logs / "supervisor.log")
            api = Record.read(self._record("api"))
            if api is not None and api.restarts > 1:
                raise PartFailed("The API", self.places.logs / "api.log", because="keeps ending")
            time.sleep(0.1)
        raise PartFailed("The API", self.places.logs / "api.log", because="does not answer")

    # -- stopping ------------------------------------------------------------------------------

    def _stop(self) -> bool:
        ended = self._end_programs()
        for server in reversed(own_servers(self.settings)):
            ended = server.process() is not None or ended
            server.stop()
        self._address_file.unlink(missing_ok=True)
        return ended

    def _end_programs(self) -> bool:
        """End the supervisor first, lest it start again what ends; then whatever it left."""
        ended = False
        supervisor, *others = self._record("supervisor"), *self._other_records()
        for paths, grace_s in (([supervisor], GRACE_S + 5), (others, GRACE_S)):
            records = [record for path in paths if (record := Record.read(path)) is not None]
            ended = ended or any(record.process() for record in records)
            end_sessions(records, self.places.home, grace_s)
            for path in paths:
                path.unlink(missing_ok=True)
        return ended

    # -- looking -------------------------------------------------------------------------------

    @property
    def _address_file(self) -> Path:
        return self.places.run / "address"

    def _record(self, name: str) -> Path:
        return self.places.run / f"{name}.json"

    def _other_records(self) -> list[Path]:
        return [path for path in self.places.run.glob("*.json") if path.stem != "supervisor"]

    def _supervisor(self) -> psutil.Process | None:
        record = Record.read(self._record("supervisor"))
        return None if record is None else record.process()

    def _server_status(self, server: Server) -> PartStatus:
        return part_status(server.name, server.process(), 0, server.log)

    def _program_status(self, name: str) -> PartStatus:
        record = Record.read(self._record(name))
        process = None if record is None else record.process()
        restarts = 0 if record is None else record.restarts
        return part_status(name, process, restarts, self.places.logs / f"{name}.log")
