"""Worlds small enough to learn in seconds: bright squares on dark ground, on the pixel grid."""

from __future__ import annotations

import numpy as np
import torch
from mercantile import Tile
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.source import ImageryInfo, Pixels
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.model.build import build
from learner.model.checkpoint import Card, Checkpoint, with_identity
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet

# Networks this small gain nothing from threads, and test processes side by side lose by them.
torch.set_num_threads(1)

TINY_MODEL = ModelConfig(encoder="resnet18", decoder_channels=(16, 8, 8), reduction=1)
QUICK = TrainConfig(
    crop_px=64, batch_size=4, min_steps=6, max_steps=6, epochs=3, min_holdout_chips=3
)


def toy_set(chips: int, *, side_px: int = 64, seed: int = 0) -> TrainingSet:
    """Chips of noise with one bright square each, in a row of tiles; every label is verified."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(20, 100, size=(chips, side_px, side_px, 3), dtype=np.uint8)
    masks = np.zeros((chips, side_px, side_px), np.uint8)
    for image, mask in zip(pixels, masks, strict=True):
        top, left = rng.integers(0, side_px // 2, size=2)
        area = np.s_[top : top + side_px // 3, left : left + side_px // 3]
        image[area] = rng.integers(170, 250, size=(side_px // 3, side_px // 3, 3))
        mask[area] = 1
    xy = np.stack([np.arange(chips) + 1000, np.full(chips, 500)], axis=1).astype(np.int64)
    return TrainingSet(pixels, masks, np.ones(chips, np.float32), xy, np.ones(chips, np.bool_))


class PaintedWorld:
    """Imagery that is a function of the world pixel, so every window of it agrees.

    Attributes:
        reads: the windows that were read, in order.
    """

    def __init__(self, *, hole: Tile | None = None) -> None:
        self.reads: list[PixelWindow] = []
        self._hole = PixelWindow.of_tile(hole) if hole else None

    @property
    def spec(self) -> ImagerySpec:
        return ImagerySpec(ImageryKind.SCENE, "painted.tif")

    def describe(self) -> ImageryInfo:
        return ImageryInfo(None, 0, 22, 3, "")

    def read(self, window: PixelWindow) -> Pixels:
        self.reads.append(window)
        rows = window.row_px + np.arange(window.height_px)[:, None]
        columns = window.col_px + np.arange(window.width_px)[None, :]
        squares = (rows // 40 % 2) & (columns // 40 % 2)
        texture = (rows * 7919 + columns * 104729) % 61
        grey = (40 + 150 * squares + texture).astype(np.uint8)
        valid = self._valid(rows, columns)
        return Pixels(np.where(valid, grey, 0)[..., None].repeat(3, axis=2).astype(np.uint8), valid)

    def _valid(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.bool_]:
        if self._hole is None:
            return np.ones(np.broadcast_shapes(rows.shape, columns.shape), np.bool_)
        hole = self._hole
        inside_rows = (rows >= hole.row_px) & (rows < hole.row_px + 256)
        inside_columns = (columns >= hole.col_px) & (columns < hole.col_px + 256)
        return ~(inside_rows & inside_columns)


def toy_checkpoint(model: ModelConfig = TINY_MODEL, temperature: float = 1.0) -> Checkpoint:
    """An untrained network with a card, always the same for the same ``model``."""
    torch.manual_seed(0)
    segmenter = build(model).segmenter
    for name, buffer in segmenter.named_buffers():
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2.0)  # so that folding the norms is more than a formality
    card = Card(
        model=model, training=TrainConfig(), threshold=0.5, temperature=temperature,
        label_fingerprint="", seed=0, chips=0, steps=0, seconds=0.0, created_at="", machine="",
    )  # fmt: skip
    return with_identity(segmenter.state_dict(), card)
