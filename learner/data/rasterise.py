"""Outlines to masks on the world pixel grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely import MultiPolygon, Polygon

from learner.grid import PixelWindow
from learner.world_pixels import world_px_of

# Two outlines that share more than this part of the smaller one are one object drawn twice.
_DRAWN_TWICE = 0.3


def rasterise(
    polygons_4326: Sequence[Polygon | MultiPolygon],
    window: PixelWindow,
    *,
    all_touched: bool = False,
    seam_px: float = 0.0,
) -> NDArray[np.uint8]:
    """The pixels of ``window`` that lie in any of the polygons.

    Args:
        polygons_4326: in EPSG:4326, longitude first; empty ones are passed over, holes are kept.
        window: the pixels asked for.
        all_touched: True marks every pixel a polygon touches, False those whose centre it holds.
        seam_px: where two polygons come this close or touch, a seam of this width between them is
            left out, so that a model can learn that they are two (Ronneberger et al. 2015).

    Returns:
        (H, W) uint8, 1 inside and 0 outside.
    """
    polygons = np.asarray(polygons_4326, dtype=object)
    polygons = polygons[~shapely.is_empty(polygons)] if len(polygons) else polygons
    in_px = shapely.transform(
        world_px_of(polygons, window.zoom), lambda xy: xy - (window.col_px, window.row_px)
    )
    near = (
        shapely.intersects(in_px, shapely.box(0, 0, window.width_px, window.height_px))
        if len(in_px)
        else np.zeros(0, np.bool_)
    )
    if not near.any():
        return np.zeros(window.shape, np.uint8)
    shapes = [(polygon, 1) for polygon in in_px[near]]
    if seam_px > 0:
        shapes += [(seam, 0) for seam in _seams(in_px[near], seam_px)]  # drawn over the polygons
    mask: NDArray[np.uint8] = rasterize(
        shapes,
        out_shape=window.shape,
        all_touched=all_touched,
        dtype=np.uint8,
    )
    return mask


def _seams(polygons: NDArray[np.object_], width_px: float) -> list[shapely.Geometry]:
    """Where two of the polygons are both near: strips of ``width_px`` along shared walls."""
    grown = shapely.buffer(polygons, width_px / 2)
    left, right = shapely.STRtree(grown).query(grown, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(polygons[left], polygons[right]))
    smaller = np.minimum(shapely.area(polygons[left]), shapely.area(polygons[right]))
    two = shared <= _DRAWN_TWICE * smaller
    seams = shapely.intersection(grown[left[two]], grown[right[two]])
    return [seam for seam in seams if seam.area > 0]
