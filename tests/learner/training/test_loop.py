"""The loop on toy chips: what it learns, keeps, resumes and refuses."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from learner.errors import TrainingDiverged, TrainingStopped
from learner.model.build import build
from learner.model.checkpoint import Checkpoint, load, save
from learner.model.device import choose_runtime
from learner.training.config import TrainConfig, WarmStart
from learner.training.data import IGNORE, fingerprint
from learner.training.holdout import PRIOR_THRESHOLD, holdout_logits
from learner.training.loop import train
from learner.training.run import Run, TrainProgress
from tests.learner.toy import QUICK, TINY_MODEL, toy_set


def _same_weights(one: Checkpoint, other: Checkpoint) -> bool:
    return one.weights.keys() == other.weights.keys() and all(
        torch.equal(one.weights[name], other.weights[name]) for name in one.weights
    )


def _run_in_a_process_that_dies(run_dir: Path, when: str) -> int:
    """Trains as the tests do, and kills itself with SIGKILL ``when`` that is true."""
    script = f"""
import os, signal
from pathlib import Path
from learner.training.loop import train
from tests.learner.toy import QUICK, TINY_MODEL, toy_set
steps = []
def die_if(condition):
    if condition:
        os.kill(os.getpid(), signal.SIGKILL)
    return False
def after_step():
    steps.append(1)
    return die_if({when!r} == "in the middle of epoch 2" and len(steps) == 3)
train(toy_set(8), TINY_MODEL, QUICK, run_dir=Path({str(run_dir)!r}), device="cpu", threads=1,
      should_stop=after_step,
      on_progress=lambda p: die_if({when!r} == "after epoch 2" and p.epoch == 2))
