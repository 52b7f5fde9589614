"""Reading stored probabilities back, by tiles or windows, without loading a shard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import mercantile
import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from learner.grid import TILE_PX, PixelWindow
from service.artefacts import Artefacts

FULL_SCALE = 255
"""Stored probabilities are uint8: 0 is 0.0, 255 is 1.0."""

_PROBABILITY_OF = (np.arange(FULL_SCALE + 1) / FULL_SCALE).astype(np.float32)


def stored_of(probability: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Probabilities of any shape (H, W), 0..1, as they are stored."""
    return np.asarray(cv2.convertScaleAbs(probability, alpha=FULL_SCALE), np.uint8)


def probability_of(stored: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The inverse, (H, W) float32."""
    return np.asarray(cv2.LUT(stored, _PROBABILITY_OF), np.float32)


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
    return probability_of(stored)


@contextmanager
def open_probability(artefacts: Artefacts, prefix: str) -> Iterator[ProbabilityRaster]:
    """The probabilities under a shard's ``prefix`` (``PredictedShard.artefact_key``)."""
    with rasterio.open(artefacts.local(f"{prefix}/probability.tif")) as dataset:
        yield ProbabilityRaster(dataset)
