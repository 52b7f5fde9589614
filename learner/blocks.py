"""Tiles grouped into blocks on one absolute grid, so that every run cuts the world alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mercantile import Tile

from learner.grid import PixelWindow


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
