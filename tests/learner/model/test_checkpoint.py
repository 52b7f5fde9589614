import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from learner.errors import NotACheckpoint
from learner.model.checkpoint import Card, Checkpoint, load, save
from learner.training.loop import train
from tests.learner.toy import QUICK, TINY_MODEL, toy_set


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return train(toy_set(4), TINY_MODEL, QUICK)


def test_a_checkpoint_comes_back_as_it_was(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "one.safetensors"
    save(checkpoint, path)
    again = load(path)
    assert again.card == checkpoint.card
    assert all(torch.equal(again.weights[n], t) for n, t in checkpoint.weights.items())
    assert [file.name for file in tmp_path.iterdir()] == ["one.safetensors"]
    pixels = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    assert torch.equal(again.segmenter()(pixels), checkpoint.segmenter()(pixels))


def test_the_card_is_json_and_newer_fields_are_passed_over(checkpoint: Checkpoint) -> None:
    mapping = json.loads(json.dumps(checkpoint.card.to_mapping()))
    assert Card.from_mapping({**mapping, "of_a_newer_version": 1}) == checkpoint.card


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotACheckpoint, match="There is no checkpoint"):
        load(tmp_path / "none.safetensors")
    other = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(2)}, other)
    with pytest.raises(NotACheckpoint, match="not a Tilewise checkpoint"):
        load(other)
    other.write_bytes(b"GIF89a and so on, which is no safetensors file")
    with pytest.raises(NotACheckpoint, match="damaged or no safetensors"):
        load(other)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_file_is_refused(checkpoint: Checkpoint, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "one.safetensors"
    save(checkpoint, path)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[-1000] ^= 0x40
    path.write_bytes(content)
    with pytest.raises(NotACheckpoint, match="damaged"):
        load(path)


def test_weights_that_do_not_fit_their_card_are_refused(checkpoint: Checkpoint) -> None:
    wider = replace(checkpoint.card, model=replace(TINY_MODEL, decoder_channels=(32, 8, 8)))
    with pytest.raises(NotACheckpoint, match="do not fit"):
        Checkpoint(checkpoint.weights, wider).segmenter()
