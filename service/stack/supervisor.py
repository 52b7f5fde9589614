"""Keeps the programs and private servers of one home running.

``python -m service.stack.supervisor`` starts each program in a session of its own, notes it in a
pid file, and starts it again, ever more slowly, when it ends. On SIGTERM it ends them all; the
servers are left to `tilewise down`.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from service.places import Places
from service.settings import Settings
from service.stack.failures import StackError
from service.stack.processes import Record, end_sessions
from service.stack.programs import Program, programs
from service.stack.servers import Server, own_servers

LOOK_EVERY_S = 0.5
GRACE_S = 5.0
SLOWEST_RESTART_S = 30.0
STEADY_S = 60.0  # who ran that long did not crash at start: begin the back-off anew

log = logging.getLogger(__name__)


@dataclass
class Watched:
    """A program, its running process, and when it may be started again."""

    program: Program
    places: Places
    environment: dict[str, str]
    process: subprocess.Popen[Any] | None = None
    started_s: float = 0.0  # monotonic
    start_after_s: float = 0.0  # monotonic
    delay_s: float = 1.0
    restarts: int = -1

    def look(self) -> None:
        """Start the program when it does not run and its time has come."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._note_end(now)
        if self.process is None and now >= self.start_after_s:
            self._start(now)

    def _start(self, now: float) -> None:
        with self.program.log(self.places).open("ab") as output:
            self.process = subprocess.Popen(
                self.program.command,
                env=self.environment | dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_s = now
        self.restarts += 1
        Record.of(self.process.pid, self.restarts).write(self.program.record(self.places))
        log.info("%s started as process %d", self.program.name, self.process.pid)

    def _note_end(self, now: float) -> None:
        assert self.process is not None
        if now - self.started_s >= STEADY_S:
            self.delay_s = 1.0
        log.warning(
            "%s ended with status %d; starting it again in %.0f s",
            self.program.name,
            self.process.returncode,
            self.delay_s,
        )
        # What it forked (a job under way) must not go on beside its successor.
        record = Record.read(self.program.record(self.places))
        if record is not None:
            end_sessions([record], self.places.home, grace_s=0)
        self.process = None
        self.start_after_s = now + self.delay_s
        self.delay_s = min(2 * self.delay_s, SLOWEST_RESTART_S)


@dataclass
class Supervisor:
    """All programs and private servers of one home."""

    settings: Settings
    programs: Sequence[Program]
    servers: Sequence[Server]
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look after them until ``stopping`` is set, then end the programs."""
        environment = self.settings.as_environment()
        places = self.settings.places
        watched = [Watched(program, places, environment) for program in self.programs]
        try:
            while not self.stopping.is_set():
                self._look_after_servers()
                for one in watched:
                    one.look()
                self.stopping.wait(LOOK_EVERY_S)
        finally:
            records = [Record.read(one.program.record(places)) for one in watched]
            end_sessions([one for one in records if one], places.home, GRACE_S)
            for one in watched:
                one.program.record(places).unlink(missing_ok=True)

    def _look_after_servers(self) -> None:
        for server in self.servers:
            if server.process() is None:
                log.warning("%s does not run; starting it again", server.name)
                try:
                    server.start()
                except StackError as error:
                    log.error("%s", error)  # said, and tried again at the next look
                    self.stopping.wait(LOOK_EVERY_S)


def main() -> None:
    settings = Settings()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    supervisor = Supervisor(settings, programs(settings), own_servers(settings))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    supervisor.run()


if __name__ == "__main__":
    main()
