"""Which tiles have imagery: told from a coarse look at the whole, or from the list of its tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from learner.grid import TILE_PX, PixelWindow
from learner.imagery.source import Pixels, visible

_ZOOMS_DOWN = 5
"""A tile is looked at as 8 × 8 px."""
_INNER = slice(1, -1)
"""Without the outermost of them, into which GDAL lets neighbours bleed: a strip of imagery along a
tile's edge is not worth anybody's look."""
_WINDOW_PX = 1024
_LOOKS_MOST = 64
"""An area in more windows than this costs its coordinator more time than it saves volunteers."""


def shown_from_afar(
    read: Callable[[PixelWindow], Pixels], min_zoom: int, zoom: int, xy: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tiles that are not empty, seen some zooms further up.

    Args:
        read: of a source with overviews; what it raises comes out of here.
        min_zoom: the lowest zoom that it reads.
        zoom: of the tiles.
        xy: (N, 2) int64, columns and rows of the tiles.

    Returns:
        (N,) bool; all true where too many windows would have to be read.
    """
    down = max(0, min(_ZOOMS_DOWN, zoom - min_zoom))
    tile_px = TILE_PX >> down
    side = _WINDOW_PX // tile_px  # in tiles
    windows, window_of = np.unique(xy // side, axis=0, return_inverse=True)
    if len(windows) > _LOOKS_MOST:
        return np.ones(len(xy), np.bool_)
    shown: NDArray[np.bool_] = np.empty(len(xy), np.bool_)
    for index, (column, row) in enumerate((windows * _WINDOW_PX).tolist()):
        look = read(PixelWindow(zoom - down, column, row, _WINDOW_PX, _WINDOW_PX))
        seen = visible(look.pixels, look.valid)
        by_tile = seen.reshape(side, tile_px, side, tile_px)[:, _INNER, :, _INNER]
        of_tile = np.asarray(by_tile.any(axis=(1, 3)))
        here = window_of.ravel() == index
        x, y = (xy[here] % side).T
        shown[here] = of_tile[y, x]
    return shown


def shown_by_list(
    held: Callable[[int, NDArray[np.int64]], Iterable[tuple[int, int]]],
    native_zoom: int,
    zoom: int,
    xy: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tiles that lie in tiles which a store holds.

    Args:
        held: columns and rows of the tiles it holds at a zoom, within ``(2, 2)`` bounds: the
            lowest and the highest column and row.
        native_zoom: the deepest that it holds; tiles beyond are enlarged from there.
        zoom: of the tiles asked about.
        xy: (N, 2) int64, their columns and rows.

    Returns:
        (N,) bool.
    """
    beyond = max(0, zoom - native_zoom)
    within = xy >> beyond
    bounds = np.stack([within.min(axis=0), within.max(axis=0)])
    known = set(held(zoom - beyond, bounds))
    return np.array([(x, y) in known for x, y in within.tolist()], np.bool_)
