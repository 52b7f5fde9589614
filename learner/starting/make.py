"""Teach the starting model of buildings on generated towns.

    python -m learner.starting.make

Writes ``learner/starting/buildings.safetensors``. Half of the towns have a centre and open land
around it, half are built-up all over; colours and scales vary more than in a campaign's training,
because it has to know imagery that it was not taught on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from learner.data.rasterise import rasterise
from learner.data.town import ORIGIN_LONLAT, generate_town
from learner.grid import TILE_PX, ground_m_per_px
from learner.model.checkpoint import Checkpoint, save, with_identity
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train
from learner.training.run import TrainProgress

PACKAGED = Path(__file__).with_name("buildings.safetensors")
_FIRST_SEED = 1000  # far from the towns that demos and tests are made of
_SIDE_TILES = 5
_ZOOM = 20
_SEAM_M = 0.6
_GAP_M = 1.1


def towns(count: int, side_tiles: int = _SIDE_TILES) -> TrainingSet:
    """Every tile of ``count`` towns of ``side_tiles`` × ``side_tiles`` tiles, with its truth:
    ``count · side_tiles²`` chips of 256 px at zoom 20."""
    pixels: list[npt.NDArray[np.uint8]] = []
    masks: list[npt.NDArray[np.uint8]] = []
    xy: list[tuple[int, int]] = []
    for number in range(count):
        seed = _FIRST_SEED + number
        built = None if number % 2 == 0 else float(np.random.default_rng(seed).uniform(0.3, 1.0))
        town = generate_town(seed, side_tiles, side_tiles, _ZOOM, built=built)
        mask = rasterise(town.buildings, town.window, seam_px=_SEAM_M / _m_per_px())
        for row in range(side_tiles):
            for column in range(side_tiles):
                rows = slice(row * TILE_PX, (row + 1) * TILE_PX)
                columns = slice(column * TILE_PX, (column + 1) * TILE_PX)
                pixels.append(town.pixels[rows, columns])
                masks.append(mask[rows, columns])
                # Towns lie far apart, so that the holdout's blocks are other towns.
                xy.append((100 * number + column, row))
    return TrainingSet(
        pixels=np.stack(pixels),
        masks=np.stack(masks),
        weights=np.ones(len(pixels), np.float32),
        xy=np.array(xy, np.int64),
        verified=np.ones(len(pixels), np.bool_),
    )


def recipe(steps: int) -> TrainConfig:
    """As a campaign of buildings is taught, but for colours and scales."""
    return TrainConfig(
        min_steps=steps,
        max_steps=steps,
        gap_weight=10.0,
        gap_px=round(_GAP_M / _m_per_px()),
        scale_range=(0.6, 1.6),
        colour_strength=1.0,
        holdout_share=0.05,
    )


def halved(checkpoint: Checkpoint) -> Checkpoint:
    """The same in float16: half of the bytes, and no pixel says otherwise."""
    weights = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.weights.items()
    }
    return with_identity(weights, dataclasses.replace(checkpoint.card, history=()))


def main(argv: Sequence[str] | None = None) -> None:
    """Generate, teach, write."""
    parser = argparse.ArgumentParser(prog="python -m learner.starting.make")
    parser.add_argument("--out", type=Path, default=PACKAGED)
    parser.add_argument("--towns", type=int, default=80, help="of 25 tiles each")
    parser.add_argument("--steps", type=int, default=2000, help="of eight tiles each")
    chosen = parser.parse_args(argv)
    fitted = train(
        towns(chosen.towns),
        ModelConfig(),
        recipe(chosen.steps),
        on_progress=_say,
        threads=torch.get_num_threads(),
    )
    save(halved(fitted), chosen.out)
    print(f"{chosen.out}: IoU {fitted.card.holdout.get('iou', float('nan')):.3f} on other towns")


def _say(progress: TrainProgress) -> None:
    print(f"{progress.step} of {progress.steps} steps, loss {progress.loss:.3f}", flush=True)


def _m_per_px() -> float:
    return ground_m_per_px(_ZOOM, ORIGIN_LONLAT[1])


if __name__ == "__main__":
    main()
