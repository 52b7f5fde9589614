"""Centre lines: what roads are mapped as.

The medial axis of a piece is taken from the Voronoi diagram of points along its outline: pure
geometry, so it needs no raster of the whole network, knows nothing of blocks, and lies between
pixels where the middle of the road does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from learner.grid import ground_m_per_px
from learner.outlines.pieces import Piece
from learner.world_pixels import latitude_of_row, lon_lat_of

# Points along the outline, this far apart; the staircase is taken out first.
_SPACING_PX = 2.0
_STAIRCASE_PX = 1.0
# A branch that ends nowhere and is shorter than this many road widths is an outline's wiggle.
_SPUR_WIDTHS = 1.5
_PRUNING_PASSES = 3


@dataclass(frozen=True, slots=True)
class CentreLine:
    """A stretch of road between two junctions or ends.

    ``line`` is EPSG:4326; ``confidence`` the mean probability (0..1) of the piece it lies in;
    ``length_m`` on the ground; ``width_m`` the mean width of that piece.
    """

    line: LineString
    confidence: float
    length_m: float
    width_m: float


def centre_lines(
    piece: Piece, zoom: int, *, simplify_m: float = 1.0, min_length_m: float = 10.0
) -> list[CentreLine]:
    """The centre lines of a stitched piece, meeting exactly at its junctions.

    Args:
        piece: whole, of a class that is long and narrow.
        zoom: of its pixel grid.
        simplify_m: how far a line may stray from the medial axis, on the ground.
        min_length_m: pieces whose lines are shorter in all have none.
    """
    west, north, _, south = piece.polygon.bounds
    middle_row_px = np.array([(north + south) / 2.0])
    m_per_px = ground_m_per_px(zoom, float(latitude_of_row(middle_row_px, zoom)[0]))
    origin = np.array([west, north])
    local = shapely.transform(piece.polygon, lambda xy: xy - origin)
    smooth = shapely.simplify(local, _STAIRCASE_PX, preserve_topology=True)
    width_px = 2.0 * smooth.area / smooth.length if smooth.length else 0.0
    axis = _without_spurs(_medial_axis(smooth), _SPUR_WIDTHS * width_px)
    lines = _reaching_out(axis, smooth, width_px)
    if sum(line.length for line in lines) * m_per_px < min_length_m:
        return []
    simple = shapely.simplify(lines, simplify_m / m_per_px)
    return [
        CentreLine(
            line=lon_lat_of(shapely.transform(line, lambda xy: xy + origin), zoom),
            confidence=min(1.0, piece.mean_probability),
            length_m=line.length * m_per_px,
            width_m=width_px * m_per_px,
        )
        for line in simple
    ]


def _medial_axis(polygon: Polygon) -> list[LineString]:
    """The Voronoi edges of the outline's points that lie inside, merged between junctions."""
    points = shapely.MultiPoint(shapely.get_coordinates(shapely.segmentize(polygon, _SPACING_PX)))
    edges = shapely.get_parts(shapely.voronoi_polygons(points, only_edges=True))
    ends = shapely.get_coordinates(edges).reshape(-1, 2, 2)
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, ends[..., 0], ends[..., 1]).all(axis=1)
    edges = edges[inside]
    edges = edges[shapely.contains(polygon, edges)]
    return _merged(list(edges))


def _merged(lines: Sequence[LineString]) -> list[LineString]:
    if not lines:
        return []
    return list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(lines)))))


def _without_spurs(lines: list[LineString], longest_px: float) -> list[LineString]:
    """Without branches that end nowhere and are short; where nothing else is left, the longest."""
    for _ in range(_PRUNING_PASSES):
        at = Counter(end for line in lines for end in _ends(line))
        kept = [
            line
            for line in lines
            if line.length >= longest_px or min(at[end] for end in _ends(line)) > 1
        ]
        if not kept:
            return [max(lines, key=lambda line: line.length)] if lines else []
        if len(kept) == len(lines):
            break
        lines = _merged(kept)
    return lines


def _reaching_out(lines: list[LineString], polygon: Polygon, width_px: float) -> list[LineString]:
    """Open ends prolonged to the outline, for with the fork at a dead end its road was cut too."""
    at = Counter(end for line in lines for end in _ends(line))
    longer: list[LineString] = []
    for line in lines:
        points = shapely.get_coordinates(line)
        if at[_ends(line)[0]] == 1:
            points = _prolonged(points[::-1], polygon, width_px)[::-1]
        if at[_ends(line)[1]] == 1:
            points = _prolonged(points, polygon, width_px)
        longer.append(LineString(points))
    return longer


def _prolonged(
    points: NDArray[np.float64], polygon: Polygon, width_px: float
) -> NDArray[np.float64]:
    """(N, 2) points of a line, and where its last stretch, gone on, meets the outline."""
    line = LineString(points)
    before = shapely.get_coordinates(line.interpolate(max(0.0, line.length - width_px)))[0]
    direction = points[-1] - before
    length = float(np.hypot(*direction))
    if length == 0.0:
        return points
    ray = LineString([points[-1], points[-1] + direction / length * width_px])
    ahead = shapely.get_parts(shapely.intersection(polygon, ray))
    first = min(ahead, key=lambda part: part.distance(shapely.Point(points[-1])))
    return np.vstack([points, shapely.get_coordinates(first)[-1:]])


def _ends(line: LineString) -> tuple[tuple[float, ...], tuple[float, ...]]:
    coordinates = shapely.get_coordinates(line)
    return tuple(coordinates[0].tolist()), tuple(coordinates[-1].tolist())
