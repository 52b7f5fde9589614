"""Right angles: edges that nearly follow a building's main directions are turned into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

# An edge within this angle of a main direction is turned; others (hips, bays) stay as they are.
_MOST_TURN_DEG = 25.0
# A squared outline that agrees less than this with the given one has lost the building's shape.
_LEAST_IOU = 0.85
_LARGEST_PX = 2**20
"""Corners lie within this distance of the origin, so that each has a number of its own."""

Polygons = NDArray[np.object_]
Rings = NDArray[np.object_]
Point = tuple[float, float]


class _Wall(NamedTuple):
    """A stretch of outline on one line: through a point, along a unit vector."""

    x: float
    y: float
    along_x: float
    along_y: float
    turned: int  # 0: along the first main direction, 1: across it, -1: left free
    length: float


def squared(simple: Polygons, traced: Polygons, tolerance: NDArray[np.float64]) -> Polygons:
    """Turn simplified outlines' edges into their two main, perpendicular directions.

    Each simplified edge is first fitted, by least squares, to the stretch of the traced outline
    that it stands for: its ends are only two corners of a staircase. The main direction is the
    length-weighted mean of the fitted angles modulo 90 degrees. Edges within 25 degrees of it keep
    their place and are turned; successive edges that become parallel are merged where they lie
    within ``tolerance`` of each other and joined by a step otherwise.

    Args:
        simple: (N,) valid polygons, their corners a subset of those of ``traced``, ring by ring in
            the same direction.
        traced: (N,) the outlines before they were simplified, in pixels near the origin, with
            corners on the pixel grid.
        tolerance: (N,) in pixels; also the shortest wall worth a step.

    Returns:
        (N,) valid polygons with the holes squared too; that of ``simple`` where squaring would
        change its shape (IoU below 0.85) or break it.
    """
    if not len(simple):
        return simple
    rings, owner = shapely.get_rings(simple, return_index=True)
    stretches = _stretches(rings, shapely.get_rings(traced))
    angle = _main_angles(stretches, owner)
    corners, ring = _turned_corners(stretches, angle[owner], tolerance[owner], rings)
    candidates = shapely.polygons(shapely.linearrings(corners, indices=ring), indices=owner)
    found = simple.copy()
    sound = np.flatnonzero(shapely.is_valid(candidates))
    shared = shapely.area(shapely.intersection(candidates[sound], simple[sound]))
    union = shapely.area(candidates[sound]) + shapely.area(simple[sound]) - shared
    taken = sound[shared >= _LEAST_IOU * union]
    found[taken] = candidates[taken]
    return found


@dataclass(frozen=True, slots=True)
class _Stretches:
    """The traced stretches behind simplified edges, as fitted lines; all over (E,)."""

    ring: NDArray[np.int64]
    middle: NDArray[np.float64]  # (E, 2)
    angle: NDArray[np.float64]  # radians
    length: NDArray[np.float64]  # of the simplified edge


def _stretches(rings: Rings, traced: Rings) -> _Stretches:
    """Fit a line to the traced ring between each two successive corners of the simplified one."""
    corner, ring, following = _open(rings)
    point, ring_of_point, next_point = _open(traced)
    numbers = _numbers(point, ring_of_point)
    order = np.argsort(numbers)
    place = order[np.searchsorted(numbers[order], _numbers(corner, ring))]
    moments = _moments(point, point[next_point])
    start, end = place, place[following]
    summed = moments[end] - moments[start]
    # A stretch that passes its ring's first point: all of the ring but what lies between.
    first = np.searchsorted(ring_of_point, np.arange(len(traced) + 1))
    whole = moments[first[1:]] - moments[first[:-1]]
    summed += np.where((end <= start)[:, None], whole[ring], 0.0)
    length, x, y, xx, xy, yy = summed.T
    middle = np.column_stack([x, y]) / length[:, None]
    xx, xy, yy = xx / 12 - x * x / length, xy / 12 - x * y / length, yy / 12 - y * y / length
    return _Stretches(
        ring=ring,
        middle=middle,
        angle=0.5 * np.arctan2(2.0 * xy, xx - yy),
        length=np.hypot(*(corner[following] - corner).T),
    )


def _open(rings: Rings) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """(N, 2) corners, each once; the ring of each, and the index of the one after it."""
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    is_again = np.diff(ring, append=-1) != 0
    corners, ring = corners[~is_again], ring[~is_again]
    following = np.arange(1, len(ring) + 1)
    is_last = np.diff(ring, append=-1) != 0
    following[is_last] = np.flatnonzero(np.diff(ring, prepend=-1))
    return corners, ring, following


def _numbers(corners: NDArray[np.float64], ring: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each place of each ring."""
    column, row = np.rint(corners).astype(np.int64).T + _LARGEST_PX
    numbers: NDArray[np.int64] = (ring * 2 * _LARGEST_PX + column) * 2 * _LARGEST_PX + row
    return numbers


