"""GeoJSON from outside as shapely geometries in EPSG:4326, whatever a person's tool wrote.

Coordinates are longitude first. The old ``crs`` member is honoured where it names a known system;
coordinates that cannot be degrees are refused with a guess at what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    import pyproj

Json: TypeAlias = dict[str, Any]

GEOMETRY_TYPES = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)
# Half the width of the world in web mercator, and the top of the square with some slack.
MERCATOR_MOST_M = 20_048_966.0


class NotGeoJson(Exception):
    """The document cannot be read as GeoJSON; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class BrokenGeometry:
    """A geometry that could not be built, and why."""

    index: int
    problem: str


@dataclass(frozen=True, slots=True)
class OddCoordinates:
    """Coordinates that cannot be degrees: a ``cause`` for programs, and what to do about it."""

    cause: str
    problem: str


def read_geometries(document: object) -> Iterator[BaseGeometry | BrokenGeometry]:
    """Each feature's geometry in EPSG:4326; features without a geometry are passed over.

    Raises:
        NotGeoJson: the document as a whole is no GeoJSON, or in a system that is not understood.
    """
    if not isinstance(document, dict) or "type" not in document:
        raise NotGeoJson(
            "This is not GeoJSON: an object with a 'type' is needed, such as a Polygon, a Feature "
            "or a FeatureCollection."
        )
    transformer = _transformer(document.get("crs"))
    for index, found in enumerate(_raw_geometries(document)):
        if not isinstance(found, dict):
            yield BrokenGeometry(index, "it is no GeoJSON object")
            continue
        try:
            built = shapely.force_2d(shape(found))
            yield (
                built
                if transformer is None
                else shapely.transform(built, transformer.transform, interleaved=False)
            )
        # What shapely raises on malformed coordinates depends on where they are malformed.
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            yield BrokenGeometry(index, str(error))
        except (shapely.errors.ShapelyError, RuntimeError) as error:  # pyproj's are of the latter
            yield BrokenGeometry(index, str(error))


def explain_coordinates(geometry: BaseGeometry) -> OddCoordinates | None:
    """What is wrong with coordinates that cannot be degrees; None when they can."""
    west, south, east, north = geometry.bounds
    numbers = (west, south, east, north)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return OddCoordinates("not-degrees", "It holds coordinates that are not finite numbers.")
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return None
    seen = f"Its coordinates reach from ({west:.6g}, {south:.6g}) to ({east:.6g}, {north:.6g})"
    if south >= -90 and north <= 90 and west >= -540 and east <= 540:
        return OddCoordinates(
            "antimeridian",
            f"{seen}, beyond ±180° of longitude. If it crosses the antimeridian, cut it there "
            "and make one campaign for each side.",
        )
    if south >= -180 and north <= 180 and west >= -90 and east <= 90:
        return OddCoordinates(
            "latitude-first",
            f"{seen}: latitude seems to come first. GeoJSON wants longitude, latitude.",
        )
    if max(abs(number) for number in numbers) <= MERCATOR_MOST_M:
        likely = "UTM" if west >= 100_000 and east <= 900_000 and south >= 0 else "EPSG:3857"
        return OddCoordinates(
            "not-degrees",
            f"{seen}, which are metres, not degrees (it looks like "
            f"{'a UTM zone' if likely == 'UTM' else 'web mercator, EPSG:3857'}). Convert it to "
            "longitude and latitude: ogr2ogr -t_srs EPSG:4326 converted.geojson original.geojson",
        )
    return OddCoordinates(
        "not-degrees",
        f"{seen}, which are neither degrees nor web mercator metres. Convert it to EPSG:4326.",
    )


def simple_parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The points, lines and polygons inside any geometry, however deep its collections go."""
    if not isinstance(geometry, shapely.GeometryCollection):
        parts: list[BaseGeometry] = shapely.get_parts(geometry).tolist()
        return parts
    return [part for member in geometry.geoms for part in simple_parts(member)]


def polygon_parts(geometry: BaseGeometry) -> list[shapely.Polygon]:
    """The polygons inside any geometry, those of no area left out."""
    return [
        part
        for part in simple_parts(geometry)
        if isinstance(part, shapely.Polygon) and part.area > 0
    ]


def area_inside(outlines: Sequence[shapely.Polygon], tile: shapely.Polygon) -> shapely.MultiPolygon:
    """What outlines cover of a tile (both EPSG:4326). Where one only touches its edge, the line is
    left out: GEOS cannot intersect a collection of lines and areas with nothing."""
    covered = shapely.intersection(shapely.union_all(list(outlines)), tile)
    return shapely.MultiPolygon(polygon_parts(covered))


def repaired(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons that an invalid geometry most plausibly meant (OGC rules, "structure")."""
    return shapely.MultiPolygon(
        polygon_parts(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
    )


def _raw_geometries(document: Json) -> Iterator[object]:
    kind = document["type"]
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise NotGeoJson("This FeatureCollection has no list of 'features'.")
        for feature in features:
            # Some tools write bare geometries into the list; what they mean is plain.
            yield from _raw_geometries(feature) if isinstance(feature, dict) else [feature]
    elif kind == "Feature":
        if document.get("geometry") is not None:
            yield document["geometry"]
    elif kind in GEOMETRY_TYPES:
        yield document
    else:
        raise NotGeoJson(f"This is not GeoJSON: there is no type {kind!r}.")


def _transformer(crs: object) -> pyproj.Transformer | None:
    """The way to EPSG:4326 from the system that a 2008-style ``crs`` member names."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise NotGeoJson("Its 'crs' member names no system. Remove it, or convert to EPSG:4326.")
    # Files that name EPSG:4326 hold longitude first all the same, as GeoJSON always did.
    if name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        return None
    # Only here: it takes 9 MB, and few documents name another system.
    import pyproj

    try:
        system = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        raise NotGeoJson(
            f"Its 'crs' member names {name!r}, which is not known here. Convert it to EPSG:4326."
        ) from error
    return pyproj.Transformer.from_crs(system, "OGC:CRS84", always_xy=True)
