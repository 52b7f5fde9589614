"""Peak memory of a stack's parts, sampled from outside."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil

from service.stack import EmbeddedStack

EVERY_S = 0.5


class PeakMemory:
    """Samples the resident memory of every part, children included, while the block runs."""

    def __init__(self, stack: EmbeddedStack) -> None:
        self._stack = stack
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="memory", daemon=True)
        self.peak_mb: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(EVERY_S):
            for part in self._stack.status():
                if part.pid is not None:
                    now_mb = _resident_mb(part.pid)
                    self.peak_mb[part.name] = max(now_mb, self.peak_mb.get(part.name, 0.0))


def _resident_mb(pid: int) -> float:
    """Resident memory of a process and of those it started; 0 when it has just ended."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # ended between the list and the look
    return total / 1024**2
