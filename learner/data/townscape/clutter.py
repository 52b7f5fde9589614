"""What stands on flat roofs and lies about in yards: tanks, terraces, laundry, tarps, heaps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.data.townscape.canvas import Canvas, Colour, Grey, Rgb, Rng, Stencil, noise
from learner.data.townscape.things import Layout, Rectangle

_TANKS: tuple[Colour, ...] = ((30, 32, 34), (36, 92, 66), (60, 96, 150), (224, 224, 220))
_PANEL: Colour = (34, 44, 74)
_BOXES: tuple[Colour, ...] = (
    (214, 210, 204),
    (150, 146, 140),
    (178, 110, 84),
    (196, 150, 148),
    (110, 104, 100),
    (84, 120, 160),
)
_PLANTS: Colour = (70, 96, 50)
_LYING: tuple[Colour, ...] = (
    (62, 108, 176),
    (206, 120, 50),
    (224, 224, 224),
    (148, 92, 70),
    (196, 180, 150),
    (84, 84, 86),
)
_MOST_ON_A_ROOF = 14
_PER_THING_M2 = 14.0
_SHADE = 0.62  # light that is left in the shadow of something on the same roof


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on a flat roof."""

    shape: Rectangle
    colour: Colour
    height_m: float
    is_round: bool = False


