"""What is not built: fields, trees, shrubs and vehicles."""

from __future__ import annotations

import math

import numpy as np
from shapely import STRtree, points
from shapely.geometry import LineString, Point, Polygon

from learner.data.townscape.plots import Ground
from learner.data.townscape.streets import Density
from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Layout, Rectangle, Surface, Tree

Rng = np.random.Generator


def lay_fields(rng: Rng, layout: Layout, density: Density, style: Style = USUAL) -> None:
    """Fields (in metres of the town) where few people live, added to the layout."""
    for _ in range(round(style.fields * layout.width_m * layout.height_m / 15_000)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        if density.at(x_m, y_m) > 0.12 * style.fields:
            continue
        turn_rad = rng.uniform(0, math.pi)
        plot = Rectangle(x_m, y_m, 0, 0, turn_rad)
        for column in range(rng.integers(1, 4)):
            length_m, width_m = rng.uniform(16, 40), rng.uniform(12, 26)
            ((x_m, y_m),) = plot.to_town(np.array([[rng.normal(0, 2), column * 24.0]])).tolist()
            layout.fields.append(Rectangle(x_m, y_m, length_m, width_m, turn_rad))


def lay_lots(rng: Rng, layout: Layout, style: Style) -> None:
    """Yards and parking lots of all sizes, some with vehicles side by side."""
    for _ in range(rng.poisson(style.lots * layout.width_m * layout.height_m / 10_000)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        length_m, width_m = rng.uniform(5, 32), rng.uniform(4, 20)
        lot = Rectangle(x_m, y_m, length_m, width_m, rng.uniform(0, math.pi))
        layout.slabs.append(lot)
        if rng.random() < 0.3:
            step_m = rng.uniform(2.6, 3.4)
            for place in range(int(min(length_m, step_m * rng.integers(2, 9)) / step_m)):
                at = np.array([[(place + 0.5) * step_m - length_m / 2, 0.0]])
                ((x_m, y_m),) = lot.to_town(at).tolist()
                across_rad = lot.angle_rad + math.pi / 2 + rng.normal(0, 0.04)
                layout.vehicles.append(_vehicle(rng, x_m, y_m, across_rad))


def plant(rng: Rng, layout: Layout, ground: Ground, density: Density, style: Style = USUAL) -> None:
    """Trees in groves, along plots and close to houses, where crowns reach over the roofs."""
    area_m2 = layout.width_m * layout.height_m
    spots: list[tuple[float, float]] = []
    for _ in range(round(style.trees * area_m2 / 1500)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        count = 1 + rng.poisson(2.5 * (1 - density.at(x_m, y_m)))
        spread_m = rng.uniform(2, 11)
        spots += [
            (x_m + rng.normal(0, spread_m), y_m + rng.normal(0, spread_m)) for _ in range(count)
        ]
    for _ in range(rng.poisson(style.woods * area_m2 / 10_000) if style.woods else 0):
        middle = rng.uniform(0, 1, 2) * (layout.width_m, layout.height_m)
        grove = middle + rng.normal(0, rng.uniform(5, 16), (40, 2))
        spots += [(float(x), float(y)) for x, y in grove]
    for building in layout.buildings:
        if rng.random() < 0.55:
            edge = building.outline.exterior
            beside = edge.interpolate(rng.uniform(0, edge.length))
            spots.append((beside.x + rng.normal(0, 2.5), beside.y + rng.normal(0, 2.5)))
    for x_m, y_m in spots:
        radius_m = float(np.clip(rng.lognormal(0.65, 0.42), 0.8, 5.0)) * style.tree_size
        trunk = Point(x_m, y_m).buffer(0.5)
        if ground.is_free(trunk, gap_m=0.3, road_gap_m=0.3 * radius_m):
            layout.trees.append(Tree(x_m, y_m, radius_m))
    _add_shrubs(rng, layout, ground)


def _add_shrubs(rng: Rng, layout: Layout, ground: Ground) -> None:
    """Bushes and tall grass in patches; too many to ask about one by one."""
    patches = round(layout.width_m * layout.height_m / 1400)
    middles = rng.uniform(0, 1, (patches, 2)) * (layout.width_m, layout.height_m)
    spots = np.repeat(middles, 9, axis=0)
    spots = (
        spots + rng.normal(0, 1, spots.shape) * np.repeat(rng.uniform(2, 14, patches), 9)[:, None]
    )
    roofs = STRtree([building.outline for building in layout.buildings])
    taken = [
        tree.query(points(spots), predicate="dwithin", distance=0.7)[0]
        for tree in (ground.roads, roofs)
    ]
    for x_m, y_m in np.delete(spots, np.unique(np.concatenate(taken)), axis=0).tolist():
        layout.trees.append(Tree(x_m, y_m, float(rng.uniform(0.3, 0.95))))


def park(rng: Rng, layout: Layout, style: Style = USUAL) -> None:
    """Vehicles on and beside the roads, and some in yards."""
    for road in layout.roads:
        line = LineString(road.points)
        often_m = 45 if road.surface is Surface.PAVED else 130
        for _ in range(rng.poisson(style.vehicles * line.length / often_m)):
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
    roofs = STRtree([building.outline for building in layout.buildings])
    layout.vehicles = [
        v for v in layout.vehicles if not len(roofs.query(Polygon(v.corners()), "intersects"))
    ]


def _vehicle(rng: Rng, x_m: float, y_m: float, angle_rad: float) -> Rectangle:
    truck = rng.random() < 0.15
    length_m, width_m = (rng.uniform(6, 9), 2.4) if truck else (rng.uniform(3.7, 4.7), 1.8)
    return Rectangle(x_m, y_m, length_m, width_m, angle_rad)
