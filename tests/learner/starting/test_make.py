"""How the starting model is made, with far fewer towns and steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from learner.model.checkpoint import load
from learner.starting import make
from learner.training.config import ModelConfig


def test_towns_are_whole_apart_and_of_two_kinds() -> None:
    data = make.towns(2, side_tiles=2)
    assert data.pixels.shape == (8, 256, 256, 3)
    assert len(set(map(tuple, data.xy.tolist()))) == 8
    assert np.abs(data.xy[4:, 0].min() - data.xy[:4, 0].max()) > 50  # no block holds two towns
    built = [(data.masks[part] == 1).mean() for part in (slice(0, 4), slice(4, 8))]
    assert min(built) > 0.02


def test_what_is_written_is_a_checkpoint_of_half_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "small.safetensors"
    make.main(["--towns", "1", "--steps", "10", "--out", str(file)])
    written = load(file)
    assert written.card.model == ModelConfig()
    assert written.card.steps == 10
    kinds = {tensor.dtype for tensor in written.weights.values()}
    assert torch.float16 in kinds and torch.float32 not in kinds
