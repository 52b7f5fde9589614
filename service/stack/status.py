"""How the parts of a stack are, as `tilewise status` shows them."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class PartStatus:
    """One part of the stack."""

    name: str
    state: str  # running | stopped | elsewhere
    pid: int | None = None
    running_s: float | None = None
    memory_mb: float | None = None
    restarts: int = 0
    log: str | None = None


def as_json(address: str | None, parts: list[PartStatus]) -> str:
    """What scripts read of `tilewise status --json`."""
    return json.dumps({"address": address, "parts": [asdict(part) for part in parts]}, indent=2)


def part_status(name: str, process: psutil.Process | None, restarts: int, log: Path) -> PartStatus:
    """The status of a part that keeps a process here."""
    if process is not None:
        try:
            return PartStatus(
                name,
                "running",
                process.pid,
                round(time.time() - process.create_time(), 1),
                round(process.memory_info().rss / 1024**2, 1),
                restarts,
                str(log),
            )
        except psutil.NoSuchProcess:
            pass  # ended since it was found
    return PartStatus(name, "stopped", restarts=restarts, log=str(log))
