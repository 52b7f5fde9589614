"""Reading stored probabilities back, by tiles or windows, without loading a shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import mercantile
import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from learner.grid import TILE_PX, PixelWindow
from service.artefacts import Artefacts

FULL_SCALE = 255
"""Stored probabilities are uint8: 0 is 0.0, 255 is 1.0."""


@dataclass(frozen=True)
class ProbabilityRaster:
    """One predicted shard's probabilities, open for reading by tiles of its zoom."""

    dataset: rasterio.DatasetReader

    def read(self, tile: mercantile.Tile) -> npt.NDArray[np.uint8]:
        """``(256, 256)`` uint8, 0 where nothing was predicted; ``tile`` lies in the shard."""
        west, _, _, north = PixelWindow.of_tile(tile).bounds_m
        column, row = ~self.dataset.transform @ (west, north)
        window = Window(round(column), round(row), TILE_PX, TILE_PX)
        found: npt.NDArray[np.uint8] = self.dataset.read(1, window=window)
        return found


def read_window(
    rasters: Iterable[rasterio.DatasetReader], window: PixelWindow
) -> npt.NDArray[np.float32]:
    """(H, W) float32, 0..1, of ``window`` from rasters that do not overlap; 0 beyond them."""
    stored = np.zeros(window.shape, np.uint8)
    west, _, _, north = window.bounds_m
    for dataset in rasters:
        column, row = (round(place) for place in ~dataset.transform @ (west, north))
        left, right = max(column, 0), min(column + window.width_px, dataset.width)
        top, bottom = max(row, 0), min(row + window.height_px, dataset.height)
        if left < right and top < bottom:
            part = dataset.read(1, window=Window(left, top, right - left, bottom - top))
            stored[top - row : bottom - row, left - column : right - column] = part
    return stored.astype(np.float32) / np.float32(FULL_SCALE)


@contextmanager
def open_probability(artefacts: Artefacts, prefix: str) -> Iterator[ProbabilityRaster]:
    """The probabilities under a shard's ``prefix`` (``PredictedShard.artefact_key``)."""
    with rasterio.open(artefacts.local(f"{prefix}/probability.tif")) as dataset:
        yield ProbabilityRaster(dataset)
