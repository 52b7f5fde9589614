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
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.plot import draw
from benchmarks.label_efficiency.runs import FULL, Run, do_all
from benchmarks.label_efficiency.summary import Curves, summarise
from benchmarks.label_efficiency.told_apart import recipe_told_apart
from learner.acquisition.registry import ACQUISITIONS
from learner.model.views import VIEWS
from learner.simulate import Recipe
from learner.training.config import ModelConfig, TrainConfig
from service.domain.recipe import starting_model_for

_SAVED = ("fewer tiles than random", "than foreground", "less time than random", "than foreground")
QUICK_STRATEGIES = ("random", "foreground_random", "coreset", "suited")


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; ``--quick`` changes defaults only."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_efficiency")
    add = parser.add_argument
    add(
        "--data",
        action="append",
        required=True,
        metavar="FOLDER[:VALUE]",
        help="folder with chips/images and chips/masks; VALUE is the class in the masks",
    )
    add("--out", type=Path, default=Path("build/label_efficiency"))
    add("--quick", action="store_true", help="small budgets: a quarter of an hour on two cores")
    add("--strategies", help="comma-separated names (default: all, or four with --quick)")
    add("--seeds", type=int, help="default 5, quick 3")
    add("--first-seed", type=int, default=0, help="seeds count from here")
    add("--rounds", type=int, help="batches after the first tiles; default 8, quick 3")
    add(
        "--first-share",
        type=float,
        help="first tiles, share of the pool; default 0.03, quick 0.06; at 0 the starting model "
        "chooses them",
    )
    add("--first-by", default="random", help="acquisition of the first tiles, for all strategies")
    add(
        "--batch-share",
        type=float,
        help="tiles a round, share of the pool; default 0.03, quick 0.05",
    )
    add("--chip-px", type=int, help="cut larger chips to this side; default whole, quick 256")
    add(
        "--told-apart",
        action="store_true",
        help="count roofs of FOLDER/labels.geojson one by one, as a campaign of buildings does",
    )
    add(
        "--class-name",
        help="what the masks show: replays begin with its starting model, if there is one "
        "(building, road); with --told-apart it is building",
    )
    add("--model", type=json.loads, default={}, help="JSON over the model's settings")
    add("--training", type=json.loads, default={}, help="JSON over the recipe's settings")
    add(
        "--views",
        type=int,
        choices=VIEWS,
        help="flips averaged when looking at the pool; default 4, quick 2",
    )
    add("--device", default="auto")
    add("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    chosen = parser.parse_args(argv)
    defaults = (
        {
            "seeds": 3,
            "rounds": 3,
            "first_share": 0.06,
            "batch_share": 0.05,
            "chip_px": 256,
            "views": 2,
            "strategies": QUICK_STRATEGIES,
        }
        if chosen.quick
        else {
            "seeds": 5,
            "rounds": 8,
            "first_share": 0.03,
            "batch_share": 0.03,
            "views": 4,
            "strategies": tuple(ACQUISITIONS),
        }
    )
    for name, value in defaults.items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    if isinstance(chosen.strategies, str):
        chosen.strategies = tuple(chosen.strategies.split(","))
    if chosen.told_apart and not chosen.class_name:
        chosen.class_name = "building"
    unknown = set(chosen.strategies) - ACQUISITIONS.keys()
    if unknown:
        parser.error(f"no acquisition {sorted(unknown)}; there are {', '.join(ACQUISITIONS)}")
    names = [ChipFolder.parse(text, None).name for text in chosen.data]
    if len(set(names)) < len(names):  # they would share their result files
        parser.error(f"folders of one name ({', '.join(names)}); give each an --out of its own")
    return chosen


def recipe_of(chosen: argparse.Namespace) -> Recipe:
    """Model and training of every run."""
    model: dict[str, object] = {}
    if chosen.class_name:  # as in a campaign of it
        model["starting_model"] = starting_model_for(chosen.class_name, chosen.model)
    training: dict[str, object] = {"holdout_share": 0.0, "warm_start": "scratch"}
    if chosen.quick:
        training |= {"min_steps": 80, "max_steps": 160, "epochs": 2, "steps_per_chip": 2.0}
    if chosen.chip_px:
        training["crop_px"] = chosen.chip_px // 64 * 64 or 64
    return Recipe(
        model=ModelConfig.from_mapping(model | chosen.model),
        training=TrainConfig.from_mapping(training | chosen.training),
        views=chosen.views,
        device=chosen.device,
    )


def _folder(text: str, chosen: argparse.Namespace) -> ChipFolder:
    return ChipFolder.parse(text, chosen.chip_px, told_apart=chosen.told_apart)


def runs_of(chosen: argparse.Namespace, folder: ChipFolder) -> list[Run]:
    """Every replay of one data set, seed by seed, so that a stopped benchmark has whole seeds."""
    recipe = recipe_of(chosen)
    if folder.told_apart:
        recipe = recipe_told_apart(recipe, folder.path)
    return [
        Run(
            data=folder,
            strategy=strategy,
            seed=seed,
            recipe=recipe,
            first_share=chosen.first_share,
            first_by=chosen.first_by,
            batch_share=chosen.batch_share,
            rounds=chosen.rounds,
        )
        for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds)
        for strategy in (FULL, *chosen.strategies)
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Run, summarise, print."""
    chosen = arguments(argv)
    console = Console()
    folders = [_folder(text, chosen) for text in chosen.data]
    runs = [run for folder in folders for run in runs_of(chosen, folder)]
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
