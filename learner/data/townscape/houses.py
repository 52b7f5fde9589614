"""The houses of a town: their shapes, sizes and roofs, before they have a place."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import Polygon

from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Building, Rectangle, Roof

Rng = np.random.Generator

ROOFS = (
    Roof.TIN_GREY,
    Roof.TIN_RUST,
    Roof.TILES,
    Roof.TIN_BLUE,
    Roof.TIN_GREEN,
    Roof.CONCRETE,
    Roof.SHELL,
    Roof.THATCH,
    Roof.ROUND_THATCH,
)
_SHARES_IN_CENTRE = (0.31, 0.24, 0.13, 0.08, 0.04, 0.17, 0.02, 0.01, 0.00)
_SHARES_OUTSIDE = (0.26, 0.25, 0.03, 0.03, 0.01, 0.03, 0.07, 0.19, 0.13)
USUAL_SHARES = tuple((a + b) / 2 for a, b in zip(_SHARES_IN_CENTRE, _SHARES_OUTSIDE, strict=True))
"""Of ``ROOFS``, in town and outside of it alike."""
_CORNERS_OF_A_ROUND_HUT = 20


@dataclass(frozen=True, slots=True)
class House:
    """A building around the origin, its front along the x axis."""

    wings: tuple[Rectangle, ...]
    roof: Roof
    height_m: float
    depth_m: float
    seed: int

    def placed(self, x_m: float, y_m: float, angle_rad: float) -> Building:
        """This house with its origin at ``(x_m, y_m)``, turned by ``angle_rad``."""
        here = Rectangle(x_m, y_m, 0.0, 0.0, angle_rad)
        wings = []
        for wing in self.wings:
            ((wing_x_m, wing_y_m),) = here.to_town(np.array([[wing.x_m, wing.y_m]]))
            turned_rad = wing.angle_rad + angle_rad
            wings.append(Rectangle(wing_x_m, wing_y_m, wing.length_m, wing.width_m, turned_rad))
        outline = shapely.transform(_outline(self.wings, self.roof), here.to_town)
        return Building(tuple(wings), self.roof, self.height_m, outline, self.seed)


def build_house(rng: Rng, built: float, style: Style = USUAL) -> House:
    """A house as it is usual where the density is ``built`` (0 outskirts, 1 centre)."""
    shares = np.array(_SHARES_IN_CENTRE) * built + np.array(_SHARES_OUTSIDE) * (1 - built)
    if style.roofs is not None:
        shares = np.array(style.roofs)
    roof = ROOFS[rng.choice(len(ROOFS), p=shares / shares.sum())]
    seed = int(rng.integers(2**31))
    if roof is Roof.ROUND_THATCH:
        across_m = rng.uniform(3.6, 7.0)
        hut = Rectangle(0.0, 0.0, across_m, across_m, 0.0)
        return House((hut,), roof, rng.uniform(2.0, 3.0), across_m, seed)
    width_m = float(np.clip(rng.lognormal(1.93, 0.22), 4.0, 13.0)) * style.house_size
    length_m = width_m * rng.uniform(1.0, 2.1)
    if rng.random() < 0.04 and roof is not Roof.THATCH:  # a school, a hall, a market
        width_m, length_m = rng.uniform(9, 14), rng.uniform(22, 42)
    floors = 1 + (roof is Roof.CONCRETE) * int(rng.integers(0, style.floors))
    height_m = 2.6 * floors + rng.uniform(0.4, 1.6)
    wings = _wings(rng, length_m, width_m, plain=roof in (Roof.THATCH, Roof.SHELL))
    return House(wings, roof, height_m, width_m, seed)


def fill_plot(rng: Rng, length_m: float, width_m: float, style: Style) -> House:
    """A house that covers its plot from wall to wall."""
    roof = build_house(rng, 1.0, style).roof
    if roof is Roof.ROUND_THATCH:
        roof = Roof.TIN_RUST
    floors = 1 + (roof is Roof.CONCRETE) * int(rng.integers(0, style.floors))
    height_m = 2.4 * floors + rng.uniform(0.2, 1.6)
    wing = Rectangle(0.0, 0.0, max(length_m, width_m), min(length_m, width_m), 0.0)
    if width_m > length_m:
        wing = replace(wing, angle_rad=math.pi / 2)
    return House((wing,), roof, height_m, width_m, int(rng.integers(2**31)))


def build_shed(rng: Rng) -> House:
    """A latrine, kitchen or store of 3 to 12 m²."""
    width_m = rng.uniform(1.7, 3.0)
    wing = Rectangle(0.0, 0.0, width_m * rng.uniform(1.0, 1.6), width_m, 0.0)
    return House((wing,), Roof.SHED, rng.uniform(1.3, 2.0), width_m, int(rng.integers(2**31)))


def _wings(rng: Rng, length_m: float, width_m: float, *, plain: bool) -> tuple[Rectangle, ...]:
    """A bar, or an L or T: a second wing begins inside the first and reaches out to the back."""
    main = Rectangle(0.0, 0.0, length_m, width_m, 0.0)
    shape = rng.random()
    if plain or shape < 0.64 or length_m < 7:
        return (main,)
    wing_width_m = min(0.6 * length_m, width_m * rng.uniform(0.6, 0.95))
    out_m = rng.uniform(2.5, 7.0)
    reach_m = out_m + width_m / 2
    end_m = (length_m - wing_width_m) / 2
    x_m = rng.choice([-1, 1]) * end_m if shape < 0.88 else rng.uniform(-0.4, 0.4) * end_m
    side = -1 if rng.random() < 0.5 else 1
    second = Rectangle(x_m, side * reach_m / 2, reach_m, wing_width_m, math.pi / 2)
    return (main, second)


def _outline(wings: tuple[Rectangle, ...], roof: Roof) -> Polygon:
    if roof is Roof.ROUND_THATCH:
        turns = np.arange(_CORNERS_OF_A_ROUND_HUT) * 2 * math.pi / _CORNERS_OF_A_ROUND_HUT
        circle = np.column_stack([np.cos(turns), np.sin(turns)]) * wings[0].length_m / 2
        return Polygon(wings[0].to_town(circle))
    # The wings of an L share part of an edge up to rounding: a millimetre joins them.
    joined = shapely.unary_union([Polygon(wing.corners()) for wing in wings], grid_size=0.001)
    return joined.simplify(0.002)
