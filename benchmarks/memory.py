"""Peak memory of processes, sampled from outside; and one heap, as the workers have it."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import psutil

from service.stack import EmbeddedStack

EVERY_S = 0.5
_M_ARENA_MAX = -8  # of glibc's malloc.h


def one_heap() -> None:
    """What ``MALLOC_ARENA_MAX=1`` does for the workers; nothing where the C library has no such.

    To be called before there are threads.
    """
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_M_ARENA_MAX, 1)


def parts_of(stack: EmbeddedStack) -> Callable[[], dict[str, int]]:
    """Names and process ids of a stack's running parts, whenever asked."""
    return lambda: {part.name: part.pid for part in stack.status() if part.pid is not None}


def this_process() -> dict[str, int]:
    """The benchmark itself."""
    return {"benchmark": os.getpid()}


class PeakMemory:
    """Samples the resident memory of processes, children included, while the block runs.

    Args:
        processes: name → process id, asked again for each sample.
        every_s: seconds between samples.
    """

    def __init__(
        self, processes: Callable[[], Mapping[str, int]], *, every_s: float = EVERY_S
    ) -> None:
        self._processes = processes
        self._every_s = every_s
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
        while not self._done.wait(self._every_s):
            for name, pid in self._processes().items():
                self.peak_mb[name] = max(_resident_mb(pid), self.peak_mb.get(name, 0.0))


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
