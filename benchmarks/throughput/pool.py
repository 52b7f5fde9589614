"""Memory of a prediction over pools of several sizes: it must not grow with the pool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mercantile import Tile
from numpy.typing import NDArray

from benchmarks.memory import PeakMemory, this_process
from learner.grid import PixelWindow
from learner.imagery.source import ImageryInfo, ImagerySource, Pixels, open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.model import checkpoint as checkpoints
from learner.predict import Predictor

EVERY_S = 0.05


class Repeated:
    """A scene laid over the world again and again, so that a pool may be of any size."""

    def __init__(self, source: ImagerySource, period: PixelWindow) -> None:
        self._source = source
        self._period = period

    @property
    def spec(self) -> ImagerySpec:
        return self._source.spec

    def describe(self) -> ImageryInfo:
        return self._source.describe()

    def shows(self, zoom: int, xy: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.ones(len(xy), np.bool_)  # it goes on for ever

    def read(self, window: PixelWindow) -> Pixels:
        period = self._period
        moved = PixelWindow(
            window.zoom,
            period.col_px + (window.col_px - period.col_px) % period.width_px,
            period.row_px + (window.row_px - period.row_px) % period.height_px,
            window.width_px,
            window.height_px,
        )
        return self._source.read(moved)


def peak_by_pool(
    checkpoint: Path, imagery: Path, area: PixelWindow, times: Sequence[int], threads: int
) -> dict[int, float]:
    """Tiles in the pool → peak resident memory of this process in MB.

    Args:
        checkpoint: a ``.safetensors``.
        imagery: a scene that covers ``area``.
        area: whole tiles; a pool is this area ``n`` times side by side, ``n`` from ``times``.
        threads: CPU threads of the network.
    """
    predictor = Predictor(checkpoints.load(checkpoint), threads=threads)
    source = Repeated(open_source(ImagerySpec(ImageryKind.SCENE, str(imagery))), area)
    peaks = {}
    first = list(area.tiles())
    columns = max(tile.x for tile in first) - min(tile.x for tile in first) + 1
    for count in (times[0], *times):  # once before, for what every first run takes
        tiles = [Tile(t.x + n * columns, t.y, t.z) for n in range(count) for t in first]
        with PeakMemory(this_process, every_s=EVERY_S) as memory:
            for _ in predictor.predict_blocks(source, tiles):
                pass
        peaks[len(tiles)] = memory.peak_mb["benchmark"]
    return peaks
