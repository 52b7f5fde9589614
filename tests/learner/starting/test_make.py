"""How the starting model is made, with far fewer towns and steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from learner.model.checkpoint import load
from learner.starting import make
from learner.training.config import ModelConfig


def test_towns_are_whole_apart_and_of_two_kinds() -> None:
    data = make.towns(replace(make.LESSONS["buildings"], side_tiles=(2,)), 2)
    assert data.pixels.shape == (8, 256, 256, 3)
    assert len(set(map(tuple, data.xy.tolist()))) == 8
    assert np.abs(data.xy[4:, 0].min() - data.xy[:4, 0].max()) > 50  # no block holds two towns
    built = [(data.masks[part] == 1).mean() for part in (slice(0, 4), slice(4, 8))]
    assert min(built) > 0.02


def test_roads_are_looked_at_from_several_heights() -> None:
    data = make.towns(replace(make.LESSONS["roads"], zooms=(17, 19), side_tiles=(1, 2)), 2)
    assert data.pixels.shape == (5, 256, 256, 3)
    near, far = data.masks[1:].mean(), data.masks[0].mean()
    assert 0.02 < near < 0.5 and 0.02 < far < 0.5


def test_what_is_written_is_a_checkpoint_of_half_the_bytes(tmp_path: Path) -> None:
    make.main(["buildings", "--towns", "1", "--steps", "10", "--out", str(tmp_path)])
    assert [file.name for file in tmp_path.iterdir()] == ["buildings.safetensors"]
    written = load(tmp_path / "buildings.safetensors")
    assert written.card.model == ModelConfig()
    assert written.card.steps == 10
    kinds = {tensor.dtype for tensor in written.weights.values()}
    assert torch.float16 in kinds and torch.float32 not in kinds


def test_what_is_not_taught_is_refused_with_what_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make.main(["bridges"])
    assert "there is no bridges; there are buildings, roads" in capsys.readouterr().err
