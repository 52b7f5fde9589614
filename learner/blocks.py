"""Tiles grouped into blocks on one absolute grid, so that every run cuts the world alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from mercantile import Tile
from numpy.typing import NDArray

from learner.grid import TILE_PX, PixelWindow

Value = TypeVar("Value", np.float32, np.bool_)
Place = tuple[slice, slice]
"""Rows and columns of pixels."""


@dataclass(frozen=True, slots=True)
class Block:
    """The asked-for tiles of one cell of the block grid.

    Attributes:
        window: all of the cell, the same whichever of its tiles are asked for.
        tiles: those asked for, row by row.
        rectangle: the smallest rectangle of whole tiles around them: what is predicted.
    """

    window: PixelWindow
    tiles: tuple[Tile, ...]
    rectangle: PixelWindow

    def places(self) -> Iterator[Place]:
        """Where in the rectangle each of the tiles lies, in their order."""
        for tile in self.tiles:
            row, column = self.rectangle.offset_of(PixelWindow.of_tile(tile))
            yield slice(row, row + TILE_PX), slice(column, column + TILE_PX)

    def inner(self, margin_px: int) -> Place:
        """Where the rectangle lies in what was read with a margin."""
        height, width = self.rectangle.shape
        return slice(margin_px, margin_px + height), slice(margin_px, margin_px + width)

    def image_size(self, margin_px: int, stride_px: int) -> tuple[int, int]:
        """Height and width of the rectangle with its margin, up to multiples of ``stride_px``."""
        height, width = self.rectangle.grown(margin_px).shape
        return height + -height % stride_px, width + -width % stride_px

    def asked(self) -> NDArray[np.bool_]:
        """(H, W) bool over the rectangle: pixels of the tiles."""
        asked = np.zeros(self.rectangle.shape, np.bool_)
        for rows, columns in self.places():
            asked[rows, columns] = True
        return asked

    def placed(self, values: NDArray[Value]) -> NDArray[Value]:
        """``values`` of the rectangle in an array of the whole window, zeros around them."""
        if self.rectangle == self.window:
            return values
        row, column = self.window.offset_of(self.rectangle)
        whole = np.zeros(self.window.shape, values.dtype)
        whole[row : row + values.shape[0], column : column + values.shape[1]] = values
        return whole


def blocks_of(tiles: Iterable[Tile], block_tiles: int) -> list[Block]:
    """The blocks that hold ``tiles``, row by row; cells without a tile are never made.

    The grid starts at tile (0, 0) of the zoom: cell ``(x // block_tiles, y // block_tiles)``.
    """
    cells: dict[tuple[int, int, int], set[Tile]] = defaultdict(set)
    for tile in tiles:
        cells[tile.z, tile.y // block_tiles, tile.x // block_tiles].add(tile)
    return [_block(key, cells[key], block_tiles) for key in sorted(cells)]


def _block(key: tuple[int, int, int], tiles: set[Tile], side: int) -> Block:
    zoom, row, column = key
    xs, ys = [tile.x for tile in tiles], [tile.y for tile in tiles]
    return Block(
        PixelWindow.of_tiles(zoom, column * side, row * side, side, side),
        tuple(sorted(tiles, key=lambda tile: (tile.y, tile.x))),
        PixelWindow.of_tiles(zoom, min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1),
    )