"""
    return subprocess.run([sys.executable, "-c", script], check=False).returncode


@pytest.mark.parametrize(
    ("when", "first_epoch"), [("after epoch 2", {2, 3}), ("in the middle of epoch 2", {1, 2})]
)
def test_a_killed_training_goes_on_and_ends_in_the_same_weights(
    tmp_path: Path, when: str, first_epoch: set[int]
) -> None:
    # Either the last whole epoch had been written, or it was being written and is repeated.
    assert _run_in_a_process_that_dies(tmp_path, when) == -signal.SIGKILL
    seen: list[TrainProgress] = []
    resumed = train(
        toy_set(8), TINY_MODEL, QUICK, run_dir=tmp_path, on_progress=seen.append,
        device="cpu", threads=1,
    )  # fmt: skip
    straight = train(toy_set(8), TINY_MODEL, QUICK, device="cpu", threads=1)
    epochs = [progress.epoch for progress in seen]
    assert epochs[0] in first_epoch
    assert epochs == list(range(epochs[0], 4))
    assert _same_weights(resumed, straight)
    assert [epoch["epoch"] for epoch in resumed.card.history] == [1, 2, 3]


def test_state_of_other_labels_or_a_damaged_one_is_passed_over(tmp_path: Path) -> None:
    train(toy_set(8), TINY_MODEL, QUICK, run_dir=tmp_path)
    seen: list[TrainProgress] = []
    train(toy_set(9), TINY_MODEL, QUICK, run_dir=tmp_path, on_progress=seen.append)
    assert len(seen) == 3
    (state,) = tmp_path.iterdir()
    os.truncate(state, state.stat().st_size // 2)
    train(toy_set(9), TINY_MODEL, QUICK, run_dir=tmp_path, on_progress=seen.append)
    assert len(seen) == 6


def test_a_finished_training_is_not_repeated(tmp_path: Path) -> None:
    first = train(toy_set(8), TINY_MODEL, QUICK, run_dir=tmp_path)
    seen: list[TrainProgress] = []
    again = train(toy_set(8), TINY_MODEL, QUICK, run_dir=tmp_path, on_progress=seen.append)
    assert seen == []
    assert _same_weights(first, again)


def test_bright_squares_are_learnt_and_the_card_tells_the_story() -> None:
    data = toy_set(24)
    config = replace(QUICK, min_steps=48, max_steps=48, learning_rate=5e-3, colour_strength=0.2)
    checkpoint = train(data, TINY_MODEL, config)
    card = checkpoint.card
    assert card.holdout["iou"] > 0.75
    assert 0.2 <= card.threshold <= 0.8
    assert card.holdout["chips"] == 6  # 15 % of 24 is 3.6: two blocks of three neighbours
    assert card.label_fingerprint == fingerprint(data)
    assert card.versions["torch"] == torch.__version__
    assert len(card.history) == 3


def test_a_first_training_starts_from_how_much_is_object() -> None:
    data = toy_set(8)
    rare = replace(data, masks=np.where(np.arange(64)[:, None] < 40, 0, data.masks))
    none = replace(data, masks=np.full_like(data.masks, IGNORE))
    assert data.object_share > 0.1 > 0.05 > rare.object_share > 0.01 > none.object_share
    for labels in (data, rare, none):
        run = Run.start(
            labels, np.zeros(8, bool), TINY_MODEL, QUICK, None, choose_runtime("cpu", threads=1)
        )
        first = torch.sigmoid(torch.from_numpy(holdout_logits(run.segmenter, labels, run.runtime)))
        expected = max(labels.object_share, 0.01)  # of whatever share, nothing is impossible
        assert expected / 2 < float(first.median()) < 2 * expected


def test_without_enough_chips_for_a_holdout_all_are_learnt_from() -> None:
    card = train(toy_set(4), TINY_MODEL, QUICK).card
    assert card.holdout == {}
    assert (card.threshold, card.temperature, card.chips) == (PRIOR_THRESHOLD, 1.0, 4)


@pytest.mark.parametrize("how", [WarmStart.CONTINUE, WarmStart.SHRINK_PERTURB])
def test_a_warm_start_begins_where_the_parent_ended(how: WarmStart) -> None:
    config = replace(QUICK, min_steps=30, max_steps=30, learning_rate=5e-3, colour_strength=0.0)
    parent = train(toy_set(12), TINY_MODEL, config)
    gentle = replace(QUICK, learning_rate=1e-5, warm_start=how, shrink=0.9, perturb=0.1)
    child = train(toy_set(12, seed=1), TINY_MODEL, gentle, warm_start=parent)
    fresh = train(toy_set(12, seed=1), TINY_MODEL, replace(gentle, warm_start=WarmStart.SCRATCH))
    assert child.card.parent == parent.card.weights_sha256
    assert child.card.history[0]["loss"] < 0.8 * fresh.card.history[0]["loss"]


def test_another_network_than_the_parents_starts_from_scratch_and_says_so() -> None:
    parent = train(toy_set(4), TINY_MODEL, QUICK)
    other = replace(TINY_MODEL, decoder_channels=(16, 16, 8))
    child = train(toy_set(4), other, QUICK, warm_start=parent)
    assert any("from scratch" in notice for notice in child.card.notices)


def test_the_same_seed_gives_the_same_weights_and_another_does_not() -> None:
    one, again = (train(toy_set(4), TINY_MODEL, QUICK, threads=1) for _ in range(2))
    other = train(toy_set(4), TINY_MODEL, replace(QUICK, seed=1), threads=1)
    assert _same_weights(one, again)
    assert not _same_weights(one, other)


def test_stopping_is_prompt_and_keeps_the_last_epoch(tmp_path: Path) -> None:
    asked: list[None] = []

    def after_three_steps() -> bool:
        asked.append(None)
        return len(asked) >= 3

    with pytest.raises(TrainingStopped):
        train(toy_set(4), TINY_MODEL, QUICK, run_dir=tmp_path, should_stop=after_three_steps)
    assert len(asked) == 3
    seen: list[TrainProgress] = []
    train(toy_set(4), TINY_MODEL, QUICK, run_dir=tmp_path, on_progress=seen.append)
    assert [progress.epoch for progress in seen] == [2, 3]


def test_a_loss_that_is_no_number_is_an_error_that_names_the_learning_rate() -> None:
    with pytest.raises(TrainingDiverged, match="Lower learning_rate"):
        train(toy_set(4), TINY_MODEL, TrainConfig(
            crop_px=64, batch_size=4, min_steps=12, max_steps=12, epochs=3, learning_rate=1e25
        ))  # fmt: skip


def test_chips_with_margins_of_any_size_are_taken() -> None:
    data = toy_set(24, side_px=90)
    card = train(data, TINY_MODEL, QUICK).card
    assert np.isfinite(card.history[-1]["loss"] or 0.0)
    assert card.holdout["chips"] >= 3


def test_the_card_tells_where_the_encoder_came_from(tmp_path: Path) -> None:
    file = tmp_path / "encoder.safetensors"
    save_file(build(TINY_MODEL).segmenter.network.encoder.state_dict(), file)
    model = replace(TINY_MODEL, encoder_checkpoint=str(file), encoder_licence="CC-BY-4.0")
    path = tmp_path / "checkpoint.safetensors"
    save(train(toy_set(8), model, QUICK), path)
    card = load(path).card
    assert card.encoder_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert card.encoder_licence == "CC-BY-4.0"
    assert card.model.encoder_checkpoint == str(file)
    child = train(toy_set(8, seed=1), TINY_MODEL, QUICK, warm_start=load(path)).card
    assert (child.encoder_sha256, child.encoder_licence) == (card.encoder_sha256, "CC-BY-4.0")
