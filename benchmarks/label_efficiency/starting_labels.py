"""Starting labels: what do outlines that lie metres off, beside people's own, teach or spoil?

    python -m benchmarks.label_efficiency.starting_labels --data FOLDER [--data FOLDER …]
    python -m benchmarks.label_efficiency.starting_labels --data FOLDER --off-m 0 --missing 0.05

A folder's ``labels.geojson`` is made into what an older map would have: all outlines moved by
``--off-m`` in a direction of the seed, each a little more by itself and drawn a little wrong, some
missing, some of houses that stand elsewhere by now. People label a share of the pool at random; the
other chips have such outlines only. Each way to teach with both is trained once a seed, all for the
same steps, and measured on other places; the recipe is that of ``--quick --told-apart``. Writes
``starting_labels.json`` and ``starting_labels.png``, and prints what each gains over people's chips
alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import shapely
from rich.console import Console

from benchmarks.label_efficiency import command
from benchmarks.label_efficiency.ablation import compare, table_of
from benchmarks.label_efficiency.as_campaign import mapped
from benchmarks.label_efficiency.chip_folder import ChipFolder, read_chips
from benchmarks.label_efficiency.plot import draw_differences
from benchmarks.label_efficiency.runs import limit_threads
from benchmarks.label_efficiency.told_apart import outlines_of, zoom_of
from learner.chip_measure import measure
from learner.chip_prediction import ChipPredictor
from learner.data.chip_set import ChipSet, split_by_place
from learner.data.rasterise import rasterise
from learner.evaluation.scores import iou
from learner.grid import PixelWindow, ground_m_per_px
from learner.simulate import Recipe
from learner.training.data import TrainingSet
from learner.training.loop import train
from learner.world_pixels import lon_lat_of, world_px_of
from service.jobs.training_set import SEAM_M
from service.jobs.unverified import PRIOR_WEIGHT, corrected

Outlines = list[shapely.Polygon]

JITTER_M = 0.5
"""Standard deviation of what each outline lies off by itself, beside what all do."""
MISDRAWN = 0.08
"""Standard deviation of an outline's size, as a share of it, along and across."""
STALE = 0.08
"""Of the outlines, so many are there twice: once where no house stands."""
_STALE_AWAY_M = 20.0


class Arm(StrEnum):
    """Ways to teach with people's chips and with outlines from elsewhere."""

    PEOPLE = "people's chips alone"
    AS_THEY_CAME = "as they came, every chip as often"
    MOVED = "moved and weighed, every chip as often"
    HALF = "moved and weighed, half of a batch at most"
    TRUTH = "people's labels of all chips"


@dataclass(frozen=True)
class OldMap:
    """How outlines from elsewhere differ from what is there.

    Attributes:
        off_m: of all of them alike, metres on the ground.
        missing: share (0..1) of the objects that it does not have.
    """

    off_m: float
    missing: float

    def drawn(
        self, truth: np.ndarray, zoom: int, m_per_px: float, rng: np.random.Generator
    ) -> Outlines:
        """The outlines that it has of ``truth``, an array of polygons; all in EPSG:4326."""
        angle = rng.uniform(0.0, 2.0 * np.pi)
        off_px = np.array([np.cos(angle), np.sin(angle)]) * self.off_m / m_per_px
        drawn: list[shapely.Polygon] = []
        for outline in world_px_of(truth[rng.random(len(truth)) >= self.missing], zoom):
            middle = np.array(outline.centroid.coords[0])
            size = rng.normal(1.0, MISDRAWN, 2)
            moved_px = middle + off_px + rng.normal(0.0, JITTER_M / m_per_px, 2)
            drawn.append(_placed(outline, middle, size, moved_px))
            if rng.random() < STALE:
                away_px = moved_px + rng.normal(0.0, _STALE_AWAY_M / m_per_px, 2)
                drawn.append(_placed(outline, middle, size, away_px))
        return list(lon_lat_of(np.array(drawn, dtype=object), zoom))


def _placed(
    outline: shapely.Polygon, middle: np.ndarray, size: np.ndarray, to_px: np.ndarray
) -> shapely.Polygon:
    return shapely.transform(outline, lambda xy: (xy - middle) * size + to_px)


