"""Teach the starting models on generated towns.

    python -m learner.starting.make              all of them
    python -m learner.starting.make roads        one

Writes ``learner/starting/NAME.safetensors``. Half of the towns have a centre and open land around
it, half are built-up all over; colours and scales vary more than in a campaign's training, because
a starting model has to know imagery that it was not taught on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch

from learner.data.rasterise import rasterise
from learner.data.town import ORIGIN_LONLAT, Town, generate_town
from learner.grid import TILE_PX, ground_m_per_px
from learner.model.checkpoint import Checkpoint, save, with_identity
from learner.training.config import STARTING_MODELS, ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train
from learner.training.run import TrainProgress

_FIRST_SEED = 1000  # far from the towns that demos and tests are made of
_SEAM_M = 0.6
_GAP_M = 1.1


def _buildings(town: Town) -> npt.NDArray[np.uint8]:
    return rasterise(town.buildings, town.window, seam_px=_SEAM_M / _m_per_px(town.window.zoom))


def _roads(town: Town) -> npt.NDArray[np.uint8]:
    return rasterise(town.roads, town.window)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a starting model is taught.

    Attributes:
        truth: (H, W) uint8 mask of a town.
        zooms: of the towns, in turn.
        side_tiles: of a town at each of them: every tile becomes a chip of 256 px.
        towns, steps: how many, unless told otherwise.
        reduction: of the network's pixels; the weights serve other reductions as well.
        gap_weight: as in a campaign of this class.
        asphalt: whether the share of paved roads differs from town to town; else all are dusty.
    """

    truth: Callable[[Town], npt.NDArray[np.uint8]]
    zooms: tuple[int, ...]
    side_tiles: tuple[int, ...]
    towns: int
    steps: int
    reduction: int
    gap_weight: float
    asphalt: bool


LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {
        "buildings": Lesson(_buildings, (20,), (5,), 80, 2000, 2, 10.0, False),
        # Roads are known by how they go on, so towns are looked at from higher up: a pixel is 1.2,
        # 0.6 or 0.3 m, as in campaigns of zoom 17 to 19, and of zoom 20 when it is halved.
        "roads": Lesson(_roads, (17, 18, 19), (3, 4, 5), 60, 1600, 1, 0.0, True),
    }
)
assert tuple(LESSONS) == STARTING_MODELS


def towns(lesson: Lesson, count: int) -> TrainingSet:
    """Every tile of ``count`` towns with its truth, as chips of 256 px."""
    pixels: list[npt.NDArray[np.uint8]] = []
    masks: list[npt.NDArray[np.uint8]] = []
    xy: list[tuple[int, int]] = []
    for number in range(count):
        side = lesson.side_tiles[number % len(lesson.zooms)]
        town = _town(lesson, number, side)
        mask = lesson.truth(town)
        for row in range(side):
            for column in range(side):
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


def _town(lesson: Lesson, number: int, side_tiles: int) -> Town:
    seed = _FIRST_SEED + number
    rng = np.random.default_rng(seed)
    built = None if number % 2 == 0 else float(rng.uniform(0.3, 1.0))
    asphalt = float(rng.uniform(0.0, 1.0)) if lesson.asphalt else None
    zoom = lesson.zooms[number % len(lesson.zooms)]
    return generate_town(seed, side_tiles, side_tiles, zoom, built=built, asphalt=asphalt)


def recipe(lesson: Lesson, steps: int) -> TrainConfig:
    """As a campaign of the class is taught, but for colours and scales."""
    return TrainConfig(
        min_steps=steps,
        max_steps=steps,
        gap_weight=lesson.gap_weight,
        gap_px=max(1, round(_GAP_M / _m_per_px(max(lesson.zooms)))),
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
    parser = argparse.ArgumentParser(
        prog="python -m learner.starting.make",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(STARTING_MODELS))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="a folder")
    parser.add_argument("--towns", type=int, help="of 9 to 25 tiles each")
    parser.add_argument("--steps", type=int, help="of eight tiles each")
    chosen = parser.parse_args(argv)
    for name in chosen.names or STARTING_MODELS:
        if name not in LESSONS:
            parser.error(f"there is no {name}; there are {', '.join(STARTING_MODELS)}")
        lesson = LESSONS[name]
        fitted = train(
            towns(lesson, chosen.towns or lesson.towns),
            ModelConfig(reduction=lesson.reduction),
            recipe(lesson, chosen.steps or lesson.steps),
            on_progress=_say,
            threads=torch.get_num_threads(),
        )
        file = chosen.out / f"{name}.safetensors"
        save(halved(fitted), file)
        iou = fitted.card.holdout.get("iou", float("nan"))
        print(f"{file}: IoU {iou:.3f} on other towns")


def _say(progress: TrainProgress) -> None:
    print(f"{progress.step} of {progress.steps} steps, loss {progress.loss:.3f}", flush=True)


def _m_per_px(zoom: int) -> float:
    return ground_m_per_px(zoom, ORIGIN_LONLAT[1])


if __name__ == "__main__":
    main()
