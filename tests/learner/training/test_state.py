"""States of unfinished trainings: written beside the training, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from learner.training.state import Keeper, SavedState, find, keep


def _state(epoch: int = 1, value: float = 1.0) -> SavedState:
    def weights() -> dict[str, torch.Tensor]:
        return {"kernel": torch.full((8, 8), value)}

    best = weights()
    return SavedState(
        key="k", epoch=epoch, network=weights(), averaged=best, best=best,
        optimiser={"state": {0: {"exp_avg": torch.full((8, 8), value)}}}, schedule={"last": 3},
        best_iou=0.5, best_epoch=epoch, history=({"loss": 1.0},), seconds=2.0,
    )  # fmt: skip


def test_what_is_kept_is_what_it_was_when_it_was_kept(tmp_path: Path) -> None:
    state = _state(value=1.0)
    with Keeper(tmp_path) as keeper:
        keeper.keep(state)
        state.network["kernel"].fill_(9.0)  # the next epoch changes weights in place
        state.optimiser["state"][0]["exp_avg"].fill_(9.0)
    found = find(tmp_path, "k")
    assert found is not None
    assert found.network["kernel"].unique().tolist() == [1.0]
    assert found.averaged["kernel"].unique().tolist() == [1.0]
    assert found.optimiser["state"][0]["exp_avg"].unique().tolist() == [1.0]


def test_the_newest_of_several_states_remains(tmp_path: Path) -> None:
    with Keeper(tmp_path) as keeper:
        for epoch in (1, 2, 3):
            keeper.keep(_state(epoch))
    found = find(tmp_path, "k")
    assert found is not None
    assert found.epoch == 3
    assert [path.name for path in tmp_path.iterdir()] == ["last-epoch.pt"]


def test_a_best_epoch_is_written_once(tmp_path: Path) -> None:
    same = replace(_state(), best={"kernel": torch.zeros(512, 512)})
    once = replace(same, averaged=same.best)
    twice = replace(same, averaged={"kernel": torch.zeros(512, 512)})
    sizes = []
    for state in (once, twice):
        with Keeper(tmp_path) as keeper:
            keeper.keep(state)
        sizes.append((tmp_path / "last-epoch.pt").stat().st_size)
    assert sizes[1] - sizes[0] >= 512 * 512 * 4


def test_a_state_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(OSError), Keeper(tmp_path / "taken") as keeper:  # any of them
        keeper.keep(_state())


def test_a_state_of_another_training_is_none_of_ours(tmp_path: Path) -> None:
    keep(_state(), tmp_path)
    assert find(tmp_path, "another") is None
