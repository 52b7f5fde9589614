"""Where a town is dense, and the streets and tracks that lead through it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from learner.data.townscape.things import Layout, Points, Road, Surface

Rng = np.random.Generator
_STEP_M = 8.0


@dataclass(frozen=True, slots=True)
class Density:
    """How built-up a place is, 0 to 1: a centre, and a hamlet or two beside it."""

    centres: tuple[tuple[float, float, float, float], ...]  # x_m, y_m, radius_m, weight

    @classmethod
    def draw(cls, rng: Rng, width_m: float, height_m: float) -> Density:
        side_m = min(width_m, height_m)
        x_m, y_m = rng.uniform(0.42, 0.58, 2) * (width_m, height_m)
        centres = [(float(x_m), float(y_m), 0.25 * side_m, 1.0)]
        for _ in range(2):
            turn = rng.uniform(0, 2 * math.pi)
            away_m = rng.uniform(0.36, 0.46) * side_m
            hamlet_x_m, hamlet_y_m = x_m + away_m * math.cos(turn), y_m + away_m * math.sin(turn)
            centres.append((float(hamlet_x_m), float(hamlet_y_m), 0.08 * side_m, 0.55))
        return cls(tuple(centres))

    @classmethod
    def even(cls, built: float, width_m: float, height_m: float) -> Density:
        """The same nearly everywhere, as in a part of a larger town."""
        return cls(((width_m / 2, height_m / 2, 4 * max(width_m, height_m), built),))

    def at(self, x_m: float, y_m: float) -> float:
        return max(
            weight * math.exp(-(((x_m - cx) ** 2 + (y_m - cy) ** 2) / radius**2))
            for cx, cy, radius, weight in self.centres
        )


def lay_roads(rng: Rng, layout: Layout, density: Density, turn_rad: float) -> list[Road]:
    """Two main roads over the first centre, streets beside them, and tracks; in metres."""
    cx, cy, radius_m, _ = density.centres[0]
    reach_m = math.hypot(layout.width_m, layout.height_m)
    main = _curve(rng, cx, cy, turn_rad, reach_m, bend_m=0.05 * reach_m)
    cross = _curve(rng, cx, cy, turn_rad + math.pi / 2 + rng.normal(0, 0.12), reach_m, 20.0)
    roads = [Road(main, 7.5, Surface.PAVED), Road(cross, 5.5, Surface.DIRT)]
    for across in (0.0, math.pi / 2):
        offset_m = rng.uniform(30, 45)
        while offset_m < 1.6 * radius_m:
            for sign in (-1, 1):
                roads += _street(rng, density, turn_rad + across, sign * offset_m, reach_m)
            offset_m += rng.uniform(34, 58)
    for _ in range(max(2, round(layout.width_m * layout.height_m / 90_000))):
        roads.append(_track(rng, layout, density))
    return roads


def paved(rng: Rng, roads: list[Road], share: float) -> list[Road]:
    """The roads with about this ``share`` of them under asphalt, and wider, as in richer places."""
    return [
        replace(road, width_m=road.width_m * rng.uniform(1.2, 2.0), surface=Surface.PAVED)
        if rng.random() < share
        else road
        for road in roads
    ]


def _curve(
    rng: Rng, x_m: float, y_m: float, turn_rad: float, reach_m: float, bend_m: float
) -> Points:
    along = np.arange(-reach_m, reach_m, _STEP_M)
    aside = bend_m * np.sin(along / reach_m * math.pi * rng.uniform(0.8, 1.6))
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    return np.column_stack([x_m + along * cos - aside * sin, y_m + along * sin + aside * cos])


def _street(
    rng: Rng, density: Density, turn_rad: float, offset_m: float, reach_m: float
) -> list[Road]:
    """The built-up stretches of a side street parallel to a main one."""
    cx, cy, _, _ = density.centres[0]
    x_m = cx - offset_m * math.sin(turn_rad)
    y_m = cy + offset_m * math.cos(turn_rad)
    places = _curve(rng, x_m, y_m, turn_rad + rng.normal(0, 0.03), reach_m, rng.normal(0, 9))
    least = rng.uniform(0.18, 0.4)
    built = [density.at(*point) > least for point in places]
    width_m = rng.uniform(2.6, 4.6)
    surface = Surface.PAVED if rng.random() < 0.15 else Surface.DIRT
    stretches: list[Road] = []
    start = None
    for index, inside in enumerate([*built, False]):
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            if index - start > 3 and rng.random() < 0.85:
                stretches.append(Road(places[start:index], width_m, surface))
            start = None
    return stretches


def _track(rng: Rng, layout: Layout, density: Density) -> Road:
    """A dirt track that wanders from a built-up place to the edge."""
    cx, cy, radius_m, _ = density.centres[rng.integers(len(density.centres))]
    heading = rng.uniform(0, 2 * math.pi)
    at = np.array([cx, cy]) + 0.3 * radius_m * np.array([math.cos(heading), math.sin(heading)])
    places = [at.copy()]
    drift = 0.0
    while 0 <= at[0] <= layout.width_m and 0 <= at[1] <= layout.height_m and len(places) < 300:
        drift = 0.8 * drift + rng.normal(0, 0.07)
        heading += drift
        at = at + _STEP_M * np.array([math.cos(heading), math.sin(heading)])
        places.append(at)
    return Road(np.array([*places, at + 1.0]), rng.uniform(1.6, 2.8), Surface.DIRT)
