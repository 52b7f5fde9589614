"""Label efficiency: how few tiles, and how little of people's time, give how good a map?

    python -m benchmarks.label_efficiency --data FOLDER [--data FOLDER:VALUE …] --quick
    python -m benchmarks.label_efficiency --data FOLDER --seeds 5 --rounds 10 --chip-px 256

Replays the loop by an oracle (``learner/simulate.py``): strategies × seeds × rounds, with the same
split, first tiles, recipe and budgets for all strategies of a seed, and one run a seed that trains
on the whole pool. Each run is a JSON under ``--out``; done ones are skipped, so that a stopped
benchmark goes on where it was, and a strategy added later costs only itself.

Writes ``summary.json`` and one plot a data set, and prints two tables: of the model, on places that
nobody labels, and of the pool's map, people's answers where there are any and the model's outlines
elsewhere. Savings are times: 2.0× fewer tiles than random means that random needs twice as many for
the same IoU.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.command import arguments, runs_of
from benchmarks.label_efficiency.plot import draw
from benchmarks.label_efficiency.runs import FULL, Run, do_all
from benchmarks.label_efficiency.summary import Curves, summarise

_SAVED = ("fewer tiles than random", "than foreground", "less time than random", "than foreground")
_WIDTH_IN_FILES = 150


def main(argv: Sequence[str] | None = None) -> None:
    """Run, summarise, print."""
    chosen = arguments(argv)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_IN_FILES)  # a file has no narrow screen to break tables for
    runs_by_data = {text: runs_of(chosen, text) for text in chosen.data}
    for runs in runs_by_data.values():
        console.print(_begins(runs[0]), highlight=False)
    folders = [runs[0].data for runs in runs_by_data.values()]
    runs = [run for runs in runs_by_data.values() for run in runs]
    results: dict[tuple[str, str, int], dict] = {}
    started = time.perf_counter()
    for run, result in do_all(runs, chosen.out, chosen.jobs):
        results[run.data.name, run.strategy, run.seed] = result
        final = result["rounds"][-1]
        console.print(
            f"{len(results):4d}/{len(runs)}  {run.data.name} {run.strategy} seed {run.seed}: "
            f"IoU {final['iou']:.3f} from {final['tiles']} tiles, {result['wall_s']:.0f} s",
            highlight=False,
        )
    summary = {folder.name: _summary_of(folder, chosen, results, chosen.out) for folder in folders}
    summary["wall_s"] = round(time.perf_counter() - started, 1)
    (chosen.out / "summary.json").write_text(json.dumps(summary, indent=1))
    for folder in folders:
        console.print(*tables_of(folder.name, summary[folder.name]))
    console.print(f"{chosen.out}/summary.json and one PNG a data set; {summary['wall_s']:.0f} s")


def _begins(run: Run) -> str:
    """How a data set is replayed, for whoever expected something else."""
    starting = run.recipe.model.starting_model
    begins = f"from the starting model of {starting}" if starting else "without a starting model"
    counted = "roofs one by one" if run.data.told_apart else "connected patches"
    first = f"{run.first_share:.0%} of the pool by {run.first_by}, then " if run.first_share else ""
    return (
        f"{run.data.name}: {begins}, {counted}, {first}{run.rounds} batches of "
        f"{run.batch_share:.0%} (--cold, --class-name, --no-told-apart and --rounds change this)"
    )


def _summary_of(
    folder: ChipFolder, chosen: argparse.Namespace, results: dict, out: Path
) -> dict[str, dict]:
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
    curves = {
        strategy: curves_of([results[folder.name, strategy, seed] for seed in seeds])
        for strategy in chosen.strategies
    }
    full = [results[folder.name, FULL, seed] for seed in seeds]
    full_iou = np.array([result["rounds"][-1]["iou"] for result in full])
    pool_tiles = np.array([result["pool_tiles"] for result in full], float)
    draw(folder.name, curves, full_iou.mean(), pool_tiles.mean(), out / f"{folder.name}.png")
    return summarise(curves, full_iou, pool_tiles)


def curves_of(results: list[dict]) -> Curves:
    """Rounds that every seed has, as arrays of a row a seed."""
    rounds = min(len(result["rounds"]) for result in results)
    return Curves(
        *(
            np.array(
                [[done[key] for done in result["rounds"][:rounds]] for result in results], float
            )
            for key in ("tiles", "seconds", "iou", "map_iou")
        )
    )


def tables_of(name: str, figures: dict[str, dict]) -> list[Table]:
    """One data set's figures for people: of the model, and of the map that it makes with people."""
    first = next(iter(figures.values()))
    model, drawn = (
        Table("strategy", *of_it, *_SAVED, title=f"{name}: {title}", title_justify="left")
        for title, of_it in (
            (
                f"the model on places that nobody labels; whole pool IoU {first['full_iou']:.3f}, "
                f"{first['seeds']} seeds, {first['final_share']:.0%} of the pool",
                ("final IoU", "pool for 95 %"),
            ),
            ("the pool's map, people's answers and the model elsewhere", ("final IoU",)),
        )
    )
    for strategy, values in figures.items():
        enough = _interval(values["share_for_enough"], "{:.0%}")
        model.add_row(strategy, _interval(values["final_iou"]), enough, *_saved(values, ""))
        drawn.add_row(strategy, _interval(values["final_map_iou"]), *_saved(values, "map_"))
    return [model, drawn]


def _saved(values: dict, of: str) -> list[str]:
    return [
        _interval(values["against"].get(baseline, {}).get(f"{of}times_fewer_{effort}"), "{:.2f}×")
        for effort in ("tiles", "seconds")
        for baseline in ("random", "foreground_random")
    ]


def _interval(figure: dict[str, float | None] | None, form: str = "{:.3f}") -> str:
    if figure is None:
        return ""
    if figure["estimate"] is None:
        return "not reached"
    ends = ["?" if figure[end] is None else form.format(figure[end]) for end in ("low", "high")]
    return f"{form.format(figure['estimate'])} [{ends[0]}, {ends[1]}]"


if __name__ == "__main__":
    main()
