"""Where things stand: streets from a dense centre outwards, and what lines them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from shapely import STRtree, box
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from learner.data.townscape.houses import build_house, build_shed
from learner.data.townscape.things import (
    Building,
    Layout,
    Points,
    Rectangle,
    Road,
    Surface,
    Tree,
)

Rng = np.random.Generator
_CELL_M = 30.0
_STEP_M = 8.0


@dataclass(frozen=True, slots=True)
class Density:
    """How built-up a place is, 0 to 1: a centre, and a hamlet or two beside it."""

    centres: tuple[tuple[float, float, float, float], ...]  # x_m, y_m, radius_m, weight

    @classmethod
    def draw(cls, rng: Rng, width_m: float, height_m: float) -> Density:
        side_m = min(width_m, height_m)
        x_m, y_m = rng.uniform(0.4, 0.6, 2) * (width_m, height_m)
        centres = [(float(x_m), float(y_m), 0.25 * side_m, 1.0)]
        for _ in range(2):
            turn = rng.uniform(0, 2 * math.pi)
            away_m = rng.uniform(0.36, 0.46) * side_m
            hamlet_x_m, hamlet_y_m = x_m + away_m * math.cos(turn), y_m + away_m * math.sin(turn)
            centres.append((float(hamlet_x_m), float(hamlet_y_m), 0.08 * side_m, 0.55))
        return cls(tuple(centres))

    def at(self, x_m: float, y_m: float) -> float:
        return max(
            weight * math.exp(-(((x_m - cx) ** 2 + (y_m - cy) ** 2) / radius**2))
            for cx, cy, radius, weight in self.centres
        )


@dataclass(slots=True)
class Ground:
    """What is taken already, so that no two buildings touch and none stands on a road."""

    extent: Polygon
    roads: STRtree
    cells: dict[tuple[int, int], list[Polygon]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, outline: Polygon, gap_m: float, road_gap_m: float = 0.4) -> bool:
        if not self.extent.contains(outline):
            return False
        grown = outline.buffer(road_gap_m, join_style="mitre")
        if len(self.roads.query(grown, predicate="intersects")):
            return False
        return all(outline.distance(other) >= gap_m for other in self.near(outline, gap_m))

    def take(self, outline: Polygon) -> None:
        for cell in _cells(outline.bounds, 0.0):
            self.cells[cell].append(outline)

    def near(self, outline: Polygon, gap_m: float) -> Iterator[Polygon]:
        for cell in _cells(outline.bounds, gap_m):
            yield from self.cells.get(cell, ())


def _cells(bounds: tuple[float, float, float, float], grown_m: float) -> Iterator[tuple[int, int]]:
    west, north, east, south = bounds
    for column in range(int((west - grown_m) // _CELL_M), int((east + grown_m) // _CELL_M) + 1):
        for row in range(int((north - grown_m) // _CELL_M), int((south + grown_m) // _CELL_M) + 1):
            yield column, row


def plan_town(rng: Rng, width_m: float, height_m: float) -> Layout:
    """Plans a town of ``width_m`` × ``height_m``; the same generator state, the same town."""
    layout = Layout(width_m, height_m)
    density = Density.draw(rng, width_m, height_m)
    turn_rad = rng.uniform(0, math.pi / 2)
    layout.roads = _roads(rng, layout, density, turn_rad)
    surfaces = [LineString(r.points).buffer(r.width_m / 2) for r in layout.roads]
    ground = Ground(box(1.0, 1.0, width_m - 1.0, height_m - 1.0), STRtree(surfaces))
    for road in layout.roads:
        _line_with_houses(rng, layout, ground, density, road)
    _fill_blocks(rng, layout, ground, density, turn_rad)
    _scatter_compounds(rng, layout, ground, density)
    _add_sheds(rng, layout, ground)
    _lay_fields(rng, layout, density)
    _plant(rng, layout, ground, density)
    _park(rng, layout, ground)
    return layout


# --- streets ---------------------------------------------------------------------------------


def _roads(rng: Rng, layout: Layout, density: Density, turn_rad: float) -> list[Road]:
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
    points = _curve(rng, x_m, y_m, turn_rad + rng.normal(0, 0.03), reach_m, rng.normal(0, 9))
    least = rng.uniform(0.18, 0.4)
    built = [density.at(*point) > least for point in points]
    width_m = rng.uniform(2.6, 4.6)
    surface = Surface.PAVED if rng.random() < 0.15 else Surface.DIRT
    stretches: list[Road] = []
    start = None
    for index, inside in enumerate([*built, False]):
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            if index - start > 3 and rng.random() < 0.85:
                stretches.append(Road(points[start:index], width_m, surface))
            start = None
    return stretches


def _track(rng: Rng, layout: Layout, density: Density) -> Road:
    """A dirt track that wanders from a built-up place to the edge."""
    cx, cy, radius_m, _ = density.centres[rng.integers(len(density.centres))]
    heading = rng.uniform(0, 2 * math.pi)
    at = np.array([cx, cy]) + 0.3 * radius_m * np.array([math.cos(heading), math.sin(heading)])
    points = [at.copy()]
    drift = 0.0
    while 0 <= at[0] <= layout.width_m and 0 <= at[1] <= layout.height_m and len(points) < 300:
        drift = 0.8 * drift + rng.normal(0, 0.07)
        heading += drift
        at = at + _STEP_M * np.array([math.cos(heading), math.sin(heading)])
        points.append(at)
    return Road(np.array([*points, at + 1.0]), rng.uniform(1.6, 2.8), Surface.DIRT)


# --- buildings -------------------------------------------------------------------------------


def _line_with_houses(
    rng: Rng, layout: Layout, ground: Ground, density: Density, road: Road
) -> None:
    line = LineString(road.points)
    for side in (-1, 1):
        at_m = rng.uniform(0, 10)
        while at_m < line.length - 1:
            here, ahead = line.interpolate(at_m), line.interpolate(at_m + 1)
            built = density.at(here.x, here.y)
            at_m += rng.uniform(7, 13) + 14 * (1 - built) ** 2
            inside = 0 < here.x < layout.width_m and 0 < here.y < layout.height_m
            if not inside or rng.random() > max(0.03, min(0.93, 1.5 * built)):
                continue
            along_rad = math.atan2(ahead.y - here.y, ahead.x - here.x)
            setback_m = rng.uniform(0.8, 3.0) + rng.exponential(5.0) * (1 - built)
            house = build_house(rng, built)
            away_m = side * (road.width_m / 2 + setback_m + house.depth_m / 2)
            x_m = here.x - away_m * math.sin(along_rad)
            y_m = here.y + away_m * math.cos(along_rad)
            placed = house.placed(x_m, y_m, along_rad + rng.normal(0, 0.05))
            _settle(rng, layout, ground, placed, gap_m=rng.uniform(0.3, 2.5))


def _fill_blocks(
    rng: Rng, layout: Layout, ground: Ground, density: Density, turn_rad: float
) -> None:
    """What stands behind the houses along the street."""
    for _ in range(round(layout.width_m * layout.height_m / 160)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        built = density.at(x_m, y_m)
        if rng.random() > built**2:
            continue
        angle_rad = turn_rad + rng.integers(4) * math.pi / 2 + rng.normal(0, 0.1)
        house = build_house(rng, built)
        _settle(rng, layout, ground, house.placed(x_m, y_m, angle_rad), rng.uniform(0.5, 3.0))


def _scatter_compounds(rng: Rng, layout: Layout, ground: Ground, density: Density) -> None:
    """Farms on the outskirts: a swept yard with one to four buildings around it."""
    for _ in range(round(layout.width_m * layout.height_m / 14_000)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        if density.at(x_m, y_m) > 0.25:
            continue
        turn_rad = rng.uniform(0, math.pi)
        yard = Rectangle(x_m, y_m, rng.uniform(14, 26), rng.uniform(12, 20), turn_rad)
        layout.yards.append(yard)
        for quarter in range(rng.integers(1, 5)):
            angle_rad = turn_rad + quarter * math.pi / 2
            away_m = rng.uniform(5, 9)
            placed = build_house(rng, 0.0).placed(
                x_m + away_m * math.cos(angle_rad),
                y_m + away_m * math.sin(angle_rad),
                angle_rad + math.pi / 2 + rng.normal(0, 0.15),
            )
            _settle(rng, layout, ground, placed, gap_m=1.5)


def _add_sheds(rng: Rng, layout: Layout, ground: Ground) -> None:
    """Latrines, kitchens and stores: small, near a house, hardly brighter than the ground."""
    for house in list(layout.buildings):
        if rng.random() > 0.3:
            continue
        turn = rng.uniform(0, 2 * math.pi)
        middle = house.outline.representative_point()
        away_m = rng.uniform(5, 15)
        x_m, y_m = middle.x + away_m * math.cos(turn), middle.y + away_m * math.sin(turn)
        shed = build_shed(rng).placed(x_m, y_m, house.wings[0].angle_rad + rng.normal(0, 0.3))
        _settle(rng, layout, ground, shed, gap_m=0.7)


def _settle(rng: Rng, layout: Layout, ground: Ground, building: Building, gap_m: float) -> None:
    """Builds where there is room, with a yard, a wall or a slab beside it now and then."""
    if not ground.is_free(building.outline, gap_m):
        return
    ground.take(building.outline)
    layout.buildings.append(building)
    wing = building.wings[0]
    if rng.random() < 0.5:
        longer, wider = rng.uniform(4, 10, 2)
        x_m, y_m = wing.x_m + rng.normal(0, 2), wing.y_m + rng.normal(0, 2)
        layout.yards.append(
            Rectangle(x_m, y_m, wing.length_m + longer, wing.width_m + wider, wing.angle_rad)
        )
    if rng.random() < 0.22:
        aside_m = wing.width_m / 2 + rng.uniform(2, 4)
        (spot,) = wing.to_town(np.array([[rng.uniform(-2, 2), aside_m]]))
        layout.slabs.append(
            Rectangle(*spot, rng.uniform(3, 8), rng.uniform(2.5, 5), wing.angle_rad)
        )
    if rng.random() < 0.12:
        longer = rng.uniform(6, 12)
        plot = Rectangle(
            wing.x_m, wing.y_m, wing.length_m + longer, wing.width_m + longer, wing.angle_rad
        )
        layout.walls.append(np.vstack([plot.corners(), plot.corners()[:1]])[rng.integers(2) :])


# --- what is not built -----------------------------------------------------------------------


def _lay_fields(rng: Rng, layout: Layout, density: Density) -> None:
    for _ in range(round(layout.width_m * layout.height_m / 22_000)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        if density.at(x_m, y_m) > 0.12:
            continue
        turn_rad = rng.uniform(0, math.pi)
        plot = Rectangle(x_m, y_m, 0, 0, turn_rad)
        for column in range(rng.integers(1, 4)):
            length_m, width_m = rng.uniform(16, 40), rng.uniform(12, 26)
            (spot,) = plot.to_town(np.array([[rng.normal(0, 2), column * 24.0]]))
            layout.fields.append(Rectangle(*spot, length_m, width_m, turn_rad))


def _plant(rng: Rng, layout: Layout, ground: Ground, density: Density) -> None:
    """Trees in groves, along plots and close to houses, where crowns reach over the roofs."""
    area_m2 = layout.width_m * layout.height_m
    spots: list[tuple[float, float]] = []
    for _ in range(round(area_m2 / 2600)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        count = 1 + rng.poisson(2.5 * (1 - density.at(x_m, y_m)))
        spread_m = rng.uniform(2, 11)
        spots += [
            (x_m + rng.normal(0, spread_m), y_m + rng.normal(0, spread_m)) for _ in range(count)
        ]
    for building in layout.buildings:
        if rng.random() < 0.55:
            edge = building.outline.exterior
            beside = edge.interpolate(rng.uniform(0, edge.length))
            spots.append((beside.x + rng.normal(0, 2.5), beside.y + rng.normal(0, 2.5)))
    for x_m, y_m in spots:
        radius_m = float(np.clip(rng.lognormal(0.65, 0.42), 0.8, 5.0))
        trunk = Point(x_m, y_m).buffer(0.5)
        if ground.is_free(trunk, gap_m=0.3, road_gap_m=0.3 * radius_m):
            layout.trees.append(Tree(x_m, y_m, radius_m))


def _park(rng: Rng, layout: Layout, ground: Ground) -> None:
    """Vehicles on and beside the roads, and some in yards."""
    for road in layout.roads:
        line = LineString(road.points)
        often_m = 45 if road.surface is Surface.PAVED else 130
        for _ in range(rng.poisson(line.length / often_m)):
            at_m = rng.uniform(0, line.length - 1)
            here, ahead = line.interpolate(at_m), line.interpolate(at_m + 1)
            along_rad = math.atan2(ahead.y - here.y, ahead.x - here.x)
            aside_m = rng.choice([-0.25, 0.25, 0.55]) * road.width_m
            x_m, y_m = (
                here.x - aside_m * math.sin(along_rad),
                here.y + aside_m * math.cos(along_rad),
            )
            layout.vehicles.append(_vehicle(rng, x_m, y_m, along_rad + rng.normal(0, 0.06)))
    layout.vehicles += [
        _vehicle(rng, yard.x_m + yard.length_m / 2, yard.y_m, rng.uniform(0, math.pi))
        for yard in layout.yards
        if rng.random() < 0.12
    ]
    roofs = unary_union([building.outline for building in layout.buildings])
    tree = STRtree(getattr(roofs, "geoms", [roofs]))
    layout.vehicles = [
        v for v in layout.vehicles if not len(tree.query(Polygon(v.corners()), "intersects"))
    ]


def _vehicle(rng: Rng, x_m: float, y_m: float, angle_rad: float) -> Rectangle:
    truck = rng.random() < 0.15
    length_m, width_m = (rng.uniform(6, 9), 2.4) if truck else (rng.uniform(3.7, 4.7), 1.8)
    return Rectangle(x_m, y_m, length_m, width_m, angle_rad)
