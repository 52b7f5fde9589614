"""Training on a generated town: crops a second through forward, backward and optimiser."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from learner.data.rasterise import rasterise
from learner.data.town import Town, generate_town
from learner.grid import TILE_PX, PixelWindow
from learner.model.checkpoint import Checkpoint
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train
from learner.training.run import TrainProgress

COLUMNS, ROWS = 10, 8


@dataclass(frozen=True, slots=True)
class TrainingSpeed:
    """Crops a second: in the steps alone, and over everything with holdout and saved states."""

    steps: int
    in_steps: float
    overall: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def training_speed(steps: int, epochs: int, threads: int) -> tuple[TrainingSpeed, Checkpoint]:
    """Train the default model by the default recipe, but ``steps`` long.

    Returns:
        The speed, and the checkpoint that came of it.
    """
    config = TrainConfig(min_steps=steps, max_steps=steps, epochs=epochs)
    progress: list[TrainProgress] = []
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        checkpoint = train(
            _labelled(generate_town(5, COLUMNS, ROWS)),
            ModelConfig(),
            config,
            run_dir=Path(folder),
            on_progress=progress.append,
            threads=threads,
        )
        took_s = time.perf_counter() - started
    in_steps = median(each.tiles_per_s for each in progress[1:])  # kernels are chosen in the first
    return TrainingSpeed(steps, in_steps, steps * config.batch_size / took_s), checkpoint


def _labelled(town: Town) -> TrainingSet:
    windows = [PixelWindow.of_tile(tile) for tile in town.window.tiles()]
    places = [town.window.offset_of(window) for window in windows]
    count = len(windows)
    return TrainingSet(
        pixels=np.stack([town.pixels[r : r + TILE_PX, c : c + TILE_PX] for r, c in places]),
        masks=np.stack([rasterise(town.buildings, window) for window in windows]),
        weights=np.ones(count, np.float32),
        xy=np.array([(tile.x, tile.y) for tile in town.window.tiles()], np.int64),
        verified=np.ones(count, np.bool_),
    )
