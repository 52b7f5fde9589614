"""Chips of many tiles, read by several threads and kept on the local disk between rounds."""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import mercantile
import numpy as np
import numpy.typing as npt

from learner.data.chips import read_chip
from learner.imagery.source import ImagerySource

READERS = 8  # reading waits for disk or network far more than it computes
_AHEAD = 4 * READERS

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """``work`` on each item in the given order, by threads, a bounded number of items ahead."""
    with ThreadPoolExecutor(READERS) as pool:
        under_way: deque[Future[Result]] = deque()
        try:
            for item in items:
                under_way.append(pool.submit(work, item))
                if len(under_way) > _AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()


@dataclass(frozen=True)
class ChipCache:
    """Chips of one imagery on this machine's disk: later rounds do not read them again.

    What is cached is the source's answer, not an artefact: the folder may be emptied at any time.
    """

    source: ImagerySource
    folder: Path
    margin_px: int

    @classmethod
    def of(
        cls, source: ImagerySource, imagery: dict[str, Any], root: Path, margin_px: int
    ) -> ChipCache:
        """The cache for a campaign's imagery (the spec as JSON names it) under ``root``."""
        named = json.dumps([imagery, margin_px], sort_keys=True)
        key = hashlib.sha256(named.encode()).hexdigest()[:12]
        return cls(source, root / "chips" / key, margin_px)

    def read(self, tile: mercantile.Tile) -> npt.NDArray[np.uint8]:
        """``(S, S, 4)`` uint8: red, green, blue, and 1 where there is imagery."""
        path = self.folder / f"{tile.z}-{tile.x}-{tile.y}.npy"
        try:
            kept: npt.NDArray[np.uint8] = np.load(path, allow_pickle=False)
            return kept
        except (FileNotFoundError, ValueError, EOFError):
            pass  # not read yet, or cut short by a full disk: read it (again)
        chip = read_chip(self.source, tile, self.margin_px)
        stacked = np.dstack([chip.pixels, chip.valid.astype(np.uint8)])
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.save(file, stacked, allow_pickle=False)
        partial.replace(path)
        return stacked