def _moments(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N + 1, 6) running line integrals along (N, 2) edges: of 1, x, y, and 12 times xx, xy, yy.

    On the pixel grid these are whole numbers, so that no sum depends on what came before it.
    """
    dx, dy = (end - start).T
    x, y = ((start + end) / 2.0).T
    integrands = [
        np.ones_like(x),
        x,
        y,
        12.0 * x * x + dx * dx,
        12.0 * x * y + dx * dy,
        12.0 * y * y + dy * dy,
    ]
    running = np.cumsum(np.column_stack(integrands) * np.hypot(dx, dy)[:, None], axis=0)
    return np.vstack([np.zeros(6), running])


def _main_angles(stretches: _Stretches, owner: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) direction in radians, modulo a right angle, that most of each shell's length follows."""
    is_shell = np.diff(owner, prepend=-1) > 0
    of_shell = is_shell[stretches.ring]
    polygon, angle = owner[stretches.ring[of_shell]], stretches.angle[of_shell]
    # Four times the angle makes directions a right angle apart the same; squared lengths let
    # the long walls speak.
    weights = stretches.length[of_shell] ** 2
    sine = np.bincount(polygon, weights * np.sin(4.0 * angle))
    cosine = np.bincount(polygon, weights * np.cos(4.0 * angle))
    return np.arctan2(sine, cosine) / 4.0


def _turned_corners(
    stretches: _Stretches,
    angle: NDArray[np.float64],
    tolerance: NDArray[np.float64],
    rings: Rings,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N, 2) corners of all rings after turning their edges, and the ring of each.

    A ring of which fewer than 3 walls are left keeps its corners.
    """
    corners: list[Point] = []
    ring: list[int] = []
    limits = tolerance.tolist()
    walls_of_rings = groupby(_walls(stretches, angle), key=itemgetter(0))
    for index, numbered in walls_of_rings:
        walls = _merged([wall for _, wall in numbered], limits[index])
        before = len(corners)
        if len(walls) < 3:
            corners.extend(shapely.get_coordinates(rings[index]).tolist())
        else:
            for wall, following in zip(walls, [*walls[1:], walls[0]], strict=True):
                corners.extend(_corners_between(wall, following))
        ring.extend([index] * (len(corners) - before))
    return np.array(corners), np.array(ring)


def _walls(stretches: _Stretches, angle: NDArray[np.float64]) -> Iterator[tuple[int, _Wall]]:
    """Each stretch turned into the main direction it nearly follows, or left as it was fitted.

    With the number of its ring.
    """
    quarter = np.pi / 2.0
    main = angle[stretches.ring]
    turns = np.round((stretches.angle - main) / quarter)
    away = np.abs(stretches.angle - main - turns * quarter)
    is_free = away > np.radians(_MOST_TURN_DEG)
    to = np.where(is_free, stretches.angle, main + turns * quarter)
    turned = np.where(is_free, -1, turns.astype(int) % 2)
    columns = (*stretches.middle.T, np.cos(to), np.sin(to), turned, stretches.length)
    walls = map(_Wall._make, zip(*(column.tolist() for column in columns), strict=True))
    return zip(stretches.ring.tolist(), walls, strict=True)


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
            x = (first.x * first.length + second.x * second.length) / total
            y = (first.y * first.length + second.y * second.length) / total
            walls[index] = first._replace(x=x, y=y, length=total)
            del walls[follower]
            index -= follower < index
            unchanged = 0
        else:
            index += 1
            unchanged += 1
    return walls


def _apart(first: _Wall, second: _Wall) -> float:
    """Distance between two parallel walls' lines."""
    gap_x, gap_y = second.x - first.x, second.y - first.y
    return abs(gap_x * first.along_y - gap_y * first.along_x)


def _corners_between(before: _Wall, after: _Wall) -> list[Point]:
    """Where two successive walls meet; two corners of a step where they are parallel."""
    cross = before.along_x * after.along_y - before.along_y * after.along_x
    gap_x, gap_y = after.x - before.x, after.y - before.y
    if abs(cross) > 1e-6:
        along = (gap_x * after.along_y - gap_y * after.along_x) / cross
        return [(before.x + along * before.along_x, before.y + along * before.along_y)]
    forward = gap_x * before.along_x + gap_y * before.along_y
    share = forward * before.length / (before.length + after.length)
    x, y = before.x + share * before.along_x, before.y + share * before.along_y
    step_x, step_y = gap_x - forward * before.along_x, gap_y - forward * before.along_y
    return [(x, y), (x + step_x, y + step_y)]
