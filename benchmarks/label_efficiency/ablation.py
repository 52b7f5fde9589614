r"""Ablation: what is each part of the recipe worth, at the same labels?

    python -m benchmarks.label_efficiency.ablation --data FOLDER [--data FOLDER:VALUE …]
    python -m benchmarks.label_efficiency.ablation --data FOLDER --only cutmix,no_ema --seeds 5
    python -m benchmarks.label_efficiency.ablation --data FOLDER --only no_rehearsal \
        --model '{"starting_model": "buildings"}'

Trains once a variant, data set and seed on the same chips drawn at random, and measures on chips of
other places. Each variant changes one thing of the recipe. Results are kept like those of the
replays. Writes ``ablation.json`` and ``ablation.png`` and prints the differences to the recipe as
it is, with 95 % intervals (paired bootstrap over data sets and seeds).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.plot import draw_differences
from benchmarks.label_efficiency.runs import Run, do_all
from benchmarks.label_efficiency.summary import Interval, bootstrap
from learner.simulate import Recipe
from learner.training.config import ModelConfig, TrainConfig

AS_IT_IS = "as it is"

Change = Mapping[str, Any]

VARIANTS: Mapping[str, tuple[Change, Change]] = MappingProxyType(
    {
        AS_IT_IS: ({}, {}),
        "no_dice": ({}, {"dice_weight": 0.0}),
        "no_ema": ({}, {"ema_decay": 0.0}),
        "no_scale": ({}, {"scale_range": [1.0, 1.0]}),
        "no_shift": ({}, {"shift_share": 0.0}),
        "any_angle": ({}, {"rotate_share": 0.5}),
        "no_colour": ({}, {"colour_strength": 0.0}),
        "strong_colour": ({}, {"colour_strength": 0.6}),
        "cutmix": ({}, {"cutmix_share": 0.5}),
        "border_ignored": ({}, {"border_ignore_px": 2}),
        "half_learning_rate": ({}, {"learning_rate": 1e-3}),
        "double_learning_rate": ({}, {"learning_rate": 4e-3}),
        "half_steps": ({}, {"steps_per_chip": 1.5, "min_steps": 150, "max_steps": 240}),
        "double_steps": ({}, {"steps_per_chip": 6.0, "min_steps": 600, "max_steps": 960}),
        "full_resolution": ({"reduction": 1}, {}),
        "starting_model": ({"starting_model": "buildings"}, {}),
        "no_rehearsal": ({}, {"rehearsal_share": 0.0}),
        "half_rehearsal": ({}, {"rehearsal_share": 0.5}),
        "random_weights": ({"encoder_weights": None}, {}),
        "resnet10t": ({"encoder": "tu-resnet10t"}, {}),
        "resnet18": ({"encoder": "resnet18"}, {}),
        "mobilenet_v2": ({"encoder": "mobilenet_v2"}, {}),
        "fpn": ({"architecture": "fpn", "decoder_channels": [64, 64]}, {}),
    }
)
"""name → what it changes of the model and of the training."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_efficiency.ablation")
    add = parser.add_argument
    add("--data", action="append", required=True, metavar="FOLDER[:VALUE]")
    add("--out", type=Path, default=Path("build/ablation"))
    add("--only", default=",".join(VARIANTS), help="comma-separated variants")
    add("--seeds", type=int, default=3)
    add("--chip-px", type=int, help="cut chips to this side; default whole")
    add("--share", type=float, default=0.3, help="labelled chips, share of the pool")
    add("--model", type=json.loads, default={}, help="JSON under every variant")
    add("--training", type=json.loads, default={}, help="JSON under every variant")
    add("--device", default="auto")
    add("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    chosen = parser.parse_args(argv)
    names = chosen.only.split(",")
    unknown = set(names) - VARIANTS.keys()
    if unknown:
        parser.error(f"no variant {sorted(unknown)}; there are {', '.join(VARIANTS)}")
    chosen.variants = tuple(dict.fromkeys([AS_IT_IS, *names]))
    return chosen


def run_of(chosen: argparse.Namespace, variant: str, folder: ChipFolder, seed: int) -> Run:
    """One training: a replay that ends after its first tiles."""
    model, training = VARIANTS[variant]
    base = {"holdout_share": 0.0, "warm_start": "scratch"}
    return Run(
        data=folder,
        strategy="random",
        seed=seed,
        recipe=Recipe(
            model=ModelConfig.from_mapping({**chosen.model, **model}),
            training=TrainConfig.from_mapping({**base, **chosen.training, **training}),
            views=1,
            device=chosen.device,
        ),
        first_share=chosen.share,
        first_by="random",
        batch_share=0.0,
        rounds=0,
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Run, compare, print."""
    chosen = arguments(argv)
    console = Console()
    folders = [ChipFolder.parse(text, chosen.chip_px) for text in chosen.data]
    figures: dict[str, dict[str, Any]] = {}
    for variant in chosen.variants:
        runs = [
            run_of(chosen, variant, folder, seed)
            for folder in folders
            for seed in range(chosen.seeds)
        ]
        place = {(run.data.name, run.seed): index for index, run in enumerate(runs)}
        iou, seconds = np.zeros(len(runs)), np.zeros(len(runs))
        for run, result in do_all(runs, chosen.out / variant.replace(" ", "_"), chosen.jobs):
            index, last = place[run.data.name, run.seed], result["rounds"][-1]
            iou[index], seconds[index] = last["iou"], last["train_s"]
        figures[variant] = {"iou": iou, "seconds": seconds}
        console.print(f"{variant}: IoU {iou.mean():.3f}, {seconds.mean():.0f} s", highlight=False)
    rows = compare(figures)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "ablation.json").write_text(json.dumps(rows, indent=1))
    draw_differences(rows, chosen.out / "ablation.png")
    console.print(table_of(rows))
    console.print(f"{chosen.out}/ablation.json and ablation.png")


def compare(
    figures: Mapping[str, Mapping[str, np.ndarray]], base: str = AS_IT_IS
) -> dict[str, dict[str, Any]]:
    """Every variant against ``base``.

    Args:
        figures: variant → ``iou`` and ``seconds``, each ``(R,)``, a training an entry, paired.
        base: the variant that the others are compared with.

    Returns:
        variant → mean ``iou``, its ``gain`` over the base (an interval) and ``times_seconds``,
        the training's duration in times of the base's.
    """
    against = figures[base]
    rows: dict[str, dict[str, Any]] = {}
    for variant, found in figures.items():
        rows[variant] = {
            "iou": round(float(found["iou"].mean()), 4),
            "gain": gain(found["iou"] - against["iou"]).to_json(),
            "times_seconds": round(float(found["seconds"].sum() / against["seconds"].sum()), 2),
            "trainings": len(found["iou"]),
        }
    return rows


def gain(differences: np.ndarray) -> Interval:
    """Mean of paired differences ``(R,)`` with its 95 % bootstrap interval."""
    return bootstrap(lambda rows: float(differences[rows].mean()), len(differences))


def table_of(rows: Mapping[str, Mapping[str, Any]], base: str = AS_IT_IS) -> Table:
    """The variants, best first."""
    trainings = rows[base]["trainings"]
    table = Table(title=f"one change at a time, {trainings} trainings each", title_justify="left")
    table.add_column("variant")
    for column in ("IoU", "gain", "training time"):
        table.add_column(column, justify="right")
    for variant, row in sorted(rows.items(), key=lambda item: -item[1]["iou"]):
        low, high = row["gain"]["low"], row["gain"]["high"]
        ends = "" if low is None else f" [{low:+.3f}, {high:+.3f}]"
        shown = "" if variant == base else f"{row['gain']['estimate']:+.3f}{ends}"
        table.add_row(variant, f"{row['iou']:.3f}", shown, f"{row['times_seconds']:.2f}×")
    return table


if __name__ == "__main__":
    main()
