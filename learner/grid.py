"""The web-mercator world pixel grid: the one place where pixels and metres meet.

At zoom ``z`` the world is a square of ``256 · 2**z`` pixels; tile ``(x, y)`` covers columns
``256x … 256x+255`` and rows ``256y … 256y+255``. Every chip, block and shard is a
:class:`PixelWindow` on that grid, so neighbours fit without resampling.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import mercantile
from affine import Affine

TILE_PX = 256
_HALF_WORLD_M = math.pi * 6378137.0


def mercator_m_per_px(zoom: int) -> float:
    """Size of a pixel at ``zoom`` in EPSG:3857 metres (ground metres only at the equator)."""
    return 2.0 * _HALF_WORLD_M / (TILE_PX << zoom)


def ground_m_per_px(zoom: int, latitude_deg: float) -> float:
    """Size of a pixel on the ground in metres at ``latitude_deg``."""
    return mercator_m_per_px(zoom) * math.cos(math.radians(latitude_deg))


@dataclass(frozen=True, slots=True)
class PixelWindow:
    """A rectangle of world pixels: ``col_px``/``row_px`` is its north-west pixel at ``zoom``."""

    zoom: int
    col_px: int
    row_px: int
    width_px: int
    height_px: int

    @classmethod
    def of_tile(cls, tile: mercantile.Tile, margin_px: int = 0) -> PixelWindow:
        """The window of one tile, grown by ``margin_px`` on each side."""
        side = TILE_PX + 2 * margin_px
        return cls(tile.z, tile.x * TILE_PX - margin_px, tile.y * TILE_PX - margin_px, side, side)

    @classmethod
    def of_tiles(cls, zoom: int, x0: int, y0: int, columns: int, rows: int) -> PixelWindow:
        """The window of a rectangle of tiles whose north-west tile is ``(x0, y0)``."""
        return cls(zoom, x0 * TILE_PX, y0 * TILE_PX, columns * TILE_PX, rows * TILE_PX)

    def grown(self, margin_px: int) -> PixelWindow:
        """This window with ``margin_px`` more on each side (negative shrinks)."""
        return PixelWindow(
            self.zoom,
            self.col_px - margin_px,
            self.row_px - margin_px,
            self.width_px + 2 * margin_px,
            self.height_px + 2 * margin_px,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """``(height_px, width_px)``, as NumPy wants it."""
        return self.height_px, self.width_px

    @property
    def transform(self) -> Affine:
        """From ``(column, row)`` inside the window to EPSG:3857 metres."""
        size_m = mercator_m_per_px(self.zoom)
        return Affine(
            size_m,
            0.0,
            self.col_px * size_m - _HALF_WORLD_M,
            0.0,
            -size_m,
            _HALF_WORLD_M - self.row_px * size_m,
        )

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """``(west, south, east, north)`` in EPSG:3857 metres."""
        west, north = self.transform @ (0, 0)
        east, south = self.transform @ (self.width_px, self.height_px)
        return west, south, east, north

    def tiles(self) -> Iterator[mercantile.Tile]:
        """The tiles that this window touches, row by row."""
        last_x = (self.col_px + self.width_px - 1) // TILE_PX
        last_y = (self.row_px + self.height_px - 1) // TILE_PX
        for y in range(self.row_px // TILE_PX, last_y + 1):
            for x in range(self.col_px // TILE_PX, last_x + 1):
                yield mercantile.Tile(x, y, self.zoom)

    def offset_of(self, inner: PixelWindow) -> tuple[int, int]:
        """``(row, column)`` of ``inner``'s north-west pixel inside this window.

        Raises:
            ValueError: the windows are of two zooms.
        """
        if inner.zoom != self.zoom:
            raise ValueError(f"windows of zoom {inner.zoom} and {self.zoom} do not share a grid")
        return inner.row_px - self.row_px, inner.col_px - self.col_px
