"""Where things stand: houses along the streets, behind them, and on farms outside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
from shapely import STRtree, box
from shapely.geometry import LineString

from learner.data.townscape.houses import build_house, build_shed, fill_plot
from learner.data.townscape.open_land import lay_fields, lay_lots, park, plant
from learner.data.townscape.plots import Ground
from learner.data.townscape.streets import Density, lay_roads, paved
from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Building, Layout, Rectangle, Road

Rng = np.random.Generator


def plan_town(
    rng: Rng,
    width_m: float,
    height_m: float,
    built: float | None = None,
    asphalt: float | None = None,
    style: Style = USUAL,
) -> Layout:
    """Plans a town of ``width_m`` × ``height_m``; the same generator state, the same town.

    Args:
        built: how built-up it is everywhere, 0 to 1; None gives it a centre and hamlets.
        asphalt: share of the roads that are wide and paved, 0 to 1; None leaves most to dust.
        style: of the region.
    """
    layout = Layout(width_m, height_m)
    if built is None:
        density = Density.draw(rng, width_m, height_m)
    else:
        density = Density.even(built, width_m, height_m)
    turn_rad = rng.uniform(0, math.pi / 2)
    layout.roads = lay_roads(rng, layout, density, turn_rad)
    if asphalt is not None:
        layout.roads = paved(rng, layout.roads, asphalt)
    surfaces = [LineString(r.points).buffer(r.width_m / 2) for r in layout.roads]
    ground = Ground(box(1.0, 1.0, width_m - 1.0, height_m - 1.0), STRtree(surfaces))
    if style.packed:
        _fill_plots(rng, layout, ground, density, turn_rad, style)
    for road in layout.roads:
        _line_with_houses(rng, layout, ground, density, road, style)
    _fill_blocks(rng, layout, ground, density, turn_rad, style)
    _scatter_compounds(rng, layout, ground, density, style)
    _add_sheds(rng, layout, ground)
    lay_fields(rng, layout, density, style)
    if style.lots:
        lay_lots(rng, layout, style)
    plant(rng, layout, ground, density, style)
    park(rng, layout, style)
    return layout


def _fill_plots(
    rng: Rng,
    layout: Layout,
    ground: Ground,
    density: Density,
    turn_rad: float,
    style: Style,
) -> None:
    """Blocks that are divided into plots, again and again, and built on from edge to edge."""
    block_m, crooked_rad = rng.uniform(24, 48), rng.choice([0.02, 0.15])
    reach = math.ceil(math.hypot(layout.width_m, layout.height_m) / block_m / 2) + 1
    whole = Rectangle(layout.width_m / 2, layout.height_m / 2, 0.0, 0.0, turn_rad)
    for column, row in product(range(-reach, reach + 1), repeat=2):
        ((x_m, y_m),) = whole.to_town(np.array([[column * block_m, row * block_m]])).tolist()
        if rng.random() > style.packed * density.at(x_m, y_m):
            continue
        block = Rectangle(x_m, y_m, block_m, block_m, turn_rad + rng.normal(0, crooked_rad))
        for plot in _plots(rng, block, rng.uniform(6, 16) * style.house_size):
            if rng.random() < 0.08:
                continue
            for share in (1.0, 0.75, 0.5):  # of a plot that a road or a neighbour cuts
                length_m, width_m = share * plot.length_m, share * plot.width_m
                if min(length_m, width_m) < 2.5:
                    break
                house = fill_plot(rng, length_m, width_m, style)
                placed = house.placed(plot.x_m, plot.y_m, plot.angle_rad)
                if _settle(rng, layout, ground, placed, 0.04):
                    break


def _plots(rng: Rng, block: Rectangle, side_m: float) -> Iterator[Rectangle]:
    """``block`` cut in two until no side is longer than about ``side_m``; a lane now and then."""
    if max(block.length_m, block.width_m) < side_m * rng.uniform(0.7, 1.4):
        gap_m = rng.choice([0.05, 0.3, 0.9])
        yield replace(block, length_m=block.length_m - gap_m, width_m=block.width_m - gap_m)
        return
    cut = rng.uniform(0.35, 0.65)
    lengthwise = block.length_m >= block.width_m
    for middle, share in ((cut / 2 - 0.5, cut), (cut / 2, 1 - cut)):
        at = (middle * block.length_m, 0.0) if lengthwise else (0.0, middle * block.width_m)
        ((x_m, y_m),) = block.to_town(np.array([at])).tolist()
        length_m = block.length_m * (share if lengthwise else 1)
        width_m = block.width_m * (1 if lengthwise else share)
        yield from _plots(rng, Rectangle(x_m, y_m, length_m, width_m, block.angle_rad), side_m)


def _line_with_houses(
    rng: Rng, layout: Layout, ground: Ground, density: Density, road: Road, style: Style
) -> None:
    line = LineString(road.points)
    for side in (-1, 1):
        at_m = rng.uniform(0, 10)
        while at_m < line.length - 1:
            here, ahead = line.interpolate(at_m), line.interpolate(at_m + 1)
            built = density.at(here.x, here.y)
            at_m += (rng.uniform(3, 7) + 18 * (1 - built) ** 2) * (1 - 0.6 * style.packed)
            inside = 0 < here.x < layout.width_m and 0 < here.y < layout.height_m
            if not inside or rng.random() > max(0.03, min(0.93, 1.3 * built)):
                continue
            along_rad = math.atan2(ahead.y - here.y, ahead.x - here.x)
            setback_m = rng.uniform(0.8, 3.0) + rng.exponential(5.0) * (1 - built)
            house = build_house(rng, built, style)
            away_m = side * (road.width_m / 2 + setback_m + house.depth_m / 2)
            x_m = here.x - away_m * math.sin(along_rad)
            y_m = here.y + away_m * math.cos(along_rad)
            placed = house.placed(x_m, y_m, along_rad + rng.normal(0, 0.05))
            gap_m = 0.25 + rng.exponential(0.8)
            _settle(rng, layout, ground, placed, gap_m * _apart(built, style))


def _fill_blocks(
    rng: Rng,
    layout: Layout,
    ground: Ground,
    density: Density,
    turn_rad: float,
    style: Style,
) -> None:
    """What stands behind the houses along the street."""
    tries = (1 + 5 * style.packed) * layout.width_m * layout.height_m / 45
    for _ in range(round(tries)):
        x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        built = density.at(x_m, y_m)
        if rng.random() > built**2:
            continue
        angle_rad = turn_rad + rng.integers(4) * math.pi / 2 + rng.normal(0, 0.1)
        house = build_house(rng, built, style)
        gap_m = 0.3 + rng.exponential(1.0)
        placed = house.placed(x_m, y_m, angle_rad)
        _settle(rng, layout, ground, placed, gap_m * _apart(built, style))


def _apart(built: float, style: Style) -> float:
    """Factor on the gaps between houses."""
    return 1 - 0.85 * style.packed * built


def _scatter_compounds(
    rng: Rng, layout: Layout, ground: Ground, density: Density, style: Style
) -> None:
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
            placed = build_house(rng, 0.0, style).placed(
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


def _settle(rng: Rng, layout: Layout, ground: Ground, building: Building, gap_m: float) -> bool:
    """Builds where there is room, with a yard, a wall or a slab beside it now and then."""
    if not ground.is_free(building.outline, gap_m):
        return False
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
        ((x_m, y_m),) = wing.to_town(np.array([[rng.uniform(-2, 2), aside_m]])).tolist()
        layout.slabs.append(
            Rectangle(x_m, y_m, rng.uniform(3, 8), rng.uniform(2.5, 5), wing.angle_rad)
        )
    if rng.random() < 0.12:
        longer = rng.uniform(6, 12)
        plot = Rectangle(
            wing.x_m, wing.y_m, wing.length_m + longer, wing.width_m + longer, wing.angle_rad
        )
        layout.walls.append(np.vstack([plot.corners(), plot.corners()[:1]])[rng.integers(2) :])
    return True
