"""From an exact piece to an outline that a mapper would accept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from learner.grid import ground_m_per_px, mercator_m_per_px
from learner.outlines.apart import apart, largest
from learner.outlines.divide import ProbabilityAt, divide
from learner.outlines.pieces import Piece
from learner.outlines.rules import OutlineRules
from learner.outlines.smooth import closed_then_opened
from learner.outlines.squared import squared
from learner.world_pixels import latitude_of_row, lon_lats_of

# The outer and inner corners of a slanted edge's staircase lie up to a pixel's diagonal apart.
_LEAST_TOLERANCE_PX = 1.45
# Simplified without a watch on topology, an outline that keeps less of its area has collapsed.
_LEAST_KEPT = 0.9

Polygons = NDArray[np.object_]


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

    Args:
        piece: whole, that is from :func:`~learner.outlines.stitch.stitch`; it is not divided.
        zoom: of the piece's pixel grid.
        rules: what to smooth, simplify, drop and square.
    """
    return next(iter(_outlined([piece], np.zeros(1, np.intp), zoom, rules)), None)


def outlines(
    pieces: Sequence[Piece],
    zoom: int,
    rules: OutlineRules,
    probability_at: ProbabilityAt | None = None,
) -> list[Outline]:
    """The outlines of those pieces that have one, in their order.

    Each depends on its piece alone, so blocks leave no trace in it. They are computed together
    because that is several times as fast as one by one.

    Args:
        pieces: whole, that is from :func:`~learner.outlines.stitch.stitch`.
        zoom: of the pieces' pixel grid.
        rules: what to divide, smooth, simplify, drop and square.
        probability_at: what the pieces were traced from; without it no piece is divided.
    """
    large = [pieces[index] for index in _large_enough(pieces, zoom, rules)]
    if probability_at is None or rules.split_depth_m == 0:
        return _outlined(large, np.arange(len(large)), zoom, rules)
    m_per_px = _ground_m_per_px(large, zoom)
    patches = divide(
        large,
        probability_at,
        zoom,
        split_depth_px=(rules.split_depth_m / m_per_px).tolist(),
        min_area_px=(rules.min_area_m2 / m_per_px**2).tolist(),
    )
    parts = [part for patch in patches for part in patch]
    patch_of = np.repeat(np.arange(len(patches)), [len(patch) for patch in patches])
    return _outlined(parts, patch_of, zoom, rules)


def least_area_px(zoom: int, rules: OutlineRules) -> int:
    """No whole piece with fewer pixels than this has an outline by the rules."""
    if rules.smooth_m > 0:  # closing gaps may make a piece larger
        return 0
    return math.floor(rules.min_area_m2 / mercator_m_per_px(zoom) ** 2)  # nowhere are pixels larger


def _large_enough(pieces: Sequence[Piece], zoom: int, rules: OutlineRules) -> NDArray[np.intp]:
    """Indices of all but the specks, which are half of what is traced."""
    if rules.smooth_m > 0:  # closing gaps may make a piece larger
        return np.arange(len(pieces))
    least_px = rules.min_area_m2 / _ground_m_per_px(pieces, zoom) ** 2
    return np.flatnonzero(np.array([piece.area_px for piece in pieces]) >= least_px)


def _outlined(
    pieces: Sequence[Piece], patch_of: NDArray[np.intp], zoom: int, rules: OutlineRules
) -> list[Outline]:
    """The pieces' outlines; those with one number in ``patch_of`` (N,) do not overlap."""
    large = _large_enough(pieces, zoom, rules)
    pieces, patch_of = [pieces[index] for index in large], patch_of[large]
    if not pieces:
        return []
    m_per_px = _ground_m_per_px(pieces, zoom)
    polygons = _polygons_of(pieces)
    # Near the origin, so that buffers and intersections keep their precision.
    origin = np.round(shapely.bounds(polygons)[:, :2])
    shaped = _shaped(_moved(polygons, -origin), rules, m_per_px)
    shaped = apart(_moved(shaped, origin), patch_of)
    area_m2 = shapely.area(shaped) * m_per_px**2
    kept = np.flatnonzero((area_m2 > 0) & (area_m2 >= rules.min_area_m2))
    placed = lon_lats_of(shaped[kept], zoom)
    folded = np.flatnonzero(~shapely.is_valid(placed))  # rounding may fold a sliver
    placed[folded] = [largest(mended) for mended in shapely.make_valid(placed[folded])]
    return [
        Outline(polygon, min(1.0, pieces[index].mean_probability), float(area_m2[index]))
        for polygon, index in zip(shapely.orient_polygons(placed), kept.tolist(), strict=True)
        if polygon is not None
    ]


