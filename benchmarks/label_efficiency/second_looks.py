"""Second looks: what do slips cost a model, and what does another person's look save?

    python -m benchmarks.label_efficiency.second_looks --data FOLDER [--data FOLDER:VALUE …]
    python -m benchmarks.label_efficiency.second_looks --data FOLDER --error-rate 0.2 --seeds 6

Replays a campaign of ``benchmarks.label_efficiency --quick --cold`` thrice a seed: by people who
never slip, by people who say "nothing" on some chips that have objects, and by the same people with
second looks (``learner/doubt.py``). Chips, seeds and slips are the same, so that the differences
are paired. Writes ``second_looks.json`` and a plot a data set, and prints the table.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.label_efficiency import command
from benchmarks.label_efficiency.__main__ import curves_of
from benchmarks.label_efficiency.ablation import gain
from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.plot import draw
from benchmarks.label_efficiency.runs import Run, do_all
from benchmarks.label_efficiency.summary import Curves
from learner.people.habits import MapperHabits

STRATEGY = "spread_entropy"
_CAMPAIGN = ("--quick", "--cold", "--no-told-apart", "--strategies", STRATEGY)
"""As campaigns began when second looks were measured (docs/results.md)."""
SLIPS, SECONDED = "slips", "slips and second looks"
ARMS = ("no slips", SLIPS, SECONDED)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, and the budgets of ``--quick``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_efficiency.second_looks")
    add = parser.add_argument
    add("--data", action="append", required=True, metavar="FOLDER[:VALUE]")
    add("--out", type=Path, default=Path("build/second_looks"))
    add("--error-rate", type=float, default=1.0, help="1: a tenth of the full chips is slipped on")
    add("--seeds", type=int, default=6)
    add("--training", default="{}", help="JSON over the recipe's settings")
    add("--device", default="auto")
    add("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    chosen = parser.parse_args(argv)
    data = [text for folder in chosen.data for text in ("--data", folder)]
    same = {"--seeds": chosen.seeds, "--training": chosen.training, "--device": chosen.device}
    passed = [str(text) for option in same.items() for text in option]
    chosen.replays = command.arguments([*_CAMPAIGN, *data, *passed])
    return chosen


def runs_of(chosen: argparse.Namespace, text: str, arm: str) -> list[Run]:
    """One run a seed."""
    error_rate = 0.0 if arm == ARMS[0] else chosen.error_rate
    return [
        replace(run, error_rate=error_rate, second_looks=arm == SECONDED)
        for run in command.runs_of(chosen.replays, text)
        if run.strategy == STRATEGY
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Run, compare, print."""
    chosen = arguments(argv)
    console = Console()
    figures: dict[str, Any] = {}
    for text in chosen.data:
        name = ChipFolder.parse(text, None).name
        results = {arm: _results(chosen, text, arm, console) for arm in ARMS}
        curves = {arm: curves_of(found) for arm, found in results.items()}
        figures[name] = compare(curves)
        pool_tiles = float(np.mean([found["pool_tiles"] for found in results[SLIPS]]))
        draw(name, curves, None, pool_tiles, chosen.out / f"{name}.png")
        console.print(table_of(name, chosen, figures[name]))
    (chosen.out / "second_looks.json").write_text(json.dumps(figures, indent=1))
    console.print(f"{chosen.out}/second_looks.json and one PNG a data set")


def _results(
    chosen: argparse.Namespace, text: str, arm: str, console: Console
) -> list[dict[str, Any]]:
    """Of an arm's runs, seed by seed."""
    runs = runs_of(chosen, text, arm)
    results: dict[int, Any] = {}
    for run, result in do_all(runs, chosen.out / arm.replace(" ", "_"), chosen.jobs):
        results[run.seed] = result
        iou = result["rounds"][-1]["iou"]
        console.print(f"{run.data.name}, {arm}, seed {run.seed}: IoU {iou:.3f}", highlight=False)
    return [results[seed] for seed in sorted(results)]


def compare(curves: Mapping[str, Curves]) -> dict[str, dict[str, Any]]:
    """Every arm's end, and how it differs from that of the same slips without second looks.

    Args:
        curves: arm → its curves, seed by seed.

    Returns:
        arm → mean ``iou`` and ``seconds`` after the last round, the mean over all rounds
        ``iou_of_rounds``, and the paired ``gain`` of each over ``SLIPS`` (intervals).
    """
    base = curves[SLIPS]
    return {
        arm: {
            "iou": round(float(found.iou[:, -1].mean()), 4),
            "iou_of_rounds": round(float(found.iou.mean()), 4),
            "seconds": round(float(found.seconds[:, -1].mean()), 1),
            "gain": gain(found.iou[:, -1] - base.iou[:, -1]).to_json(),
            "gain_of_rounds": gain((found.iou - base.iou).mean(axis=1)).to_json(),
            "seeds": len(found.iou),
        }
        for arm, found in curves.items()
    }


def table_of(name: str, chosen: argparse.Namespace, rows: Mapping[str, Mapping[str, Any]]) -> Table:
    """One data set's arms."""
    slips = chosen.error_rate * MapperHabits().nothing_instead
    table = Table(
        title=f"{name}: {slips:.0%} of full chips answered 'nothing', {chosen.seeds} seeds",
        title_justify="left",
    )
    table.add_column("people")
    for column in ("last IoU", "gain over slips", "mean IoU of rounds", "gain", "people-seconds"):
        table.add_column(column, justify="right")
    for arm, row in rows.items():
        table.add_row(
            arm,
            f"{row['iou']:.3f}",
            _ends(row["gain"]) if arm != SLIPS else "",
            f"{row['iou_of_rounds']:.3f}",
            _ends(row["gain_of_rounds"]) if arm != SLIPS else "",
            f"{row['seconds']:.0f}",
        )
    return table


def _ends(gained: Mapping[str, float | None]) -> str:
    shown = f"{gained['estimate']:+.3f}"
    if gained["low"] is None or gained["high"] is None:
        return shown
    return f"{shown} [{gained['low']:+.3f}, {gained['high']:+.3f}]"


if __name__ == "__main__":
    main()
