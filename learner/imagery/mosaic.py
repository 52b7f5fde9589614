"""A window of pixels put together from square tiles, enlarged or shrunk where they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.grid import TILE_PX, PixelWindow
from learner.imagery.source import Pixels

LoadTiles = Callable[[Sequence[mercantile.Tile]], Sequence[Pixels | None]]
"""Tiles to their pixels (square, 256 · 2**n a side), None where there is no imagery."""


def read_mosaic(window: PixelWindow, native_zoom: int, load: LoadTiles) -> Pixels:
    """Reads ``window`` from tiles of its own zoom, or of ``native_zoom`` where it lies beyond.

    Tiles of 512 px are read at their full detail when they are enlarged, and averaged down when
    they are not. Columns wrap around the world; beyond its poles there is no imagery.
    """
    beyond = max(0, window.zoom - native_zoom)
    grown = _aligned(window, 2**beyond)
    at_native = PixelWindow(
        window.zoom - beyond,
        grown.col_px >> beyond,
        grown.row_px >> beyond,
        grown.width_px >> beyond,
        grown.height_px >> beyond,
    )
    canvas = _stitched(at_native, load)
    # Tiles of several times 256 px make a canvas of more detail than its window asks for.
    factor = grown.width_px / canvas.valid.shape[1]
    resized = canvas if factor == 1 else _resized(canvas, grown.shape, factor)
    row, column = grown.offset_of(window)
    inside = np.s_[row : row + window.height_px, column : column + window.width_px]
    return Pixels(
        np.ascontiguousarray(resized.pixels[inside]), np.ascontiguousarray(resized.valid[inside])
    )


def _aligned(window: PixelWindow, factor: int) -> PixelWindow:
    """``window`` grown to multiples of ``factor``, with two pixels more for interpolation."""
    if factor == 1:
        return window
    margin_px = 2 * factor
    west = (window.col_px - margin_px) // factor * factor
    north = (window.row_px - margin_px) // factor * factor
    east = -(-(window.col_px + window.width_px + margin_px) // factor) * factor
    south = -(-(window.row_px + window.height_px + margin_px) // factor) * factor
    return PixelWindow(window.zoom, west, north, east - west, south - north)


def _stitched(window: PixelWindow, load: LoadTiles) -> Pixels:
    """``window`` at the detail of the most detailed tile under it."""
    side = 2**window.zoom
    columns = range(window.col_px // TILE_PX, -(-(window.col_px + window.width_px) // TILE_PX))
    rows = range(
        max(0, window.row_px // TILE_PX),
        min(side, -(-(window.row_px + window.height_px) // TILE_PX)),
    )
    places = [(x, y) for y in rows for x in columns]
    found = load([mercantile.Tile(x % side, y, window.zoom) for x, y in places])
    shown = [(x, y, t) for (x, y), t in zip(places, found, strict=True) if t is not None]
    scale = max((tile.valid.shape[0] // TILE_PX for _, _, tile in shown), default=1)
    pixels = np.zeros((window.height_px * scale, window.width_px * scale, 3), np.uint8)
    valid = np.zeros(pixels.shape[:2], np.bool_)
    for x, y, tile in shown:
        tile_px = TILE_PX * scale
        if tile.valid.shape[0] != tile_px:
            tile = _resized(tile, (tile_px, tile_px), tile_px / tile.valid.shape[0])
        row = (y * TILE_PX - window.row_px) * scale
        column = (x * TILE_PX - window.col_px) * scale
        into, of = _overlap(row, column, valid.shape, tile_px)
        pixels[into] = tile.pixels[of]
        valid[into] = tile.valid[of]
    return Pixels(pixels, valid)


def _overlap(
    row: int, column: int, shape: tuple[int, ...], tile_px: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a tile at ``(row, column)`` lies in an array of ``shape``, and which part of it."""
    top, left = max(0, row), max(0, column)
    bottom, right = min(shape[0], row + tile_px), min(shape[1], column + tile_px)
    into = np.s_[top:bottom, left:right]
    return into, np.s_[top - row : bottom - row, left - column : right - column]


def _resized(shown: Pixels, shape: tuple[int, int], factor: float) -> Pixels:
    """``shown`` brought to ``shape``: averaged when it shrinks, bilinear when it grows."""
    size = (shape[1], shape[0])
    if factor > 1:
        pixels = cv2.resize(shown.pixels, size, interpolation=cv2.INTER_LINEAR).astype(np.uint8)
        cover = cv2.resize(shown.valid.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        valid = cover.astype(np.bool_)
    else:
        # Weighted by cover, so that what has no imagery does not darken its neighbours.
        share = cv2.resize(shown.valid.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        mean = cv2.resize(shown.pixels.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        valid = share >= 0.5
        pixels = np.rint(mean / np.maximum(share, 0.5)[..., None]).astype(np.uint8)
    return Pixels(_cleared(pixels, valid), valid)


def _cleared(pixels: NDArray[np.uint8], valid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return pixels if valid.all() else np.where(valid[..., None], pixels, np.uint8(0))
