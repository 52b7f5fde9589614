"""Right angles: edges that nearly follow a building's main directions are turned into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

# An edge within this angle of a main direction is turned; others (hips, bays) stay as they are.
_MOST_TURN_DEG = 25.0
# A squared outline that agrees less than this with the given one has lost the building's shape.
_LEAST_IOU = 0.85


@dataclass(frozen=True, slots=True)
class _Wall:
    """A stretch of outline on one line: through ``point``, along ``direction`` (unit vector)."""

    point: NDArray[np.float64]
    direction: NDArray[np.float64]
    turned: int  # 0: along the first main direction, 1: across it, -1: left free
    length: float


def squared(polygon: Polygon, tolerance: float) -> Polygon:
    """Turn a simplified outline's edges into its two main, perpendicular directions.

    The main direction is the length-weighted mean of the edges' angles modulo 90 degrees. Edges
    within 25 degrees of it keep their middle and are turned; successive edges that become parallel
    are merged where they lie within ``tolerance`` of each other and joined by a step otherwise.

    Args:
        polygon: valid, in any planar unit.
        tolerance: in that unit; also the shortest wall worth a step.

    Returns:
        A valid polygon with the holes squared too; the given one where squaring would change its
        shape (IoU below 0.85) or break it.
    """
    angle = _main_angle(polygon)
    shell = _squared_ring(polygon.exterior.coords, angle, tolerance)
    if shell is None:
        return polygon
    holes = [_squared_ring(ring.coords, angle, tolerance) for ring in polygon.interiors]
    rings = [
        ring if hole is None else hole for hole, ring in zip(holes, polygon.interiors, strict=True)
    ]
    candidate = Polygon(shell, rings)
    if not candidate.is_valid:
        return polygon
    shared = shapely.intersection(candidate, polygon).area
    union = candidate.area + polygon.area - shared
    return candidate if shared >= _LEAST_IOU * union else polygon


def _main_angle(polygon: Polygon) -> float:
    """Direction in radians, modulo a right angle, that most of the outline's length follows."""
    corners = np.asarray(polygon.exterior.coords)
    edges = np.diff(corners, axis=0)
    # Four times the angle makes directions a right angle apart the same; squared lengths let
    # the long walls speak.
    fourfold = 4.0 * np.arctan2(edges[:, 1], edges[:, 0])
    weights = (edges**2).sum(axis=1)
    return (
        float(np.arctan2((weights * np.sin(fourfold)).sum(), (weights * np.cos(fourfold)).sum()))
        / 4
    )


def _squared_ring(
    ring: Sequence[tuple[float, float]], angle: float, tolerance: float
) -> list[NDArray[np.float64]] | None:
    """The corners of a ring after turning its edges, or None where fewer than 3 walls are left."""
    walls = _merged(_walls(np.asarray(ring), angle), tolerance)
    if len(walls) < 3:
        return None
    corners: list[NDArray[np.float64]] = []
    for before, after in zip(walls, [*walls[1:], walls[0]], strict=True):
        corners.extend(_corners_between(before, after))
    return corners


def _walls(corners: NDArray[np.float64], angle: float) -> list[_Wall]:
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    walls: list[_Wall] = []
    for start, end in pairwise(corners):
        edge = end - start
        length = float(np.hypot(*edge))
        if length == 0.0:
            continue
        shares = np.abs([edge @ along, edge @ across]) / length
        turned = int(np.argmax(shares))
        if shares[turned] < np.cos(np.radians(_MOST_TURN_DEG)):
            walls.append(_Wall((start + end) / 2.0, edge / length, -1, length))
        else:
            walls.append(_Wall((start + end) / 2.0, (along, across)[turned], turned, length))
    return walls


def _merged(walls: list[_Wall], tolerance: float) -> list[_Wall]:
    """Successive walls that now run on (nearly) one line become one, until none is left to do."""
    index = 0
    unchanged = 0
    while len(walls) > 3 and unchanged < len(walls):
        index %= len(walls)
        follower = (index + 1) % len(walls)
        first, second = walls[index], walls[follower]
        if (
            first.turned >= 0
            and first.turned == second.turned
            and _apart(first, second) <= tolerance
        ):
            total = first.length + second.length
            point = (first.point * first.length + second.point * second.length) / total
            walls[index] = _Wall(point, first.direction, first.turned, total)
            del walls[follower]
            index -= follower < index
            unchanged = 0
        else:
            index += 1
            unchanged += 1
    return walls


def _apart(first: _Wall, second: _Wall) -> float:
    """Distance between two parallel walls' lines."""
    gap = second.point - first.point
    return float(abs(gap[0] * first.direction[1] - gap[1] * first.direction[0]))


def _corners_between(before: _Wall, after: _Wall) -> list[NDArray[np.float64]]:
    """Where two successive walls meet; two corners of a step where they are parallel."""
    cross = before.direction[0] * after.direction[1] - before.direction[1] * after.direction[0]
    gap = after.point - before.point
    if abs(cross) > 1e-6:
        along = (gap[0] * after.direction[1] - gap[1] * after.direction[0]) / cross
        return [before.point + along * before.direction]
    middle = before.point + (gap @ before.direction) * before.direction * (
        before.length / (before.length + after.length)
    )
    step = gap - (gap @ before.direction) * before.direction
    return [middle, middle + step]
