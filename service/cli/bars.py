"""Progress bars of rounds: what to draw is a function of the round's view, drawing is Rich's."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from service.states import JobKind, JobState

WORDS = {
    JobKind.TRAIN: "train",
    JobKind.PREDICT: "predict",
    JobKind.STITCH: "join outlines",
    JobKind.MEASURE: "measure again",
    JobKind.SELECT: "choose tiles",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: what is done of what; ``total`` is None while it is not known."""

    key: str
    label: str
    done: float
    total: float | None


def bars_of_round(view: dict[str, Any]) -> list[Bar]:
    """One bar for each kind of job in the round's view."""
    return [_bar(view["number"], job) for job in view["jobs"]]


def _bar(number: int, job: dict[str, Any]) -> Bar:
    progress = job["progress"]
    unit = progress.get("unit")
    label = f"round {number}: {WORDS[job['kind']]}" + (f" ({unit})" if unit else "")
    total = progress.get("total")
    if total is None:  # it has not said how much there is to do: count jobs
        return Bar(f"{number}-{job['kind']}", label, job["jobs_done"], job["jobs"])
    done = total if job["state"] == JobState.DONE else progress.get("done", 0)
    return Bar(f"{number}-{job['kind']}", label, done, total)


class Bars:
    """Live bars in a terminal; elsewhere (a pipe, a log) one line when a bar is full."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._tasks: dict[str, TaskID] = {}
        self._full: set[str] = set()
        self._progress = Progress(
            TextColumn("{task.description}", style="bold", markup=False),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not self._live,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """One line that stays, above the bars."""
        self._progress.console.print(text, highlight=False)

    def bar(self, key: str, label: str, done: float, total: float | None) -> None:
        """Draw or move the bar ``key``."""
        full = total is not None and done >= total
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(label, total=total)
        task = self._tasks[key]
        self._progress.update(task, description=label, completed=done, total=total)
        if full:
            self._progress.stop_task(task)
            if not self._live and label not in self._full:
                self.say(f"{label}: {done:,.0f} of {total:,.0f}")
            self._full.add(label)

    def upload(self, name: str, sent_bytes: int, total_bytes: int) -> None:
        """Draw how much of a file has been sent."""
        self.bar("upload", f"upload {name} (kB)", sent_bytes // 1000, total_bytes // 1000)

    def round(self, view: dict[str, Any]) -> None:
        """Draw the bars of a round's jobs."""
        for bar in bars_of_round(view):
            self.bar(bar.key, bar.label, bar.done, bar.total)
