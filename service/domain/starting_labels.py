"""Starting labels: unverified outlines from a file, taken as far as they can be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import shapely

from service.domain.geojson import (
    BrokenGeometry,
    NotGeoJson,
    explain_coordinates,
    polygon_parts,
    read_geometries,
    repaired,
)
from service.errors import StartingLabelsRefused
from service.reasons import Notice
from service.states import CampaignNotice

# Beyond this many it is not a place's labels any more, and one request should not hold them.
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class StartingLabels:
    """Valid polygons (EPSG:4326) that reach into the area's box, and what became of the others."""

    polygons: tuple[shapely.Polygon, ...]
    notices: tuple[Notice, ...]


def parse_starting_labels(
    document: object, bounds: tuple[float, float, float, float]
) -> StartingLabels:
    """The usable polygons of a GeoJSON document.

    Lines and points are passed over, invalid rings repaired or left out, all of it counted in the
    notices: a file from the wild with some bad outlines is still worth its good ones.

    Args:
        document: GeoJSON, as parsed.
        bounds: west, south, east, north of the campaign's tiles in degrees.

    Raises:
        StartingLabelsRefused: no GeoJSON, not in degrees, too many, or nothing usable in it.
    """
    box = shapely.box(*bounds)
    tally: Counter[str] = Counter()
    kept: list[shapely.Polygon] = []
    try:
        for found in read_geometries(document):
            tally["all"] += 1
            if tally["all"] > MOST:
                raise StartingLabelsRefused(f"More than {MOST:,} features. Cut the file down.")
            kept += [part for part in _usable(found, tally) if part.intersects(box)]
    except NotGeoJson as error:
        raise StartingLabelsRefused(str(error), cause="not-geojson") from error
    if tally["all"] and not tally["polygons"]:
        raise StartingLabelsRefused(
            "None of the file's features is a polygon that can be used: "
            f"{tally['other']} are points or lines, {tally['broken']} are broken. "
            "Send outlines, or leave starting labels out.",
            cause="no-polygons",
            other=tally["other"],
            broken=tally["broken"],
        )
    return StartingLabels(tuple(kept), tuple(_notices(tally, len(kept))))


def _usable(found: shapely.Geometry | BrokenGeometry, tally: Counter[str]) -> list[shapely.Polygon]:
    if isinstance(found, BrokenGeometry):
        tally["broken"] += 1
        return []
    if found.is_empty or (
        "Polygon" not in found.geom_type and found.geom_type != ("GeometryCollection")
    ):
        tally["other"] += 1
        return []
    odd = explain_coordinates(found)
    if odd is not None:
        raise StartingLabelsRefused(odd.problem, cause=odd.cause)
    if not found.is_valid:
        found = repaired(found)
        tally["repaired"] += not found.is_empty
    parts = polygon_parts(found)
    tally["polygons"] += len(parts)
    tally["broken"] += not parts
    return parts


def _notices(tally: Counter[str], kept: int) -> list[Notice]:
    outside = tally["polygons"] - kept
    told = (
        (
            CampaignNotice.LABELS_REPAIRED,
            tally["repaired"],
            "{count} invalid starting labels were repaired.",
        ),
        (
            CampaignNotice.LABELS_BROKEN,
            tally["broken"],
            "{count} starting labels were beyond repair and left out.",
        ),
        (
            CampaignNotice.LABELS_NOT_POLYGONS,
            tally["other"],
            "{count} features of the starting labels are not polygons and were left out.",
        ),
        (
            CampaignNotice.LABELS_OUTSIDE,
            outside if kept else 0,
            "{count} starting labels lie outside the area and were left out.",
        ),
        (
            CampaignNotice.LABELS_ALL_OUTSIDE,
            0 if kept else outside,
            "None of the {count} starting labels lies in the campaign's area: is it the right "
            "file?",
        ),
    )
    return [
        Notice(code, text.format(count=count), {"count": count})
        for code, count, text in told
        if count
    ]
