"""Morphological closing and opening of whole pieces, so that blocks leave no trace in them."""

from __future__ import annotations

import cv2
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from shapely import MultiPolygon, Polygon

# Up to this many pixels a piece is smoothed as a raster, about 50 times faster than by buffers;
# beyond (a road network over many tiles), its mask would not fit in memory.
_LARGEST_RASTER_PX = 50_000_000


def closed_then_opened(
    polygon: Polygon, radius_px: int, *, largest_raster_px: int = _LARGEST_RASTER_PX
) -> shapely.Geometry:
    """Close gaps, then open away whiskers, with a square of ``2 * radius_px + 1`` pixels.

    Args:
        polygon: a piece's, pixel-edged; coordinates small enough for exact arithmetic.
        radius_px: half-width of the square, at least 1.
        largest_raster_px: above this size of its bounds the piece is buffered instead; the
            result is the same.

    Returns:
        A polygon, several, or none; pixel-edged.
    """
    west, north, east, south = (int(value) for value in polygon.bounds)
    margin = radius_px + 1
    shape = (south - north + 2 * margin, east - west + 2 * margin)
    if shape[0] * shape[1] > largest_raster_px:
        grown = shapely.buffer(polygon, radius_px, join_style="mitre")
        shrunk = shapely.buffer(grown, -2 * radius_px, join_style="mitre")
        return shapely.buffer(shrunk, radius_px, join_style="mitre")
    transform = Affine.translation(west - margin, north - margin)
    mask = rasterio.features.rasterize(
        [polygon], out_shape=shape, transform=transform, dtype="uint8"
    )
    square = np.ones((2 * radius_px + 1, 2 * radius_px + 1), dtype=np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, square)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, square))
    shapes = rasterio.features.shapes(mask, mask=mask > 0, connectivity=4, transform=transform)
    return MultiPolygon(
        [Polygon(geometry["coordinates"][0], geometry["coordinates"][1:]) for geometry, _ in shapes]
    )
