"""Processes known again by number *and* birth: a number alone may be anyone's after a reboot."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from service.settings import PREFIX

KILL_S = 5.0  # a killed process is gone at once, unless a disk keeps it


@dataclass(frozen=True)
class Record:
    """What the pid file of one process says.

    Attributes:
        pid: its number, also that of the session that it leads.
        born_at: its creation time as the kernel has it, seconds since the epoch.
        restarts: how often it was started again since the stack came up.
    """

    pid: int
    born_at: float
    restarts: int = 0

    @classmethod
    def of(cls, pid: int, restarts: int = 0) -> Record:
        return cls(pid, psutil.Process(pid).create_time(), restarts)

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """None when there is no such file, or a crash left half of one."""
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        half = path.with_suffix(".new")
        half.write_text(json.dumps(asdict(self)))
        half.replace(path)

    def process(self) -> psutil.Process | None:
        """The running process, or None when it has ended (its number may be a stranger's now)."""
        try:
            process = psutil.Process(self.pid)
            # Both sides come from the same clock of the kernel; psutil rounds to 1/100 s.
            same = abs(process.create_time() - self.born_at) < 0.05
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def members(self, home: Path) -> Iterator[psutil.Process]:
        """Every living process of its session, also when the leader itself was killed.

        A job's forked child outlives a killed worker; it is known by session and home.
        """
        if psutil.pid_exists(self.pid) and self.process() is None and not _is_zombie(self.pid):
            return  # the number is a stranger's, hence so is the session
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError, PermissionError):
                if os.getsid(process.pid) == self.pid and _is_of(process, home):
                    yield process


def end_sessions(records: Iterable[Record], home: Path, grace_s: float) -> None:
    """Ask each leader to end; kill what is left of a session once they have, or time is up.

    Args:
        records: the leaders.
        home: home of the stack; processes of another one are never touched.
        grace_s: how long leaders may take, in seconds.
    """
    records = list(records)
    for record in records:
        leader = record.process()
        if leader is not None:
            with suppress(psutil.NoSuchProcess):
                leader.send_signal(signal.SIGTERM)
    wait_until(lambda: not any(record.process() for record in records), grace_s)
    killed = [process for record in records for process in record.members(home)]
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    # Each by itself, too: one that is just dying has lost its environment, and is no member then.
    wait_until(lambda: not any(map(_lives, killed)), KILL_S)
    wait_until(lambda: not any(any(record.members(home)) for record in records), KILL_S)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Keep everyone else who would do the same in this home waiting until this one is done."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_until(done: Callable[[], bool], patience_s: float) -> None:
    # Polled: only a parent can wait for a process, and these may be anyone's children.
    deadline = time.monotonic() + patience_s
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_of(process: psutil.Process, home: Path) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    return process.environ().get(f"{PREFIX}HOME") == str(home)


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and not _is_zombie(process.pid)


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
