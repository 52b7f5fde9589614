"""Outlines to masks on the world pixel grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely import MultiPolygon, Polygon

from learner.grid import TILE_PX, PixelWindow


def to_world_px(lon_lat: NDArray[np.float64], zoom: int) -> NDArray[np.float64]:
    """(N, 2) longitude and latitude in degrees (EPSG:4326) → (N, 2) world pixels at ``zoom``.

    The web-mercator projection on a sphere (EPSG:3857); latitudes beyond its square are clipped.
    """
    side_px = TILE_PX * 2.0**zoom
    longitude = lon_lat[:, 0]
    sine = np.sin(np.radians(np.clip(lon_lat[:, 1], -85.0511287798, 85.0511287798)))
    column = (longitude / 360.0 + 0.5) * side_px
    row = (0.5 - np.log((1.0 + sine) / (1.0 - sine)) / (4.0 * np.pi)) * side_px
    return np.stack([column, row], axis=1)


def rasterise(
    polygons_4326: Sequence[Polygon | MultiPolygon],
    window: PixelWindow,
    *,
    all_touched: bool = False,
) -> NDArray[np.uint8]:
    """The pixels of ``window`` that lie in any of the polygons.

    Args:
        polygons_4326: in EPSG:4326, longitude first; empty ones are passed over, holes are kept.
        window: the pixels asked for.
        all_touched: True marks every pixel a polygon touches, False those whose centre it holds.

    Returns:
        (H, W) uint8, 1 inside and 0 outside.
    """
    polygons = np.asarray(polygons_4326, dtype=object)
    polygons = polygons[~shapely.is_empty(polygons)] if len(polygons) else polygons
    in_px = shapely.transform(
        polygons, lambda lon_lat: to_world_px(lon_lat, window.zoom) - (window.col_px, window.row_px)
    )
    near = (
        shapely.intersects(in_px, shapely.box(0, 0, window.width_px, window.height_px))
        if len(in_px)
        else np.zeros(0, np.bool_)
    )
    if not near.any():
        return np.zeros(window.shape, np.uint8)
    mask: NDArray[np.uint8] = rasterize(
        [(polygon, 1) for polygon in in_px[near]],
        out_shape=window.shape,
        all_touched=all_touched,
        dtype=np.uint8,
    )
    return mask
