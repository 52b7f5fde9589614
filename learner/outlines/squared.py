"""Right angles: edges that nearly follow a building's main directions are turned into them."""

from __future__ import annotations

from dataclasses import dataclass

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


def squared(simple: Polygon, traced: Polygon, tolerance: float) -> Polygon:
    """Turn a simplified outline's edges into its two main, perpendicular directions.

    Each simplified edge is first fitted, by least squares, to the stretch of the traced outline
    that it stands for: its ends are only two corners of a staircase. The main direction is the
    length-weighted mean of the fitted angles modulo 90 degrees. Edges within 25 degrees of it keep
    their place and are turned; successive edges that become parallel are merged where they lie
    within ``tolerance`` of each other and joined by a step otherwise.

    Args:
        simple: valid, its corners a subset of ``traced``'s, ring by ring in the same direction.
        traced: the outline before it was simplified, in the same planar unit.
        tolerance: in that unit; also the shortest wall worth a step.

    Returns:
        A valid polygon with the holes squared too; ``simple`` where squaring would change its
        shape (IoU below 0.85) or break it.
    """
    rings = [shapely.get_coordinates(ring) for ring in (simple.exterior, *simple.interiors)]
    originals = [shapely.get_coordinates(ring) for ring in (traced.exterior, *traced.interiors)]
    stretches = [_stretches(*pair) for pair in zip(rings, originals, strict=True)]
    angle = _main_angle(stretches[0])
    squared_rings = [
        _squared_ring(stretch, angle, tolerance) or ring
        for stretch, ring in zip(stretches, rings, strict=True)
    ]
    candidate = Polygon(squared_rings[0], squared_rings[1:])
    if not candidate.is_valid:
        return simple
    shared = shapely.intersection(candidate, simple).area
    union = candidate.area + simple.area - shared
    return candidate if shared >= _LEAST_IOU * union else simple


@dataclass(frozen=True, slots=True)
class _Stretches:
    """The traced stretches behind a ring's simplified edges, as fitted lines; all over (E,)."""

    middle: NDArray[np.float64]  # (E, 2)
    angle: NDArray[np.float64]  # radians
    length: NDArray[np.float64]  # of the simplified edge


def _stretches(corners: NDArray[np.float64], traced: NDArray[np.float64]) -> _Stretches:
    """Fit a line to the traced ring between each two successive corners of the simplified one."""
    place = {tuple(point): index for index, point in enumerate(traced[:-1].tolist())}
    first = place[tuple(corners[0].tolist())]
    at = np.array([place[tuple(corner)] - first for corner in corners.tolist()])
    at %= len(traced) - 1
    at[-1] = len(traced) - 1
    moments = _moments(np.roll(traced[:-1], -first, axis=0))
    length, x, y, xx, xy, yy = (moments[at[1:]] - moments[at[:-1]]).T
    middle = np.column_stack([x, y]) / length[:, None]
    xx, xy, yy = xx - x * x / length, xy - x * y / length, yy - y * y / length
    return _Stretches(
        middle=middle,
        angle=0.5 * np.arctan2(2.0 * xy, xx - yy),
        length=np.hypot(*np.diff(corners, axis=0).T),
    )


def _moments(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N + 1, 6) running line integrals of 1, x, y, xx, xy, yy along the closed (N, 2) points."""
    edge = np.roll(points, -1, axis=0) - points
    length = np.hypot(*edge.T)
    x, y = (points + edge / 2.0).T
    dx, dy = edge.T
    integrands = [
        np.ones_like(x),
        x,
        y,
        x * x + dx * dx / 12.0,
        x * y + dx * dy / 12.0,
        y * y + dy * dy / 12.0,
    ]
    running = np.cumsum(np.column_stack(integrands) * length[:, None], axis=0)
    return np.vstack([np.zeros(6), running])


def _main_angle(shell: _Stretches) -> float:
    """Direction in radians, modulo a right angle, that most of the outline's length follows."""
    # Four times the angle makes directions a right angle apart the same; squared lengths let
    # the long walls speak.
    weights = shell.length**2
    sine = float((weights * np.sin(4.0 * shell.angle)).sum())
    cosine = float((weights * np.cos(4.0 * shell.angle)).sum())
    return float(np.arctan2(sine, cosine)) / 4.0


def _squared_ring(
    stretches: _Stretches, angle: float, tolerance: float
) -> list[NDArray[np.float64]] | None:
    """The corners of a ring after turning its edges, or None where fewer than 3 walls are left."""
    walls = _merged(_walls(stretches, angle), tolerance)
    if len(walls) < 3:
        return None
    corners: list[NDArray[np.float64]] = []
    for before, after in zip(walls, [*walls[1:], walls[0]], strict=True):
        corners.extend(_corners_between(before, after))
    return corners


def _walls(stretches: _Stretches, angle: float) -> list[_Wall]:
    """Each stretch turned into the main direction it nearly follows, or left as it was fitted."""
    quarter = np.pi / 2.0
    turns = np.round((stretches.angle - angle) / quarter)
    off = np.abs(stretches.angle - angle - turns * quarter)
    walls: list[_Wall] = []
    for middle, own, turn, away, length in zip(
        stretches.middle, stretches.angle, turns, off, stretches.length, strict=True
    ):
        turned = -1 if away > np.radians(_MOST_TURN_DEG) else int(turn) % 2
        to = own if turned < 0 else angle + turned * quarter
        walls.append(_Wall(middle, np.array([np.cos(to), np.sin(to)]), turned, float(length)))
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
