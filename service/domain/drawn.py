"""Outlines that people send: checked, mended where the mending is beyond doubt, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.validation import explain_validity

from service.domain.geojson import explain_coordinates, repaired
from service.errors import ReviewRefused
from service.queries.reviews import Drawn
from service.states import ObjectSource

OUTLINES_MOST = 1_000  # in one answer
VERTICES_MOST = 5_000  # of one outline
# A hand that draws along a tile's edge may miss the tile by a little: a tenth of its side.
MISS_MOST = 0.1
# What a line cuts off where it crosses itself near a corner is a slip of the hand, if it is no more
# than this share of the outline.
CROSSED_MOST = 0.01


@dataclass(frozen=True, slots=True)
class SentOutline:
    """An outline as it came: rings of (longitude, latitude), the outer one first."""

    rings: Sequence[Sequence[Sequence[float]]]
    source: ObjectSource


def check_outlines(
    sent: Sequence[SentOutline], tile: tuple[float, float, float, float]
) -> tuple[Drawn, ...]:
    """Valid polygons (EPSG:4326) of an answer for the tile with these bounds in degrees.

    Raises:
        ReviewRefused: names the index of the outline, and where it is wrong.
    """
    if len(sent) > OUTLINES_MOST:
        raise ReviewRefused(
            f"The answer holds {len(sent)} outlines; at most {OUTLINES_MOST} are taken for one "
            "tile."
        )
    west, south, east, north = tile
    reach = MISS_MOST * (east - west)
    near = shapely.box(west - reach, south - reach, east + reach, north + reach)
    return tuple(
        (_checked(index, outline, near), outline.source) for index, outline in enumerate(sent)
    )


def _checked(index: int, outline: SentOutline, near: shapely.Polygon) -> shapely.Polygon:
    vertices = sum(len(ring) for ring in outline.rings)
    if vertices > VERTICES_MOST:
        raise _refused(
            index,
            f"has {vertices:,} corners; at most {VERTICES_MOST:,} are taken. Simplify it.",
            cause="too-many-corners",
        )
    polygon = _built(index, outline)
    odd = explain_coordinates(polygon)
    if odd is not None:
        raise _refused(index, f"lies nowhere on Earth. {odd.problem}")
    if not polygon.is_valid:
        polygon = _mended(index, polygon)
    if polygon.area == 0:
        raise _refused(
            index, "has no area. Draw at least three corners that are not in line.", cause="no-area"
        )
    if not polygon.intersects(near):
        raise _refused(
            index,
            "does not touch its tile. Send it with the tile that it lies in.",
            cause="outside-tile",
            where=_place(polygon.representative_point()),
        )
    return polygon


def _built(index: int, outline: SentOutline) -> shapely.Polygon:
    try:
        shell, *holes = [[point[:2] for point in ring] for ring in outline.rings]
        return shapely.Polygon(shell, holes)
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise _refused(
            index, f"is no polygon ({error}). A ring needs four positions, the last like the first."
        ) from error


def _mended(index: int, polygon: shapely.Polygon) -> shapely.Polygon:
    """The one polygon that an invalid outline can only have meant."""
    parts = shapely.get_parts(repaired(polygon))
    areas = shapely.area(parts)
    if len(parts) and areas.max() >= (1 - CROSSED_MOST) * areas.sum():
        meant: shapely.Polygon = parts[areas.argmax()]
        return meant
    reason = explain_validity(polygon)
    raise _refused(
        index,
        f"crosses itself ({reason}; longitude, latitude). Redraw it there, or draw the parts as "
        "outlines of their own.",
        cause="crosses-itself",
        where=_crossing(reason),
    )


def _crossing(reason: str) -> list[float] | None:
    """The place that GEOS names as in ``Self-intersection[12.5 48.1]``."""
    _, bracket, place = reason.partition("[")
    return [float(number) for number in place.rstrip("]").split()[:2]] if bracket else None


def _place(point: shapely.Point) -> list[float]:
    return [point.x, point.y]


def _refused(index: int, problem: str, **extras: Any) -> ReviewRefused:
    return ReviewRefused(f"Outline {index} {problem}", index=index, **extras)
