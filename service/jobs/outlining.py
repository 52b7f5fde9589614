"""Outlines on their way into rows: by the campaign's rules, bounded in corners, owned by a tile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import mercantile
import shapely
from shapely import Polygon

from learner.outlines.rules import preset_for
from learner.vectorise import Outline, OutlineRules
from service.domain.policy import Policy
from service.queries.predicted import ObjectRow
from service.tables import Campaign

CORNERS_MOST = 1000
"""More, and an outline can be neither drawn nor repaired by a person."""
SERVED_DEG = 1e-8
"""Outlines are served with eight decimals: about a millimetre."""
_LEAST_SIDE_DEG = 1e-6  # about 0.1 m
_SLIVER_DEG2 = 1e-11  # about 0.1 m²: what a cut leaves of a corner


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


def rules_of(campaign: Campaign) -> OutlineRules:
    """How this campaign's probabilities become outlines: its class's preset, its policy over it."""
    chosen = Policy.model_validate(campaign.policy).outlines
    return OutlineRules.from_mapping({"preset": preset_for(campaign.class_name)} | chosen)


def bounded(outlines: Iterable[Outline]) -> list[Outline]:
    """The outlines as they are kept: on the grid of what is served, and one of more than
    ``CORNERS_MOST`` corners cut into several."""
    return [
        dataclasses.replace(outline, polygon=served)
        for outline in outlines
        for part in cut_to_few_corners(outline.polygon)
        for served in as_served(part)
    ]


def as_served(polygon: Polygon) -> list[Polygon]:
    """``polygon`` (EPSG:4326) with its corners rounded, and valid after that.

    A neck of less than a millimetre would close when its corners are rounded on the way to people,
    and the outline, kept as it was shown, would cross itself.
    """
    rounded = shapely.set_precision(polygon, SERVED_DEG)
    return [part for part in _polygons([rounded]) if part.area > _SLIVER_DEG2]


def cut_to_few_corners(polygon: Polygon, most: int = CORNERS_MOST) -> list[Polygon]:
    """``polygon`` (EPSG:4326), halved across its longer side until all parts have few corners.

    A young model may see half a town as one roof with a thousand yards. Parts that end at straight
    cuts can be confirmed, dropped or redrawn one by one; the whole, simplified, could not.
    """
    if shapely.get_num_coordinates(polygon) <= most:
        return [polygon]
    west, south, east, north = polygon.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        halves = [(west, south, middle, north), (middle, south, east, north)]
    else:
        middle = (south + north) / 2
        halves = [(west, south, east, middle), (west, middle, east, north)]
    if max(east - west, north - south) < _LEAST_SIDE_DEG:
        return [Polygon(polygon.convex_hull)]
    cut = [shapely.intersection(polygon, shapely.box(*half)) for half in halves]
    return [
        part
        for found in _polygons([shapely.make_valid(half) for half in cut])
        if found.area > _SLIVER_DEG2
        for part in cut_to_few_corners(found, most)
    ]


def _polygons(geometries: Iterable[shapely.Geometry]) -> list[Polygon]:
    parts = shapely.get_parts(shapely.get_parts(list(geometries)))
    return [part for part in parts if isinstance(part, Polygon)]
