"""EPSG:4326 geometries to world pixels and back, for many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from learner.grid import TILE_PX

_Geometry = TypeVar("_Geometry", bound=shapely.Geometry)


def latitude_of_row(row_px: NDArray[np.float64], zoom: int) -> NDArray[np.float64]:
    """Latitude in degrees of world pixel rows (any shape)."""
    mercator = math.pi * (1.0 - 2.0 * row_px / (TILE_PX * 2.0**zoom))
    return np.degrees(np.arctan(np.sinh(mercator)))


def lon_lat_of(geometry: _Geometry, zoom: int) -> _Geometry:
    """A geometry in world pixels of ``zoom`` (column, row) as EPSG:4326 (longitude, latitude)."""
    converted: _Geometry = shapely.transform(geometry, lambda xy_px: _lon_lat(xy_px, zoom))
    return converted


def lon_lats_of(geometries: NDArray[np.object_], zoom: int) -> NDArray[np.object_]:
    """The same for an array of geometries, at once."""
    converted: NDArray[np.object_] = shapely.transform(
        geometries, lambda xy_px: _lon_lat(xy_px, zoom)
    )
    return converted


def _lon_lat(xy_px: NDArray[np.float64], zoom: int) -> NDArray[np.float64]:
    longitudes = xy_px[:, 0] / (TILE_PX * 2.0**zoom) * 360.0 - 180.0
    return np.column_stack([longitudes, latitude_of_row(xy_px[:, 1], zoom)])


def world_px_of(
    geometries: Sequence[shapely.Geometry] | NDArray[np.object_], zoom: int
) -> NDArray[np.object_]:
    """EPSG:4326 geometries (longitude, latitude) in world pixels of ``zoom`` (column, row)."""

    def convert(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        world_px = TILE_PX * 2.0**zoom
        columns = (lon_lat[:, 0] + 180.0) / 360.0 * world_px
        mercator = np.arcsinh(np.tan(np.radians(lon_lat[:, 1])))
        return np.column_stack([columns, (1.0 - mercator / math.pi) / 2.0 * world_px])

    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    converted: NDArray[np.object_] = shapely.transform(array, convert)
    return converted
