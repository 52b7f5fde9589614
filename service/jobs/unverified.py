"""Starting labels, moved and trusted by what people have said since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mercantile
import numpy as np
import shapely
from shapely import Polygon, STRtree

from learner.data.agreement import agreement
from learner.data.rasterise import rasterise
from learner.grid import PixelWindow
from learner.world_pixels import lon_lat_of, world_px_of

PRIOR_WEIGHT = 0.3
"""Weight of starting labels beside people's, until enough people have answered where they lie."""
WEIGHT_MOST = 0.5
LEAST_COMPARED = 5
COMPARED_MOST = 100
REACH_PX = 32
"""Imagery lies this far off at most: five metres at zoom 20."""


def framed_bounds(tile: mercantile.Tile) -> tuple[float, float, float, float]:
    """West, south, east and north (EPSG:4326) of a tile with what may be moved into it."""
    window = PixelWindow.of_tile(tile, REACH_PX)
    right, bottom = window.col_px + window.width_px, window.row_px + window.height_px
    frame = lon_lat_of(shapely.box(window.col_px, window.row_px, right, bottom), tile.z)
    west, south, east, north = frame.bounds
    return west, south, east, north


def corrected(
    starting: Sequence[Polygon],
    labelled: Mapping[tuple[int, int], Sequence[Polygon]],
    zoom: int,
) -> tuple[list[Polygon], float]:
    """The starting labels where they agree best with people's, and the weight they deserve.

    Args:
        starting: outlines in EPSG:4326.
        labelled: (x, y) of a tile → the outlines that people agreed on there.
        zoom: of the tiles.

    Returns:
        The outlines, moved all alike, and their IoU with people's as a weight, at most
        ``WEIGHT_MOST``. Where fewer than ``LEAST_COMPARED`` tiles have both: as they came, with
        ``PRIOR_WEIGHT``.
    """
    tree = STRtree(starting)
    both: list[tuple[PixelWindow, list[Polygon], Sequence[Polygon]]] = []
    for (x, y), outlines in labelled.items():
        tile = mercantile.Tile(x, y, zoom)
        near = tree.query(shapely.box(*framed_bounds(tile)))
        if len(near) and outlines and len(both) < COMPARED_MOST:
            both.append((PixelWindow.of_tile(tile), [starting[i] for i in near], outlines))
    if len(both) < LEAST_COMPARED:
        return list(starting), PRIOR_WEIGHT
    found = agreement(
        np.stack([rasterise(drawn, window.grown(REACH_PX)) for window, drawn, _ in both]),
        np.stack([rasterise(truth, window) for window, _, truth in both]),
    )
    if found is None:
        return list(starting), PRIOR_WEIGHT
    shift_px = (found.columns_px, found.rows_px)
    moved = [
        lon_lat_of(shapely.transform(outline, lambda xy: xy + shift_px), zoom)
        for outline in world_px_of(starting, zoom)
    ]
    return moved if any(shift_px) else list(starting), min(found.iou, WEIGHT_MOST)