@dataclass(frozen=True)
class Trial:
    """One training of one arm."""

    folder: Path
    arm: Arm
    seed: int
    share: float
    old_map: OldMap
    recipe: Recipe


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_efficiency.starting_labels")
    add = parser.add_argument
    add("--data", action="append", required=True, type=Path, metavar="FOLDER")
    add("--out", type=Path, default=Path("build/starting_labels"))
    add("--seeds", type=int, default=4)
    add("--share", type=float, default=0.06, help="of the pool's chips, labelled by people")
    add("--off-m", type=float, default=3.0, help="metres that all outlines lie off, alike")
    add("--missing", type=float, default=0.2, help="share of the objects without an outline")
    add("--training", default="{}", help="JSON over the recipe's settings")
    add("--device", default="auto")
    add("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    return parser.parse_args(argv)


def trials_of(chosen: argparse.Namespace, arm: Arm) -> list[Trial]:
    """One a folder and seed."""
    found = []
    for folder in chosen.data:
        same = ["--training", chosen.training, "--device", chosen.device]
        quick = command.arguments(["--quick", "--data", str(folder), *same])
        shown = mapped(ChipFolder(folder), "buildings", told_apart=True)
        recipe = command.recipe_of(quick, folder, shown)
        old_map = OldMap(chosen.off_m, chosen.missing)
        found += [
            Trial(folder, arm, seed, chosen.share, old_map, recipe) for seed in range(chosen.seeds)
        ]
    return found


def run(trial: Trial) -> tuple[float, float]:
    """IoU on the test chips, and seconds of the training."""
    chips = read_chips(ChipFolder(trial.folder, told_apart=True))
    pool, test = split_by_place(chips, 0.3, trial.seed)
    rng = np.random.default_rng([trial.seed, len(pool)])
    by_people = np.zeros(len(pool), bool)
    by_people[rng.permutation(len(pool))[: max(2, round(trial.share * len(pool)))]] = True
    config = trial.recipe.training
    config = replace(config, seed=trial.seed, min_steps=config.max_steps)
    if trial.arm in (Arm.AS_THEY_CAME, Arm.MOVED):
        config = replace(config, unverified_share=1.0)
    data = taught(trial, pool, by_people, rng)
    began = time.perf_counter()
    checkpoint = train(data, trial.recipe.model, config, device=trial.recipe.device)
    spent_s = time.perf_counter() - began
    predictor = ChipPredictor.of([checkpoint], device=trial.recipe.device)
    return float(iou(measure(test, predictor))), spent_s


def taught(
    trial: Trial, pool: ChipSet, by_people: np.ndarray, rng: np.random.Generator
) -> TrainingSet:
    """What the trial's arm learns from.

    Args:
        trial: the arm, and the map.
        pool: all chips, with people's masks.
        by_people: (N,) bool, the chips that people have labelled.
        rng: of the map.
    """
    if trial.arm in (Arm.PEOPLE, Arm.TRUTH):
        known = by_people if trial.arm is Arm.PEOPLE else np.ones(len(pool), bool)
        return _training_set(pool, np.ones(len(pool))).subset(known)
    zoom = zoom_of(trial.folder)
    tiles = [mercantile.Tile(int(x), int(y), zoom) for x, y in pool.xy]
    m_per_px = ground_m_per_px(zoom, mercantile.ul(tiles[0]).lat)
    truth = outlines_of(trial.folder)
    starting, weight = trial.old_map.drawn(truth, zoom, m_per_px, rng), PRIOR_WEIGHT
    if trial.arm is not Arm.AS_THEY_CAME:
        on_truth = _finder(list(truth))
        labelled = {
            (tile.x, tile.y): on_truth(tile)
            for tile, known in zip(tiles, by_people, strict=True)
            if known
        }
        starting, weight = corrected(starting, labelled, zoom)
    masks, on_map = pool.masks.copy(), _finder(starting)
    for index in np.flatnonzero(~by_people):
        window = PixelWindow.of_tile(tiles[index])
        masks[index] = rasterise(on_map(tiles[index]), window, seam_px=SEAM_M / m_per_px)
    data = _training_set(replace(pool, masks=masks), np.where(by_people, 1.0, weight))
    return replace(data, verified=by_people)


def _training_set(chips: ChipSet, weights: np.ndarray) -> TrainingSet:
    every = np.ones(len(chips), bool)
    return TrainingSet(chips.pixels, chips.masks, weights.astype(np.float32), chips.xy, every)


def _finder(outlines: Outlines) -> Callable[[mercantile.Tile], Outlines]:
    """Finds those that touch a tile."""
    tree = shapely.STRtree(outlines)

    def touching(tile: mercantile.Tile) -> Outlines:
        near = tree.query(shapely.box(*mercantile.bounds(tile)), predicate="intersects")
        return [outlines[index] for index in np.sort(near)]

    return touching


def main(argv: Sequence[str] | None = None) -> None:
    """Run, compare, print."""
    chosen = arguments(argv)
    console = Console()
    threads = max(1, (os.cpu_count() or 1) // chosen.jobs)
    spawn = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    figures: dict[str, Any] = {}
    with ProcessPoolExecutor(chosen.jobs, spawn, limit_threads, (threads,)) as pool:
        for arm in Arm:
            found = np.array(list(pool.map(run, trials_of(chosen, arm))))
            figures[arm] = {"iou": found[:, 0], "seconds": found[:, 1]}
            console.print(f"{arm}: IoU {np.round(found[:, 0], 3)}", highlight=False)
    rows = compare(figures, Arm.PEOPLE)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "starting_labels.json").write_text(json.dumps(rows, indent=1))
    draw_differences(rows, chosen.out / "starting_labels.png", over=Arm.PEOPLE)
    console.print(table_of(rows, Arm.PEOPLE))
    console.print(f"{chosen.out}/starting_labels.json and starting_labels.png")


if __name__ == "__main__":
    main()
