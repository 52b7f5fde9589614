"""Replays as files: one JSON each, done ones skipped, many at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from benchmarks.label_efficiency.chip_folder import ChipFolder, read_chips
from learner.data.chip_set import split_by_place
from learner.people.habits import MapperHabits
from learner.simulate import Plan, Recipe, RoundOutcome, replay

FULL = "full_pool"
"""The name of the run that labels everything at once."""


@dataclass(frozen=True)
class Run:
    """One replay of one strategy on one data set with one seed.

    Attributes:
        first_share, batch_share: of the pool's chips.
        test_share: of all chips, by whole places.
        error_rate: of the people, see ``learner.people.habits.MapperHabits``.
        second_looks: whether another person looks where one is in doubt.
    """

    data: ChipFolder
    strategy: str
    seed: int
    recipe: Recipe
    first_share: float
    first_by: str
    batch_share: float
    rounds: int
    test_share: float = 0.3
    error_rate: float = 0.0
    second_looks: bool = False

    def file(self, out: Path) -> Path:
        """Where its result is kept."""
        return out / self.data.name / f"{self.strategy}-seed{self.seed}.json"

    def settings(self) -> dict[str, object]:
        """Everything that decides its result, JSON-able; a kept result with others is redone."""
        recipe = self.recipe
        return {
            "strategy": self.strategy,
            "seed": self.seed,
            "chip_px": self.data.chip_px,
            "positive": self.data.positive,
            "told_apart": self.data.told_apart,
            "first_share": self.first_share,
            "first_by": self.first_by,
            "batch_share": self.batch_share,
            "rounds": 0 if self.strategy == FULL else self.rounds,
            "test_share": self.test_share,
            "error_rate": self.error_rate,
            "second_looks": self.second_looks,
            "model": recipe.model.to_mapping(),
            "training": recipe.training.to_mapping(),
            "views": recipe.views,
            "members": recipe.members,
            "measured": [field.name for field in fields(RoundOutcome)],
        }


def kept_result(run: Run, out: Path) -> dict[str, object] | None:
    """The result of ``run`` if it is there, complete, and of the same settings."""
    file = run.file(out)
    if not file.exists():
        return None
    result = json.loads(file.read_text())
    same = json.loads(json.dumps(run.settings())) == result["settings"]
    return result if same else None


def do_all(runs: list[Run], out: Path, jobs: int) -> Iterator[tuple[Run, dict[str, object]]]:
    """Every run with its result, kept ones first; the others as they finish.

    Args:
        runs: what to do.
        out: folder of the JSON files.
        jobs: processes at once; the machine's cores are shared out among them.
    """
    missing = []
    for run in runs:
        result = kept_result(run, out)
        if result is None:
            missing.append(run)
        else:
            yield run, result
    if jobs == 1:
        for run in missing:
            yield run, _do(run, out)
        return
    threads = max(1, (os.cpu_count() or 1) // jobs)
    # Not forked: torch's threads and CUDA do not survive a fork.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, initializer=limit_threads, initargs=(threads,)) as pool:
        waiting = {pool.submit(_do, run, out): run for run in missing}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def limit_threads(threads: int) -> None:
    """Of a process among several: its share of the cores."""
    import cv2
    import torch

    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)


def _do(run: Run, out: Path) -> dict[str, object]:
    started = time.perf_counter()
    pool, test = split_by_place(read_chips(run.data), run.test_share, run.seed)
    everything = run.strategy == FULL
    plan = Plan(
        acquisition="random" if everything else run.strategy,
        seed=run.seed,
        first=len(pool) if everything else _first_chips(run.first_share, len(pool)),
        first_by="random" if everything else run.first_by,
        batch=max(1, round(run.batch_share * len(pool))),
        rounds=0 if everything else run.rounds,
        second_looks=run.second_looks,
    )
    habits = MapperHabits(error_rate=run.error_rate)
    outcomes = replay(pool, test, plan, run.recipe, habits=habits)
    result = {
        "settings": run.settings(),
        "data": run.data.name,
        "pool_tiles": len(pool),
        "test_tiles": len(test),
        "rounds": [asdict(replace(outcome, iou=round(outcome.iou, 5))) for outcome in outcomes],
        "wall_s": round(time.perf_counter() - started, 1),
    }
    file = run.file(out)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(json.dumps(result, indent=1))
    partial.replace(file)
    return result


def _first_chips(share: float, pool_chips: int) -> int:
    """At least two, of which one can hold something; none where the starting model chooses."""
    return max(2, round(share * pool_chips)) if share else 0
