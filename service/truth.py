"""Truth for simulated mappers: polygons from a GeoJSON file, found quickly by place."""

from __future__ import annotations

import json
from pathlib import Path

from shapely import Polygon, STRtree, box, make_valid
from shapely.geometry.base import BaseGeometry

from service.domain.geojson import (
    BrokenGeometry,
    NotGeoJson,
    explain_coordinates,
    read_geometries,
)


class UnusableFile(Exception):
    """A file given by a person cannot be used; the message names it and says what to do."""


class Truth:
    """Polygons that are taken as true, found quickly by place. Only simulated mappers see them."""

    def __init__(self, polygons: list[Polygon]) -> None:
        self.polygons = polygons
        self._index = STRtree(polygons)

    def __len__(self) -> int:
        return len(self.polygons)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all polygons, EPSG:4326."""
        west, south, east, north = zip(*(polygon.bounds for polygon in self.polygons), strict=True)
        return min(west), min(south), max(east), max(north)

    def touching(self, bounds: tuple[float, float, float, float]) -> list[Polygon]:
        """The whole polygons that touch ``bounds`` (west, south, east, north; EPSG:4326)."""
        found = self._index.query(box(*bounds), predicate="intersects")
        return [self.polygons[index] for index in sorted(found)]


def read_truth(path: Path) -> Truth:
    """Polygons of a GeoJSON file; multipolygons become their parts, bad rings are repaired.

    Raises:
        UnusableFile: the file is no GeoJSON, or holds no polygon.
    """
    try:
        # "-sig": with or without the mark that Windows tools begin UTF-8 files with.
        found = list(read_geometries(json.loads(path.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, NotGeoJson) as error:
        raise UnusableFile(f"{path} is not GeoJSON: {error}") from error
    polygons = [polygon for geometry in found for polygon in _polygons(geometry, path)]
    if not polygons:
        raise UnusableFile(f"{path} holds no polygon. Give a file with outlines of the class.")
    return Truth(polygons)


def _polygons(geometry: BaseGeometry | BrokenGeometry, path: Path) -> list[Polygon]:
    if isinstance(geometry, BrokenGeometry):
        raise UnusableFile(f"{path}: feature {geometry.index} is broken: {geometry.problem}.")
    odd = None if geometry.is_empty else explain_coordinates(geometry)
    if odd is not None:
        raise UnusableFile(f"{path}: {odd.problem}")
    whole = make_valid(geometry)
    parts = getattr(whole, "geoms", [whole])
    return [part for part in parts if isinstance(part, Polygon) and part.area > 0]
