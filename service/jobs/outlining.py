"""Outlines on their way into rows: bounded in corners, and owned by a tile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import mercantile
import shapely
from shapely import Polygon

from learner.vectorise import Outline
from service.queries.predicted import ObjectRow

CORNERS_MOST = 1000
"""More, and an outline can be neither drawn nor repaired by a person."""
_FIRST_TOLERANCE_DEG = 1e-6  # about 0.1 m


def owner_place(outline: Outline, zoom: int) -> tuple[int, int]:
    """(x, y) of the tile that holds the outline's representative point."""
    point = outline.polygon.representative_point()
    tile = mercantile.tile(point.x, point.y, zoom)
    return tile.x, tile.y


def owned_rows(
    outlines: Sequence[Outline], zoom: int, id_of: Mapping[tuple[int, int], int]
) -> list[ObjectRow]:
    """Rows to write; an outline whose owner is no tile of ``id_of`` belongs to none."""
    return [
        ObjectRow(id_of.get(owner_place(outline, zoom)), outline.polygon, outline.confidence)
        for outline in outlines
    ]


def bounded(outlines: Iterable[Outline]) -> list[Outline]:
    """The outlines, each with at most ``CORNERS_MOST`` corners."""
    return [
        dataclasses.replace(outline, polygon=with_few_corners(outline.polygon))
        for outline in outlines
    ]


def with_few_corners(polygon: Polygon, most: int = CORNERS_MOST) -> Polygon:
    """``polygon`` (EPSG:4326), simplified until it has at most ``most`` corners; valid.

    A young model may see half a town as one roof with a thousand yards. Each turn allows twice the
    tolerance, and holes that are smaller than it are filled.
    """
    simple, tolerance = polygon, _FIRST_TOLERANCE_DEG
    while shapely.get_num_coordinates(simple) > most:
        large = [ring for ring in polygon.interiors if Polygon(ring).area > tolerance**2]
        filled = Polygon(polygon.exterior, large)
        simple = shapely.simplify(filled, tolerance, preserve_topology=True)
        tolerance *= 2
    if simple.is_valid and not simple.is_empty:
        return simple
    return max(_polygons(shapely.make_valid(simple)), key=lambda part: part.area, default=polygon)


def _polygons(geometry: shapely.Geometry) -> list[Polygon]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if isinstance(part, Polygon)]
