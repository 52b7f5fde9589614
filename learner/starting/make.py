"""Teach the starting models their lessons: generated towns.

    python -m learner.starting.make              all of them
    python -m learner.starting.make roads        one
    python -m learner.starting.make buildings --picture lesson.jpg    what it is taught, and no more

Writes ``learner/starting/NAME.safetensors``. Colours and scales vary more than in a campaign's
training, because a starting model has to know imagery that it was not taught on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from learner.model.checkpoint import Checkpoint, save, with_identity
from learner.starting.lessons import LESSONS, Lesson, m_per_px, town_of, towns
from learner.training.config import STARTING_MODELS, ModelConfig, TrainConfig
from learner.training.loop import train
from learner.training.run import TrainProgress

_GAP_M = 1.1
_LOOK_PX = 384
_LOOKED_AT = (1, 2, 5, 7, 9, 10, 13, 15)


def recipe(lesson: Lesson, steps: int) -> TrainConfig:
    """As a campaign of the class is taught, but for colours and scales."""
    return TrainConfig(
        min_steps=steps,
        max_steps=steps,
        gap_weight=lesson.gap_weight,
        gap_px=max(1, round(_GAP_M / m_per_px(max(lesson.zooms)))),
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


def picture(lesson: Lesson) -> npt.NDArray[np.uint8]:
    """(768, 1536, 3) uint8: eight of the lesson's towns, two by four."""
    size = (_LOOK_PX, _LOOK_PX)
    seen = [
        cv2.resize(town_of(lesson, number, 3).pixels, size, interpolation=cv2.INTER_AREA)
        for number in _LOOKED_AT
    ]
    rows = [np.concatenate(seen[half : half + 4], axis=1) for half in (0, 4)]
    return np.concatenate(rows)


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
    parser.add_argument("--picture", type=Path, help="write a look at the towns instead")
    chosen = parser.parse_args(argv)
    for name in chosen.names or STARTING_MODELS:
        if name not in LESSONS:
            parser.error(f"there is no {name}; there are {', '.join(STARTING_MODELS)}")
        lesson = LESSONS[name]
        if chosen.picture:
            Image.fromarray(picture(lesson)).save(chosen.picture, quality=80)
            continue
        chosen.out.mkdir(parents=True, exist_ok=True)  # before the minutes that teaching takes
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


if __name__ == "__main__":
    main()
