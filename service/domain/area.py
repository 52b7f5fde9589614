"""A campaign's area: what a person sent, as one valid MultiPolygon in EPSG:4326, or a reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.validation import explain_validity

from service.domain.geojson import (
    BrokenGeometry,
    NotGeoJson,
    explain_coordinates,
    polygon_parts,
    read_geometries,
    repaired,
    simple_parts,
)
from service.errors import AreaRefused
from service.reasons import Notice
from service.states import CampaignNotice

# A repair that changes the area by more than this share may not be what was meant.
REPAIR_MOST = 0.01
MERCATOR_MOST_DEG = 85.0511


@dataclass(frozen=True, slots=True)
class Area:
    """An area of interest.

    Attributes:
        shape: valid MultiPolygon, EPSG:4326, longitude first.
        notices: what was done to it, for its author.
    """

    shape: shapely.MultiPolygon
    notices: tuple[Notice, ...] = ()


def parse_area(document: object) -> Area:
    """The polygons of a GeoJSON document as one area.

    Raises:
        AreaRefused: no GeoJSON, no polygon, empty, not in degrees, over the antimeridian, or
            crossing itself in a way that cannot be repaired without changing it.
    """
    notices: list[Notice] = []
    polygons: list[shapely.Polygon] = []
    passed_over = 0
    try:
        for found in read_geometries(document):
            if isinstance(found, BrokenGeometry):
                raise AreaRefused(
                    f"The geometry at index {found.index} cannot be read: {found.problem}.",
                    cause="not-geojson",
                    index=found.index,
                )
            if not found.is_empty:
                _refuse_odd_coordinates(found)
            for part in simple_parts(found):
                if part.is_empty:
                    continue
                if isinstance(part, shapely.Polygon):
                    polygons.append(_valid(part, notices))
                else:
                    passed_over += 1
    except NotGeoJson as error:
        raise AreaRefused(str(error), cause="not-geojson") from error
    if passed_over:
        text = f"{passed_over} points or lines in the area were passed over."
        notices.append(Notice(CampaignNotice.AREA_NOT_POLYGONS, text, {"count": passed_over}))
    whole = shapely.MultiPolygon(polygon_parts(shapely.union_all(polygons)))
    if whole.is_empty:
        raise AreaRefused(
            "The area is empty. Send at least one polygon with an area of its own.",
            cause="no-area",
        )
    return Area(whole, tuple(notices))


def _refuse_odd_coordinates(geometry: shapely.Geometry) -> None:
    odd = explain_coordinates(geometry)
    if odd is not None:
        raise AreaRefused(odd.problem, cause=odd.cause)
    _, south, _, north = geometry.bounds
    if max(abs(south), abs(north)) > MERCATOR_MOST_DEG:
        raise AreaRefused(
            f"The area reaches beyond {MERCATOR_MOST_DEG}° of latitude, where web tiles end."
        )
    for part in shapely.get_parts(geometry):
        longitudes = shapely.get_coordinates(part)[:, 0]
        if len(longitudes) > 1 and np.abs(np.diff(longitudes)).max() > 180:
            raise AreaRefused(
                "The area crosses the antimeridian (an edge jumps by more than 180° of longitude). "
                "Cut it at 180° and make one campaign for each side.",
                cause="antimeridian",
            )


def _valid(polygon: shapely.Polygon, notices: list[Notice]) -> shapely.Geometry:
    if polygon.is_valid:
        return polygon
    where = explain_validity(polygon)
    mended = repaired(polygon)
    # The signed area of a figure of eight says nothing; its hull bounds what could be lost.
    lost = _area_left_open(polygon, mended)
    if mended.is_empty or lost > REPAIR_MOST:
        raise AreaRefused(
            f"The area crosses itself ({where}; longitude, latitude), and it is not clear which "
            "side is meant. Redraw it without the crossing.",
            cause="crosses-itself",
            where=where,
        )
    text = f"The area was repaired where it was invalid: {where}."
    notices.append(Notice(CampaignNotice.AREA_REPAIRED, text, {"place": _place(where)}))
    return mended


def _place(where: str) -> str:
    """Latitude, longitude (as the page finds places) of GEOS's ``Self-intersection[12.5 48.1]``."""
    place = where.partition("[")[2].rstrip("]").split()
    return ", ".join(f"{float(degrees):.5f}" for degrees in reversed(place))


def _area_left_open(polygon: shapely.Polygon, mended: shapely.Geometry) -> float:
    """Share of the area on which two readings of an invalid polygon differ.

    The readings are GEOS's: by structure (what rings enclose) and by line work (even-odd rule).
    """
    even_odd = shapely.make_valid(polygon, method="linework")
    readings = (mended.area, even_odd.area, abs(_signed_area(polygon)))
    share: float = (max(readings) - min(readings)) / max(max(readings), 1e-30)
    return share


def _signed_area(polygon: shapely.Polygon) -> float:
    """Shoelace area of the outer ring less that of the holes, in square degrees."""

    def ring_area(ring: shapely.LinearRing) -> float:
        x, y = shapely.get_coordinates(ring).T
        doubled = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
        return abs(doubled) / 2

    holes: float = sum(map(ring_area, polygon.interiors))
    return ring_area(polygon.exterior) - holes
