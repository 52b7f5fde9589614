"""The state of an unfinished training, kept so that a killed process loses one epoch at most."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

_NAME = "last-epoch.pt"


@dataclass(frozen=True, slots=True)
class SavedState:
    """Everything that the next epoch depends on.

    Attributes:
        key: of data, configs and parent; a state with another key belongs to another training.
        epoch: epochs finished.
        network, averaged, best: weights now, their running average, and the best epoch's average.
        optimiser, schedule: their own state.
        best_iou: of the best epoch on the holdout, None without a holdout.
        history: one mapping an epoch.
        seconds: spent so far, over all attempts.
    """

    key: str
    epoch: int
    network: Mapping[str, Tensor]
    averaged: Mapping[str, Tensor]
    best: Mapping[str, Tensor]
    optimiser: Mapping[str, Any]
    schedule: Mapping[str, Any]
    best_iou: float | None
    best_epoch: int
    history: tuple[Mapping[str, float | None], ...]
    seconds: float


def keep(state: SavedState, run_dir: Path) -> None:
    """Writes ``state`` into ``run_dir`` as a whole or not at all, also through a power cut."""
    run_dir.mkdir(parents=True, exist_ok=True)
    partial = run_dir / f"{_NAME}.partial"
    with partial.open("wb") as file:
        torch.save({name: getattr(state, name) for name in SavedState.__slots__}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(run_dir / _NAME)


def find(run_dir: Path, key: str) -> SavedState | None:
    """The state in ``run_dir`` if it belongs to the training ``key``; None to start afresh."""
    try:
        # weights_only: tensors and plain values alone, so a planted file cannot run code.
        values = torch.load(run_dir / _NAME, weights_only=True, map_location="cpu")
        state = SavedState(**values)
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError, EOFError, TypeError, pickle.UnpicklingError):
        return None  # damaged or of another version: training afresh costs minutes, not labels
    return state if state.key == key else None
