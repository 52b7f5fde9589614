"""The programs that a supervisor keeps running: the API and one worker a queue."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.places import Places
from service.settings import Settings
from service.states import Queue


@dataclass(frozen=True)
class Program:
    """A command that is to run as long as the stack stands.

    ``environment`` comes over that of the stack.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def record(self, places: Places) -> Path:
        return places.run / f"{self.name}.json"

    def log(self, places: Places) -> Path:
        return places.logs / f"{self.name}.log"


# glibc keeps a heap for each of up to 16 threads and gives little of them back. With one, a process
# that predicts needs a sixth less memory. The Dockerfile sets the same.
_ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}


def programs(settings: Settings) -> tuple[Program, ...]:
    """The API first, then a worker for each queue (a worker on several could lose jobs)."""
    workers = (
        Program(
            f"worker-{queue}",
            (sys.executable, "-m", "service.jobs.worker", str(queue)),
            _ONE_HEAP,
        )
        for queue in Queue
    )
    return (api_program(settings), *workers)


def api_program(settings: Settings) -> Program:
    return Program(
        "api",
        (
            sys.executable, "-m", "uvicorn", "service.main:served_app", "--factory",
            "--host", settings.host, "--port", str(settings.port),
            "--no-access-log", "--timeout-graceful-shutdown", "3",
        ),
        _ONE_HEAP,
    )  # fmt: skip
