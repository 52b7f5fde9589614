"""A shard's probabilities: a tiled GeoTIFF on the world pixel grid, and the same in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mercantile
import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from learner.grid import TILE_PX, PixelWindow
from learner.predict import BlockPrediction
from service.domain.probability import probability_of, stored_of


@dataclass(frozen=True)
class ShardRaster:
    """A raster under way; tiles that nobody asked for stay 0 and take no space in the file.

    ``stored`` is (H, W) uint8 of ``window``, what the file will hold: 67 MB for 1,024 tiles, which
    is the most that a shard has.
    """

    dataset: rasterio.io.DatasetWriter
    window: PixelWindow
    stored: npt.NDArray[np.uint8]

    @classmethod
    @contextmanager
    def create(cls, path: Path, tiles: Sequence[mercantile.Tile]) -> Iterator[ShardRaster]:
        """A new raster over the rectangle around ``tiles``; whole when the block ends."""
        window = window_around(tiles)
        profile = {
            "driver": "GTiff",
            "dtype": "uint8",
            "count": 1,
            "width": window.width_px,
            "height": window.height_px,
            "crs": "EPSG:3857",
            "transform": window.transform,
            "tiled": True,
            "blockxsize": TILE_PX,
            "blockysize": TILE_PX,
            # Half the time of deflate at its fastest, and smaller.
            "compress": "zstd",
            "zstd_level": 1,
            "sparse_ok": True,
        }
        with rasterio.open(path, "w", **profile) as dataset:
            yield cls(dataset, window, np.zeros(window.shape, np.uint8))

    def write(self, block: BlockPrediction) -> npt.NDArray[np.uint8]:
        """Store the block's asked-for tiles; returns (H, W) uint8 of the block, 0 elsewhere."""
        stored = stored_of(block.probability)
        is_whole = len(block.tiles) * TILE_PX**2 == stored.size
        parts = [block.window] if is_whole else [PixelWindow.of_tile(tile) for tile in block.tiles]
        for part in parts:
            row, column = block.window.offset_of(part)
            top, left = self.window.offset_of(part)
            values = stored[row : row + part.height_px, column : column + part.width_px]
            place = Window(left, top, part.width_px, part.height_px)
            self.dataset.write(values, 1, window=place)
            self.stored[place.toslices()] = values
        return stored

    def read(self, window: PixelWindow) -> npt.NDArray[np.float32]:
        """(H, W) float32, 0..1, of any window; 0 where nothing was written."""
        shown = np.zeros(window.shape, np.uint8)
        row, column = self.window.offset_of(window)
        top, left = max(row, 0), max(column, 0)
        bottom = min(row + window.height_px, self.window.height_px)
        right = min(column + window.width_px, self.window.width_px)
        if top < bottom and left < right:
            part = self.stored[top:bottom, left:right]
            shown[top - row : bottom - row, left - column : right - column] = part
        return probability_of(shown)


def window_around(tiles: Sequence[mercantile.Tile]) -> PixelWindow:
    """The rectangle of tiles that holds all of ``tiles`` (one zoom, at least one)."""
    columns, rows = [tile.x for tile in tiles], [tile.y for tile in tiles]
    return PixelWindow.of_tiles(
        tiles[0].z,
        min(columns),
        min(rows),
        max(columns) - min(columns) + 1,
        max(rows) - min(rows) + 1,
    )
