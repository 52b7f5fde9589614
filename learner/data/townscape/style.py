"""How one region differs from another: how close roofs stand, of what they are, ground and light.

The usual style is that of the built-in demo. A starting model has to know more of the world than
one place, so its lessons draw a style for each town.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Style:
    """One region's look; the defaults change nothing.

    Attributes:
        packed: 0 to 1; at 1 houses stand wall to wall wherever it is built-up.
        house_size: factor on the sides of houses.
        roofs: how often each of ``houses.ROOFS`` is built, instead of what is usual; sums to 1.
        floors: most floors of a house of concrete.
        roof_tint: spread of each roof's colour, as a share of it; 0 leaves it to its kind.
        clutter: how much stands on flat roofs and lies about, 0 to 1.
        green: shift of the ground towards grass, in spreads of its noise.
        ground_saturation: factor on the ground's colours, 0 is grey.
        ground_light: factors on its red, green and blue.
        rough: factor on the ground's grain; smooth ground looks like a roof.
        fields: factor on how many there are.
        furrows: factor on how much their rows show.
        sharp: share of the fields that are bare and have edges like a roof's.
        lots: paved or swept yards and parking lots on a hectare.
        vehicles: factor on how many stand about.
        trees, tree_size: factors on how many there are and on their radius.
        woods: groves of some forty trees on a hectare.
        lean: metres east and south by which the top of a thing one metre high is seen aside of its
            foot: walls show on the other side.
        blur_px: least and most blur of the camera.
        vivid: factor on all colours' saturation in the photograph.
        tint: factors on its red, green and blue.
    """

    packed: float = 0.0
    house_size: float = 1.0
    roofs: tuple[float, ...] | None = None
    floors: int = 3
    roof_tint: float = 0.0
    clutter: float = 0.0
    green: float = 0.0
    ground_saturation: float = 1.0
    ground_light: tuple[float, float, float] = (1.0, 1.0, 1.0)
    rough: float = 1.0
    fields: float = 1.0
    furrows: float = 1.0
    sharp: float = 0.0
    lots: float = 0.0
    vehicles: float = 1.0
    trees: float = 1.0
    tree_size: float = 1.0
    woods: float = 0.0
    lean: tuple[float, float] = (0.0, 0.0)
    blur_px: tuple[float, float] = (0.55, 0.8)
    vivid: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)


USUAL = Style()


def draw_style(rng: Rng, usual_roofs: tuple[float, ...]) -> Style:
    """Any region; no two of its qualities hang together but by chance.

    Args:
        rng: the only source of chance.
        usual_roofs: shares of the kinds of roofs that styles vary around.
    """
    lean, turn = rng.uniform(0.0, 0.35), rng.uniform(0, 2 * math.pi)
    roofs = rng.dirichlet(5.0 * np.array(usual_roofs) + 0.15)
    sharpest = rng.uniform(0.4, 1.1)
    return Style(
        packed=float(rng.choice([0.0, rng.uniform(0.3, 1.0)])),
        house_size=rng.uniform(0.75, 1.35),
        roofs=tuple(roofs.tolist()),
        floors=int(rng.integers(2, 6)),
        roof_tint=rng.uniform(0.0, 0.1),
        clutter=rng.uniform(0.0, 1.0),
        green=rng.uniform(-1.2, 1.2),
        ground_saturation=rng.uniform(0.25, 1.3),
        ground_light=_three(rng, 0.08, rng.uniform(0.65, 1.15)),
        rough=rng.uniform(0.1, 1.2),
        fields=rng.uniform(0.0, 6.0),
        furrows=rng.uniform(0.2, 2.5),
        sharp=rng.uniform(0.0, 1.0),
        lots=rng.uniform(0.0, 8.0),
        vehicles=rng.uniform(0.5, 3.0),
        trees=rng.uniform(0.4, 4.0),
        tree_size=rng.uniform(0.8, 1.8),
        woods=max(0.0, rng.uniform(-2.0, 6.0)),
        lean=(lean * math.cos(turn), lean * math.sin(turn)),
        blur_px=(sharpest, sharpest + rng.uniform(0.1, 0.5)),
        vivid=rng.uniform(0.6, 1.4),
        tint=_three(rng, 0.06, rng.uniform(0.8, 1.1)),
    )


def _three(rng: Rng, spread: float, level: float) -> tuple[float, float, float]:
    red, green, blue = (level * (1 + rng.normal(0, spread, 3))).tolist()
    return red, green, blue
