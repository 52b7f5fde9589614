"""How the starting model is made, with far fewer towns and steps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from learner.model.checkpoint import load
from learner.starting import make
from learner.training.config import ModelConfig


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
