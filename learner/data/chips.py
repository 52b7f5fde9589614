"""Chips: a tile's pixels with a margin of its surroundings, cut for a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from mercantile import Tile
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.source import ImagerySource


@dataclass(frozen=True, slots=True)
class Chip:
    """A tile as a model sees it.

    Attributes:
        pixels: (S, S, 3) uint8 RGB, S = 256 + 2 · margin; 0 where there is no imagery.
        valid: (S, S) bool, where there is imagery.
        window: the chip's world pixels, margin included.
        tile: the tile in its middle.
    """

    pixels: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    window: PixelWindow
    tile: Tile


def read_chip(source: ImagerySource, tile: Tile, margin_px: int = 0) -> Chip:
    """Reads ``tile`` with ``margin_px`` of its surroundings on each side.

    Raises:
        ImageryError: what the source's ``read`` raises.
    """
    window = PixelWindow.of_tile(tile, margin_px)
    read = source.read(window)
    return Chip(read.pixels, read.valid, window, tile)
