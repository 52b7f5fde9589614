"""The state of an unfinished training, kept so that a killed process loses little of it.

Writing some 250 MB takes a second, a tenth of an epoch: a thread writes while training goes on. A
process killed in that second goes on from the epoch before.
"""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor

_NAME = "last-epoch.pt"


@dataclass(frozen=True, slots=True)
class SavedState:
    """Everything that the next epoch depends on.

    Attributes:
        key: of data, configs and parent; a state with another key belongs to another training.
        epoch: epochs finished.
        network, averaged, best: weights now, their running average, and the best epoch's average;
            the latter two are one and the same object when this epoch is the best, and one on disk.
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


class Keeper:
    """Keeps states in ``run_dir`` from a thread of its own; with None it keeps nothing.

    Leaving the ``with`` block waits until the last one is written.
    """

    def __init__(self, run_dir: Path | None) -> None:
        self._run_dir = run_dir
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="keep-state")
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._writer.shutdown()
        if self._writing is not None and kind is None:
            self._writing.result()

    def keep(self, state: SavedState) -> None:
        """Begins to write ``state``, which may change as soon as this returns.

        Raises:
            OSError: the state before could not be written.
        """
        if self._run_dir is None:
            return
        if self._writing is not None:
            self._writing.result()
        self._writing = self._writer.submit(keep, _copied(state), self._run_dir)


def _copied(state: SavedState) -> SavedState:
    """``state`` apart from what training changes in place; ``best`` it only replaces."""
    shared = state.averaged is state.best
    return dataclasses.replace(
        state,
        network=copy.deepcopy(state.network),
        averaged=state.best if shared else copy.deepcopy(state.averaged),
        optimiser=copy.deepcopy(state.optimiser),
    )


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