def terrace(
    rng: Rng, canvas: Canvas, shown: Rgb, stencil: Stencil, wing: Rectangle, colour: Rgb
) -> Rgb:
    """One end of a flat roof a floor higher or lower, with the step's shadow."""
    along_m, across_m = inside(wing, stencil)
    lengthwise = rng.random() < 0.7
    position, extent = (along_m, wing.length_m) if lengthwise else (across_m, wing.width_m)
    edge_m = rng.uniform(-0.3, 0.3) * extent
    higher = position > edge_m if rng.random() < 0.5 else position < edge_m
    tone = np.float32(rng.uniform(0.75, 1.25))
    thrown = _thrown(canvas, higher, rng.uniform(0.8, 2.4)) & ~higher
    shown = np.where(higher[..., None], shown * tone, shown)
    border = cv2.dilate(higher.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~higher
    shown = np.where(border[..., None], colour * np.float32(rng.uniform(0.8, 1.3)), shown)
    return np.where(thrown[..., None], shown * np.float32(_SHADE), shown)


def furnish(rng: Rng, canvas: Canvas, shown: Rgb, stencil: Stencil, wing: Rectangle) -> Rgb:
    """Tanks, stair heads, panels, plants and laundry on a flat roof, as many as it has room for."""
    room = wing.length_m * wing.width_m / _PER_THING_M2
    for _ in range(min(_MOST_ON_A_ROOF, rng.poisson(room))):
        thing = _thing(rng, wing)
        covered = _covered(thing.shape, stencil, thing.is_round)
        shadow = _thrown(canvas, covered, thing.height_m) & ~covered
        shown = np.where(shadow[..., None], shown * np.float32(_SHADE), shown)
        tone = np.array(thing.colour, np.float32) * np.float32(rng.uniform(0.8, 1.15))
        shown = np.where(covered[..., None], tone, shown)
    return shown


def _thing(rng: Rng, wing: Rectangle) -> Thing:
    at = rng.uniform(-0.46, 0.46, (1, 2)) * (wing.length_m, wing.width_m)
    ((x_m, y_m),) = wing.to_town(at).tolist()
    kind = rng.random()
    if kind < 0.35:  # a tank
        side_m = rng.uniform(0.8, 1.6)
        return Thing(Rectangle(x_m, y_m, side_m, side_m, 0.0), _of(rng, _TANKS), 1.2, True)
    if kind < 0.6:  # a stair head, a shed
        length_m, width_m = rng.uniform(1.2, 4.0, 2).tolist()
        box = Rectangle(x_m, y_m, length_m, width_m, wing.angle_rad)
        return Thing(box, _of(rng, _BOXES), rng.uniform(0.6, 2.4))
    if kind < 0.7:  # a solar panel
        length_m, width_m = rng.uniform(1.4, 3.5), rng.uniform(0.9, 2)
        return Thing(Rectangle(x_m, y_m, length_m, width_m, wing.angle_rad), _PANEL, 0.4)
    if kind < 0.85:  # a plant
        side_m = rng.uniform(0.4, 1.4)
        return Thing(Rectangle(x_m, y_m, side_m, side_m, 0.0), _PLANTS, 0.5, True)
    turned_rad = wing.angle_rad + rng.normal(0, 0.2)  # a line of laundry
    line = Rectangle(x_m, y_m, rng.uniform(1, 4), rng.uniform(0.25, 0.9), turned_rad)
    red, green, blue = rng.uniform(60, 240, 3).tolist()
    return Thing(line, (red, green, blue), 0.3)


def litter(rng: Rng, canvas: Canvas, layout: Layout, clutter: float) -> None:
    """Tarps, sheets, heaps and containers on the ground, mostly in yards."""
    spots = [(yard.x_m, yard.y_m, max(yard.length_m, yard.width_m)) for yard in layout.yards]
    for _ in range(round(clutter * layout.width_m * layout.height_m / 900)):
        if spots and rng.random() < 0.7:
            x_m, y_m, reach_m = spots[rng.integers(len(spots))]
            x_m, y_m = x_m + rng.normal(0, reach_m / 2), y_m + rng.normal(0, reach_m / 2)
        else:
            x_m, y_m = rng.uniform(0, layout.width_m), rng.uniform(0, layout.height_m)
        length_m, width_m = rng.uniform(0.6, 4.5), rng.uniform(0.6, 2.6)
        _lie(rng, canvas, Rectangle(x_m, y_m, length_m, width_m, rng.uniform(0, math.pi)))


def _lie(rng: Rng, canvas: Canvas, thing: Rectangle) -> None:
    canvas.cast(thing.corners(), rng.uniform(0.1, 1.2))
    stencil = canvas.stencil([thing.corners()])
    if stencil is None:
        return
    colour = np.array(_of(rng, _LYING), np.float32) * np.float32(rng.uniform(0.7, 1.1))
    mottled = colour + 10 * noise(rng, stencil.cover.shape, 6.0, 3)[..., None]
    is_heap = rng.random() < 0.4
    round_cover = _covered(thing, stencil, True).astype(np.float32)
    soft = cv2.GaussianBlur(round_cover, (0, 0), 1.5).astype(np.float32)
    canvas.blend(stencil.at, mottled, soft if is_heap else stencil.cover)


def inside(wing: Rectangle, stencil: Stencil) -> tuple[Grey, Grey]:
    """Metres along and across a wing, from its middle, of each pixel of the stencil."""
    cos, sin = np.float32(math.cos(wing.angle_rad)), np.float32(math.sin(wing.angle_rad))
    east = stencil.east_m - np.float32(wing.x_m)
    south = stencil.south_m - np.float32(wing.y_m)
    return east * cos + south * sin, south * cos - east * sin


def _covered(shape: Rectangle, stencil: Stencil, is_round: bool) -> NDArray[np.bool_]:
    along_m, across_m = inside(shape, stencil)
    if is_round:
        round_: NDArray[np.bool_] = (
            np.hypot(along_m / shape.length_m, across_m / shape.width_m) < 0.5
        )
        return round_
    within: NDArray[np.bool_] = np.abs(along_m) < shape.length_m / 2
    return within & (np.abs(across_m) < shape.width_m / 2)


def _thrown(canvas: Canvas, body: NDArray[np.bool_], height_m: float) -> NDArray[np.bool_]:
    """Where a body of this height throws its shadow, itself included."""
    reach_px = canvas.sun.reach * height_m * canvas.px_per_m
    steps = max(1, round(reach_px))
    cover = body.astype(np.uint8)
    shadow = cover.copy()
    for step in range(1, steps + 1):
        part = step * reach_px / steps
        shift = np.array(
            [[1, 0, canvas.sun.east * part], [0, 1, canvas.sun.south * part]], np.float32
        )
        moved = cv2.warpAffine(cover, shift, cover.shape[::-1], flags=cv2.INTER_NEAREST)
        shadow |= moved.astype(np.uint8)
    return shadow.astype(bool)


def _of(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[rng.integers(len(colours))]
