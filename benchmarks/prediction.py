"""Prediction end to end against the bare network on the same batches.

End to end is what a prediction job does with a scene: reading, margins, the network, calibrated
probabilities, scores and features. Bare is the same network, folded and in the same number format,
given the same batches from memory, and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from mercantile import Tile

from learner.blocks import blocks_of
from learner.imagery.source import ImagerySource, open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.model import checkpoint as checkpoints
from learner.model.device import choose_runtime
from learner.model.inference import Inference
from learner.predict import Predictor

BLOCK_TILES = 4
MARGIN_PX = 32
REPEATS = 3


@dataclass(frozen=True, slots=True)
class PredictionSpeed:
    """Tiles a second of both, medians of the repeats."""

    tiles: int
    end_to_end: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.end_to_end / self.bare

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio}


def prediction_speed(
    checkpoint: Path, imagery: Path, tiles: Sequence[Tile], threads: int
) -> PredictionSpeed:
    """Measure both in turns on a scene, so that a busy machine slows both.

    Args:
        checkpoint: a ``.safetensors`` of the artefact store.
        imagery: the scene's GeoTIFF.
        tiles: what to predict.
        threads: CPU threads of torch for both.
    """
    trained = checkpoints.load(checkpoint)
    source = open_source(ImagerySpec(ImageryKind.SCENE, str(imagery)))
    predictor = Predictor(trained, threads=threads)
    network = Inference(trained, choose_runtime(threads=threads), views=1)
    batches = _batches(source, tiles, network)

    def end_to_end() -> None:
        for _ in predictor.predict_blocks(
            source, tiles, block_tiles=BLOCK_TILES, margin_px=MARGIN_PX
        ):
            pass

    @torch.inference_mode()
    def bare() -> None:
        # The very network that Inference runs, without what it does around it.
        for batch in batches:
            network._segmenter.logits_and_features(batch)

    for warm in (end_to_end, bare):  # files in the page cache, kernels chosen
        warm()
    whole_s, bare_s = [], []
    for _ in range(REPEATS):
        whole_s.append(_seconds(end_to_end))
        bare_s.append(_seconds(bare))
    return PredictionSpeed(len(tiles), len(tiles) / median(whole_s), len(tiles) / median(bare_s))


def _batches(
    source: ImagerySource, tiles: Sequence[Tile], network: Inference
) -> list[torch.Tensor]:
    """Every block's pixels as the network gets them, (1, 3, H, W) uint8."""
    batches = []
    for block in blocks_of(tiles, BLOCK_TILES):
        pixels = source.read(block.rectangle.grown(MARGIN_PX)).pixels
        south, east = (-side % network.stride_px for side in pixels.shape[:2])
        padded = np.pad(pixels, ((0, south), (0, east), (0, 0)), mode="reflect")
        batches.append(torch.from_numpy(padded).permute(2, 0, 1)[None])
    return batches


def _seconds(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
