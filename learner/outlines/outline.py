"""From an exact piece to an outline that a mapper would accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from learner.grid import ground_m_per_px
from learner.outlines.divide import ProbabilityAt, divide
from learner.outlines.pieces import Piece
from learner.outlines.rules import OutlineRules
from learner.outlines.smooth import closed_then_opened
from learner.outlines.squared import squared
from learner.world_pixels import latitude_of_row, lon_lat_of

# The outer and inner corners of a slanted edge's staircase lie up to a pixel's diagonal apart.
_LEAST_TOLERANCE_PX = 1.45


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole object as the model sees it.

    ``polygon`` is EPSG:4326 (longitude, latitude), valid by OGC rules, holes kept;
    ``confidence`` is the mean probability (0..1) of the piece's pixels; ``area_m2`` is measured
    on the ground with the scale of its middle latitude.
    """

    polygon: Polygon
    confidence: float
    area_m2: float


def outline(piece: Piece, zoom: int, rules: OutlineRules) -> Outline | None:
    """One piece's outline, or None where nothing that is large enough is left of it.

    It depends on the stitched piece alone, so blocks leave no trace in it.

    Args:
        piece: whole, that is from :func:`~learner.outlines.stitch.stitch`.
        zoom: of the piece's pixel grid.
        rules: what to smooth, simplify, drop and square.
    """
    west, north, _, _ = piece.polygon.bounds
    m_per_px = _ground_m_per_px(piece, zoom)
    if piece.area_px * m_per_px**2 < rules.min_area_m2 and rules.smooth_m == 0:
        return None
    # Near the origin, so that buffers and intersections keep their precision.
    origin = np.array([round(west), round(north)], dtype=np.float64)
    local = shapely.transform(piece.polygon, lambda xy: xy - origin)
    shaped = _shaped(local, rules, m_per_px)
    if shaped is None or shaped.area * m_per_px**2 < rules.min_area_m2:
        return None
    polygon = lon_lat_of(shapely.transform(shaped, lambda xy: xy + origin), zoom)
    if not polygon.is_valid:  # rounding may fold a sliver; the largest part is the outline
        polygon = _largest(shapely.make_valid(polygon))
        if polygon is None:
            return None
    return Outline(
        polygon=shapely.orient_polygons(polygon),
        confidence=min(1.0, piece.mean_probability),
        area_m2=shaped.area * m_per_px**2,
    )


def outlines(
    pieces: Sequence[Piece],
    zoom: int,
    rules: OutlineRules,
    probability_at: ProbabilityAt | None = None,
) -> list[Outline]:
    """The outlines of those pieces that have one, in their order.

    Args:
        pieces: whole, that is from :func:`~learner.outlines.stitch.stitch`.
        zoom: of the pieces' pixel grid.
        rules: what to divide, smooth, simplify, drop and square.
        probability_at: what the pieces were traced from; without it no piece is divided.
    """
    parts = (
        part
        for piece in _large_enough(pieces, zoom, rules)
        for part in _parts(piece, zoom, rules, probability_at)
    )
    found = (outline(part, zoom, rules) for part in parts)
    return [each for each in found if each is not None]


def _large_enough(pieces: Sequence[Piece], zoom: int, rules: OutlineRules) -> list[Piece]:
    """Without the specks, which are half of what is traced; :func:`outline` would drop them too."""
    if not pieces or rules.smooth_m > 0:  # closing gaps may make a piece larger
        return list(pieces)
    bounds = shapely.bounds([piece.polygon for piece in pieces])
    latitudes = latitude_of_row((bounds[:, 1] + bounds[:, 3]) / 2.0, zoom)
    return [
        piece
        for piece, latitude in zip(pieces, latitudes.tolist(), strict=True)
        if piece.area_px * ground_m_per_px(zoom, latitude) ** 2 >= rules.min_area_m2
    ]


def _parts(
    piece: Piece, zoom: int, rules: OutlineRules, probability_at: ProbabilityAt | None
) -> list[Piece]:
    if probability_at is None or rules.split_depth_m == 0:
        return [piece]
    m_per_px = _ground_m_per_px(piece, zoom)
    return divide(
        piece,
        probability_at,
        zoom,
        split_depth_px=rules.split_depth_m / m_per_px,
        min_area_px=rules.min_area_m2 / m_per_px**2,
    )


def _ground_m_per_px(piece: Piece, zoom: int) -> float:
    """Size of a pixel on the ground at the piece's middle."""
    _, north, _, south = piece.polygon.bounds
    middle_row_px = np.array([(north + south) / 2.0])
    return ground_m_per_px(zoom, float(latitude_of_row(middle_row_px, zoom)[0]))


def _shaped(polygon: Polygon, rules: OutlineRules, m_per_px: float) -> Polygon | None:
    """Smoothed, without small holes, simplified, squared; in pixels."""
    radius_px = round(rules.smooth_m / m_per_px)
    smooth = _largest(closed_then_opened(polygon, radius_px) if radius_px > 0 else polygon)
    if smooth is None:
        return None
    min_hole_px = rules.min_hole_m2 / m_per_px**2
    holes = [ring for ring in smooth.interiors if Polygon(ring).area >= min_hole_px]
    filled = Polygon(smooth.exterior, holes)
    tolerance_px = max(rules.simplify_m / m_per_px, _LEAST_TOLERANCE_PX)
    simple = _largest(shapely.simplify(filled, tolerance_px, preserve_topology=True))
    if simple is None or not rules.right_angles:
        return simple
    return squared(simple, filled, tolerance_px)


def _largest(geometry: shapely.Geometry) -> Polygon | None:
    """The largest polygon of what an operation left, or None."""
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return max(parts, key=lambda part: part.area, default=None)
