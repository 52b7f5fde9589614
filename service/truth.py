"""Truth for simulated mappers: polygons from a GeoJSON file, found quickly by place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shapely import Polygon, STRtree, box, make_valid
from shapely.errors import GEOSException
from shapely.geometry import shape

WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326")


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
    """Polygons of a GeoJSON file in longitude and latitude; multipolygons become their parts.

    Raises:
        UnusableFile: when the file is no GeoJSON, in another CRS, or holds no polygon.
    """
    document = _read_geojson(path)
    polygons = [
        polygon
        for feature in document.get("features", [document])
        for polygon in _polygons(feature, path)
    ]
    if not polygons:
        raise UnusableFile(f"{path} holds no polygon. Give a file with the outlines of the class.")
    return Truth(polygons)


def _read_geojson(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnusableFile(f"{path} is not GeoJSON: {error}.") from error
    if not isinstance(document, dict) or "type" not in document:
        raise UnusableFile(f"{path} is not GeoJSON: it has no 'type'.")
    crs = document.get("crs") or {}
    name = str(crs.get("properties", {}).get("name", "CRS84"))
    if not name.endswith(WGS84_NAMES):
        raise UnusableFile(
            f"{path} is in {name}; GeoJSON is longitude and latitude. Convert it: "
            f"ogr2ogr -t_srs EPSG:4326 converted.geojson {path.name}"
        )
    return document


def _polygons(feature: dict[str, Any], path: Path) -> list[Polygon]:
    geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
    if geometry is None:
        return []
    try:
        whole = make_valid(shape(geometry))
    except (GEOSException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnusableFile(f"{path} has a geometry that cannot be read: {error}.") from error
    parts = getattr(whole, "geoms", [whole])
    return [part for part in parts if isinstance(part, Polygon) and part.area > 0]
