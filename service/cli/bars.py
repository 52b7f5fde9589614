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
    JobKind.STITCH: "join outlines, measure",
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
    """One bar for each kind of job in the round's view; shards of one kind share a bar."""
    bars = []
    for kind, words in WORDS.items():
        jobs = [job for job in view["jobs"] if job["kind"] == kind]
        if jobs:
            done, total = _progress(jobs)
            unit = next((job["progress"]["unit"] for job in jobs if "unit" in job["progress"]), "")
            label = f"round {view['number']}: {words}" + (f" ({unit})" if unit else "")
            bars.append(Bar(f"{view['number']}-{kind}", label, done, total))
    return bars


def _progress(jobs: list[dict[str, Any]]) -> tuple[float, float | None]:
    """What all jobs of one kind have done together; a finished one counts in full."""
    totals = [job["progress"].get("total") for job in jobs]
    if None in totals:  # some have not said yet how much they have to do: count the jobs
        return sum(job["state"] == JobState.DONE for job in jobs), len(jobs)
    done = sum(
        total if job["state"] == JobState.DONE else job["progress"].get("done", 0)
        for job, total in zip(jobs, totals, strict=True)
    )
    return done, sum(totals)


class Bars:
    """Live bars in a terminal; elsewhere (a pipe, a log) one line when a bar is full."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._tasks: dict[str, TaskID] = {}
        self._full: set[str] = set()
        self._progress = Progress(
            TextColumn("{task.description}", style="bold"),
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
            if not self._live and key not in self._full:
                self.say(f"{label}: {done:g} of {total:g}")
            self._full.add(key)

    def round(self, view: dict[str, Any]) -> None:
        """Draw the bars of a round's jobs."""
        for bar in bars_of_round(view):
            self.bar(bar.key, bar.label, bar.done, bar.total)
