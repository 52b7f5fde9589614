"""What benchmarks share: a measurement with its goal, the table, and the JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from service.demo.machine import describe_machine, describe_versions


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number, its unit, and the goal that it is held against."""

    name: str
    value: float
    unit: str
    goal: float | None = None  # None: there is no goal, the number is told for context
    smaller_is_better: bool = True
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.smaller_is_better else self.value >= self.goal

    @property
    def goal_text(self) -> str:
        if self.goal is None:
            return "–"
        return f"{'≤' if self.smaller_is_better else '≥'} {self.goal:g} {self.unit}"


def print_table(title: str, measurements: Sequence[Measurement], console: Console) -> None:
    """The measurements with their goals, for people."""
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("goal", justify="right")
    table.add_column("met")
    table.add_column("note", overflow="fold")
    for found in measurements:
        met = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[found.met]
        value = (
            f"{found.value:,.3g} {found.unit}"
            if found.value < 100
            else (f"{found.value:,.0f} {found.unit}")
        )
        table.add_row(found.name, value, found.goal_text, met, found.note)
    console.print(table)


def write_json(
    path: Path, benchmark: str, measurements: Sequence[Measurement], details: dict[str, Any]
) -> None:
    """Everything that is needed to compare this run with another one."""
    document = {
        "benchmark": benchmark,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "measurements": [asdict(found) | {"met": found.met} for found in measurements],
        "details": details,
        "versions": describe_versions(),
        "machine": describe_machine(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