def _ground_m_per_px(pieces: Sequence[Piece], zoom: int) -> NDArray[np.float64]:
    """(N,) size of a pixel on the ground at each piece's middle."""
    bounds = shapely.bounds(_polygons_of(pieces)).reshape(-1, 4)
    latitudes = latitude_of_row((bounds[:, 1] + bounds[:, 3]) / 2.0, zoom)
    return np.array([ground_m_per_px(zoom, latitude) for latitude in latitudes.tolist()])


def _polygons_of(pieces: Sequence[Piece]) -> Polygons:
    return np.array([piece.polygon for piece in pieces], dtype=object)


def _moved(polygons: Polygons, by_px: NDArray[np.float64]) -> Polygons:
    """Each polygon moved by its row of (N, 2); None stays None."""
    corners, owner = shapely.get_coordinates(polygons, return_index=True)
    moved: Polygons = shapely.set_coordinates(polygons.copy(), corners + by_px[owner])
    return moved


def _shaped(polygons: Polygons, rules: OutlineRules, m_per_px: NDArray[np.float64]) -> Polygons:
    """Smoothed, without small holes, simplified, squared; in pixels. None where nothing is left."""
    if rules.smooth_m > 0:
        radii_px = np.round(rules.smooth_m / m_per_px).astype(int).tolist()
        smooth = [
            largest(closed_then_opened(polygon, radius_px) if radius_px else polygon)
            for polygon, radius_px in zip(polygons, radii_px, strict=True)
        ]
        polygons = np.array(smooth, dtype=object)
    shaped = np.full(len(polygons), None, dtype=object)
    left = np.flatnonzero(~shapely.is_missing(polygons))
    filled = _without_holes(polygons[left], rules.min_hole_m2 / m_per_px[left] ** 2)
    tolerance_px = np.maximum(rules.simplify_m / m_per_px[left], _LEAST_TOLERANCE_PX)
    simple = _simplified(filled, tolerance_px)
    shaped[left] = squared(simple, filled, tolerance_px) if rules.right_angles else simple
    return shaped


def _without_holes(polygons: Polygons, below_px: NDArray[np.float64]) -> Polygons:
    """The polygons with only those holes that are not below (N,) square pixels."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    if len(rings) == len(polygons):
        return polygons
    is_shell = np.diff(owner, prepend=-1) > 0
    kept = is_shell | (shapely.area(shapely.polygons(rings)) >= below_px[owner])
    filled: Polygons = shapely.polygons(rings[kept], indices=owner[kept])
    return filled


def _simplified(polygons: Polygons, tolerance_px: NDArray[np.float64]) -> Polygons:
    """Douglas and Peucker (1973), ring by ring; with a watch on topology only where that fails.

    Watching costs ten times as much, and few outlines need it.
    """
    rings, owner = shapely.get_rings(polygons, return_index=True)
    thin = shapely.simplify(rings, tolerance_px[owner], preserve_topology=False)
    is_ring = shapely.get_type_id(thin) == shapely.GeometryType.LINEARRING
    simple: Polygons = shapely.polygons(np.where(is_ring, thin, rings), indices=owner)
    failed = ~shapely.is_valid(simple)
    failed |= shapely.area(simple) < _LEAST_KEPT * shapely.area(polygons)  # small roofs collapse
    failed[owner[~is_ring]] = True
    simple[failed] = shapely.simplify(
        polygons[failed], tolerance_px[failed], preserve_topology=True
    )
    return simple
