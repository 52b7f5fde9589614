"""Walls of houses, which a camera sees that is not right above them."""

from __future__ import annotations

import numpy as np

from learner.data.townscape.canvas import Canvas, Colour, Rng
from learner.data.townscape.things import Building, Points

PLASTER: tuple[Colour, ...] = (
    (206, 200, 190),
    (172, 160, 146),
    (186, 112, 88),
    (214, 160, 168),
    (150, 176, 186),
    (214, 190, 130),
    (136, 130, 124),
)
_GLASS: Colour = (58, 60, 66)


def show_walls(
    rng: Rng, canvas: Canvas, building: Building, outline: Points, lean: tuple[float, float]
) -> None:
    """The walls that a camera off to one side sees beside a roof, with a row of windows a floor."""
    foot = np.array(lean) * -building.height_m
    ahead = np.roll(outline, -1, axis=0)
    plaster = np.array(PLASTER[rng.integers(len(PLASTER))], np.float32) * np.float32(
        rng.uniform(0.7, 1.05)
    )
    floors = max(1, round(building.height_m / 2.8))
    for a, b in zip(outline, ahead, strict=True):
        wall = np.array([a, b, b + foot, a + foot])
        stencil = canvas.stencil([wall])
        if stencil is None:
            continue
        normal = np.array([b[1] - a[1], a[0] - b[0]])
        facing = float(normal @ -np.array([canvas.sun.east, canvas.sun.south]))
        light = 1 + 0.3 * np.sign(facing) * min(1.0, abs(facing) / (np.hypot(*normal) + 1e-6))
        canvas.blend(stencil.at, plaster * np.float32(light), stencil.cover)
        canvas.light_up(stencil.at, stencil.cover)
        _put_windows(rng, canvas, a, b, foot, floors)


def _put_windows(rng: Rng, canvas: Canvas, a: Points, b: Points, foot: Points, floors: int) -> None:
    """A row a floor of the wall from ``a`` to ``b``, which is seen as far as ``foot`` below."""
    along, length_m = b - a, np.hypot(*(b - a))
    windows = round(length_m / 3.0)
    half = 0.45 / max(1e-3, length_m) * along
    for floor in range(floors):
        for place in range(windows):
            middle = a + along * ((place + rng.uniform(0.3, 0.7)) / windows)
            top = middle + foot * (floor + 0.25) / floors
            low = middle + foot * (floor + 0.7) / floors
            pane = canvas.stencil([np.array([top - half, top + half, low + half, low - half])])
            if pane is not None:
                canvas.blend(pane.at, np.array(_GLASS, np.float32), pane.cover)
