"""What is asked for on the command line, as replays of each data set."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.label_efficiency.as_campaign import Mapped, mapped, recipe_as_campaign
from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.runs import FULL, Run
from learner.acquisition.registry import ACQUISITIONS
from learner.model.views import VIEWS
from learner.simulate import Recipe

QUICK_STRATEGIES = ("random", "foreground_random", "suited")
"""The two that all others are compared with, and the default."""


_DESCRIPTION = """\
How few tiles, and how little of people's time, give how good a map?

    python -m benchmarks.label_efficiency --data FOLDER --quick
    python -m benchmarks.label_efficiency --data FOLDER:1 --class-name road --seeds 5 --jobs 8
    python -m benchmarks.label_efficiency --data FOLDER --quick --cold --strategies random,badge

A data set is replayed as a campaign of it would run: from the starting model of its class, by the
size of its pixels, its roofs counted one by one. Results are kept, and a stopped run goes on.
"""

_FULL = {
    "seeds": 5,
    "later_batches": 8,
    "cold_first_share": 0.03,
    "batch_share": 0.03,
    "views": 4,
    "strategies": tuple(ACQUISITIONS),
}
_QUICK = {
    "seeds": 3,
    "later_batches": 3,
    "cold_first_share": 0.06,
    "batch_share": 0.05,
    "chip_px": 256,
    "views": 2,
    "strategies": QUICK_STRATEGIES,
}


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; ``--quick`` changes defaults only."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.label_efficiency",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_data(parser)
    _add_budgets(parser)
    _add_machine(parser)
    chosen = parser.parse_args(argv)
    for name, value in (_QUICK if chosen.quick else _FULL).items():
        if getattr(chosen, name, None) is None:
            setattr(chosen, name, value)
    if isinstance(chosen.strategies, str):
        chosen.strategies = tuple(chosen.strategies.split(","))
    unknown = set(chosen.strategies) - ACQUISITIONS.keys()
    if unknown:
        parser.error(f"no acquisition {sorted(unknown)}; there are {', '.join(ACQUISITIONS)}")
    names = [ChipFolder.parse(text, None).name for text in chosen.data]
    if len(set(names)) < len(names):  # they would share their result files
        parser.error(f"folders of one name ({', '.join(names)}); give each an --out of its own")
    return chosen


def _add_data(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("what is mapped").add_argument
    add(
        "--data",
        action="append",
        required=True,
        metavar="FOLDER[:VALUE]",
        help="folder with chips/images and chips/masks; VALUE is the class in the masks",
    )
    add("--chip-px", type=int, help="cut larger chips to this side; default whole, quick 256")
    add(
        "--class-name",
        help="what the masks show; default: what meta.json or the folder's name says",
    )
    add(
        "--told-apart",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="count roofs of FOLDER/labels.geojson one by one; default: where a campaign would, "
        "that is buildings with outlines beside whole tiles",
    )
    add(
        "--cold",
        action="store_true",
        help="no starting model, and first tiles drawn by --first-by; so it is anyway for classes "
        "without one",
    )


def _add_budgets(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("how much is replayed").add_argument
    add("--quick", action="store_true", help="small budgets: a quarter of an hour on two cores")
    add("--strategies", help="comma-separated names (default: all, or three with --quick)")
    add("--seeds", type=int, help="default 5, quick 3")
    add("--first-seed", type=int, default=0, help="seeds count from here")
    add(
        "--rounds",
        type=int,
        help="batches after the first tiles; default 8, quick 3, and one more without first tiles",
    )
    add(
        "--first-share",
        type=float,
        help="first tiles, share of the pool; default 0, which leaves them to the starting model, "
        "and without one 0.03, quick 0.06",
    )
    add("--first-by", default="random", help="acquisition of the first tiles, for all strategies")
    add(
        "--batch-share",
        type=float,
        help="tiles a round, share of the pool; default 0.03, quick 0.05",
    )


def _add_machine(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("how").add_argument
    add("--out", type=Path, default=Path("build/label_efficiency"))
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


def runs_of(chosen: argparse.Namespace, text: str) -> list[Run]:
    """Every replay of one data set, seed by seed, so that a stopped benchmark has whole seeds."""
    folder = ChipFolder.parse(text, chosen.chip_px)
    shown = mapped(folder, chosen.class_name, chosen.told_apart)
    recipe = recipe_of(chosen, folder.path, shown)
    first_share, rounds = chosen.first_share, chosen.rounds
    if first_share is None:  # who begins with a model asks it for the first tiles, too
        first_share = 0.0 if recipe.model.starting_model else chosen.cold_first_share
    if rounds is None:
        rounds = chosen.later_batches if first_share else chosen.later_batches + 1
    return [
        Run(
            data=replace(folder, told_apart=shown.told_apart),
            strategy=strategy,
            seed=seed,
            recipe=recipe,
            first_share=first_share,
            first_by=chosen.first_by,
            batch_share=chosen.batch_share,
            rounds=rounds,
        )
        for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds)
        for strategy in (FULL, *chosen.strategies)
    ]


def recipe_of(chosen: argparse.Namespace, folder: Path, shown: Mapped) -> Recipe:
    """Model and training of every run of a data set."""
    training: dict[str, object] = {"holdout_share": 0.0, "warm_start": "scratch"}
    if chosen.quick:
        training |= {"min_steps": 80, "max_steps": 160, "epochs": 2, "steps_per_chip": 2.0}
    if chosen.chip_px:
        training["crop_px"] = chosen.chip_px // 64 * 64 or 64
    recipe = recipe_as_campaign(
        shown, folder, chosen.model, training | chosen.training, cold=chosen.cold
    )
    return replace(recipe, views=chosen.views, device=chosen.device)
