"""Roofs from above: facets lit by the sun, sheets, rust, parapets, thatch, and bare shells."""

from __future__ import annotations

import math

import cv2
import numpy as np

from learner.data.townscape.canvas import Canvas, Colour, Grey, Rgb, Rng, Stencil, noise
from learner.data.townscape.clutter import furnish, inside, terrace
from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Building, Points, Rectangle, Roof
from learner.data.townscape.walls import PLASTER, show_walls

_COLOURS: dict[Roof, tuple[Colour, ...]] = {
    Roof.TIN_GREY: ((196, 200, 204), (176, 176, 172), (152, 150, 146), (186, 178, 166)),
    Roof.TIN_BLUE: ((84, 124, 162), (104, 138, 168), (70, 100, 140)),
    Roof.TIN_RUST: ((150, 104, 80), (166, 124, 98), (134, 92, 74), (160, 134, 112)),
    Roof.TIN_GREEN: ((112, 134, 104), (92, 116, 96)),
    Roof.TILES: ((178, 96, 68), (162, 84, 62), (148, 96, 80)),
    Roof.CONCRETE: ((178, 172, 164), (156, 150, 142), (190, 182, 168), (142, 136, 130)),
    Roof.THATCH: ((128, 110, 82), (112, 98, 76), (142, 124, 94)),
}
_RUST: Colour = (140, 88, 60)
_TIN = frozenset({Roof.TIN_GREY, Roof.TIN_BLUE, Roof.TIN_RUST, Roof.TIN_GREEN})
_SHEET_M = 0.85
_CONTRAST = 0.20  # of two slopes, one facing the sun and one turned away


def paint_buildings(canvas: Canvas, buildings: list[Building], style: Style = USUAL) -> None:
    """Low ones first, so that the shadow of a high one falls on its lower neighbours."""
    for building in sorted(buildings, key=lambda b: b.height_m):
        rng = np.random.default_rng(building.seed)
        outline = np.asarray(building.outline.exterior.coords)[:-1]
        stencil = canvas.stencil([outline])
        if stencil is None:
            continue
        ground = canvas.pixels[stencil.at].astype(np.float32)
        canvas.cast(outline, building.height_m)
        if style.lean != (0.0, 0.0):
            show_walls(rng, canvas, building, outline, style.lean)
        colour = _roof(rng, canvas, building, stencil, ground, style)
        if style.roof_tint:
            colour = colour * (1 + rng.normal(0, style.roof_tint, 3)).astype(np.float32)
        canvas.blend(stencil.at, colour, stencil.cover)
        canvas.light_up(stencil.at, stencil.cover)


def _roof(
    rng: Rng, canvas: Canvas, building: Building, stencil: Stencil, ground: Rgb, style: Style
) -> Rgb:
    match building.roof:
        case Roof.CONCRETE:
            return _concrete(rng, canvas, building, stencil, style)
        case Roof.SHELL if style.clutter:
            return _rooms(rng, canvas, building, stencil, ground)
        case Roof.SHELL:
            return _shell(rng, canvas, building, stencil, ground)
        case Roof.SHED:
            return _shed(rng, canvas, building, stencil, ground)
        case Roof.THATCH | Roof.ROUND_THATCH:
            return _thatch(rng, canvas, building, stencil)
        case _:
            return _pitched(rng, canvas, building, stencil)


def _pitched(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil) -> Rgb:
    """Gables, hips and single slopes of tin or tiles; of two wings the higher one is seen."""
    hipped = rng.random() < (0.5 if building.roof is Roof.TILES else 0.15)
    single = not hipped and len(building.wings) == 1 and rng.random() < 0.35
    colour = np.array(_pick(rng, _COLOURS[building.roof]), np.float32) * rng.uniform(0.86, 1.06)
    height = np.full(stencil.cover.shape, -np.inf, np.float32)
    light = np.ones_like(height)
    tone = np.zeros_like(height)
    for wing in building.wings:
        along_m, across_m = inside(wing, stencil)
        wing_height, wing_light = _facets(canvas, wing, along_m, across_m, hipped, single)
        higher = wing_height > height
        height = np.where(higher, wing_height, height)
        light = np.where(higher, wing_light, light)
        tone = np.where(higher, _sheets(rng, building.roof, along_m, across_m), tone)
    shown = colour * light[..., None] + tone[..., None]
    if building.roof in _TIN:
        shown = _rusted(rng, building.roof, shown)
    mottle = noise(rng, stencil.cover.shape, 22.0, 4)
    return shown + np.float32(rng.uniform(2, 6)) * mottle[..., None]


def _facets(
    canvas: Canvas, wing: Rectangle, along_m: Grey, across_m: Grey, hipped: bool, single: bool
) -> tuple[Grey, Grey]:
    """Height (any unit) and light (about 1) of a wing's roof at each pixel."""
    to_sun = (-canvas.sun.east, -canvas.sun.south)
    cos, sin = math.cos(wing.angle_rad), math.sin(wing.angle_rad)
    length_light = _CONTRAST * (cos * to_sun[0] + sin * to_sun[1])
    width_light = _CONTRAST * (-sin * to_sun[0] + cos * to_sun[1])
    height = wing.width_m / 2 - np.abs(across_m)
    if single:
        return height, np.full_like(height, 1 + 0.5 * width_light)
    light = 1 + np.where(across_m > 0, width_light, -width_light)
    if hipped:
        to_end = wing.length_m / 2 - np.abs(along_m)
        at_end = to_end < height
        light = np.where(at_end, 1 + np.where(along_m > 0, length_light, -length_light), light)
        height = np.minimum(height, to_end)
    ridge = np.abs(across_m) < 0.14
    outside = np.abs(along_m) > wing.length_m / 2
    height = np.where(outside | (height < -0.3), -np.inf, height)
    return height, np.where(ridge, light + 0.05, light)


def _sheets(rng: Rng, roof: Roof, along_m: Grey, across_m: Grey) -> Grey:
    """Sheets of tin, each a little lighter or darker, or rows of tiles."""
    if roof is Roof.TILES:
        rows: Grey = 4 * np.sin(2 * np.pi * across_m / 0.55)
        return rows
    offsets = rng.normal(0, rng.uniform(1.5, 8), 256).astype(np.float32)
    half = np.where(across_m > 0, 0, 97)
    number = (np.floor(along_m / _SHEET_M).astype(np.int64) + half) % 256
    seams = np.where(np.mod(along_m, _SHEET_M) < 0.16, -5.0, 0.0)
    sheets: Grey = offsets[number] + seams
    return sheets


def _rusted(rng: Rng, roof: Roof, shown: Rgb) -> Rgb:
    amount = rng.uniform(0.4, 1.2) if roof is Roof.TIN_RUST else min(0.9, rng.exponential(0.28))
    spots = np.clip(0.8 * noise(rng, shown.shape[:2], 26.0, 5) + 1.4 * amount - 1.1, 0, 1) * 0.8
    rust = np.array(_RUST, np.float32) * np.float32(rng.uniform(0.8, 1.2))
    rusted: Rgb = shown + (rust - shown) * 0.75 * spots[..., None]
    return rusted


def _concrete(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil, style: Style) -> Rgb:
    """A flat roof: stains, a parapet with its own shadow, tanks and a stair head."""
    colour = np.array(_pick(rng, _COLOURS[Roof.CONCRETE]), np.float32) * rng.uniform(0.85, 1.05)
    stains = noise(rng, stencil.cover.shape, 34.0, 5)
    shown = colour + (10 + 12 * np.float32(style.clutter)) * stains[..., None]
    rim = colour * np.float32(1.1)
    if style.clutter and rng.random() < 0.5:
        rim = np.array(_pick(rng, PLASTER), np.float32)
    for wing in building.wings if style.clutter else ():
        if rng.random() < style.clutter:
            shown = terrace(rng, canvas, shown, stencil, wing, rim)
    inside_px = cv2.distanceTransform((stencil.cover > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    parapet = inside_px < 0.3 * canvas.px_per_m
    thrown = 0.7 * canvas.px_per_m
    shift = np.array(
        [[1, 0, canvas.sun.east * thrown], [0, 1, canvas.sun.south * thrown]], np.float32
    )
    size = parapet.shape[::-1]
    shadow = cv2.warpAffine(parapet.astype(np.float32), shift, size, borderValue=1.0)
    shown *= (1 - 0.38 * np.clip(shadow, 0, 1))[..., None]
    shown = np.where(parapet[..., None], rim, shown)
    wing = building.wings[0]
    if style.clutter and rng.random() < style.clutter:
        return furnish(rng, canvas, shown, stencil, wing)
    for _ in range(rng.integers(0, 4)):
        spot = wing.to_town(rng.uniform(-0.36, 0.36, (1, 2)) * (wing.length_m, wing.width_m))[0]
        side_m = rng.uniform(1.0, 2.6)
        tone = _pick(rng, ((38, 40, 44), (200, 200, 196), (70, 96, 130), (120, 112, 104)))
        _put_box(shown, stencil, canvas, spot, side_m, wing.angle_rad, tone)
    return shown


def _put_box(
    shown: Rgb,
    stencil: Stencil,
    canvas: Canvas,
    spot: Points,
    side_m: float,
    angle_rad: float,
    colour: Colour,
) -> None:
    for offset_m, tone in ((0.6, None), (0.0, colour)):
        x_m, y_m = spot + np.array([canvas.sun.east, canvas.sun.south]) * offset_m
        box = Rectangle(x_m, y_m, side_m, side_m, angle_rad)
        along_m, across_m = inside(box, stencil)
        within = np.maximum(np.abs(along_m), np.abs(across_m)) < side_m / 2
        shown[within] = shown[within] * 0.6 if tone is None else tone


def _thatch(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil) -> Rgb:
    colour = np.array(_pick(rng, _COLOURS[Roof.THATCH]), np.float32) * rng.uniform(0.8, 1.15)
    wing = building.wings[0]
    along_m, across_m = inside(wing, stencil)
    if building.roof is Roof.ROUND_THATCH:
        away_m = np.hypot(along_m, across_m) + 1e-3
        east, south = stencil.east_m - wing.x_m, stencil.south_m - wing.y_m
        facing = -(east * canvas.sun.east + south * canvas.sun.south) / away_m
        light: Grey = 1 + 0.22 * facing
    else:
        _, light = _facets(canvas, wing, along_m, across_m, True, False)
    straw = noise(rng, stencil.cover.shape, 5.0, 3)
    patchy = noise(rng, stencil.cover.shape, 24.0, 3)
    thatched: Rgb = colour * light[..., None] + (9 * straw + 6 * patchy)[..., None]
    return thatched


def _shed(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil, ground: Rgb) -> Rgb:
    """Rusty, dusty or thatched: hardly another colour than the ground it stands on."""
    base = ground.mean((0, 1)) * 0.75 + np.array((150, 134, 116), np.float32) * 0.25
    colour = base + rng.normal(0, 9) + rng.normal(0, 4, 3)
    along_m, across_m = inside(building.wings[0], stencil)
    tone = _sheets(rng, Roof.TIN_RUST, along_m, across_m)
    mottle = 7 * noise(rng, stencil.cover.shape, 8.0, 3)
    shown: Rgb = colour + (0.6 * tone + mottle)[..., None]
    return shown


def _shell(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil, ground: Rgb) -> Rgb:
    """Walls around the bare ground, with a partition, and shade inside."""
    wing = building.wings[0]
    along_m, across_m = inside(wing, stencil)
    to_wall_m = np.minimum(wing.length_m / 2 - np.abs(along_m), wing.width_m / 2 - np.abs(across_m))
    partition = np.abs(along_m - rng.uniform(-0.25, 0.25) * wing.length_m) < 0.13
    wall = (to_wall_m < 0.32) | partition
    shift = np.array(
        [
            [1, 0, canvas.sun.east * canvas.px_per_m],
            [0, 1, canvas.sun.south * canvas.px_per_m],
        ],
        np.float32,
    )
    shade = cv2.warpAffine(wall.astype(np.float32), shift, wall.shape[::-1], borderValue=1.0)
    floor = ground * (1 - 0.4 * np.clip(shade, 0, 1))[..., None]
    colour = np.array((182, 162, 142), np.float32) + rng.normal(0, 12)
    return np.where(wall[..., None], colour, floor)


def _rooms(rng: Rng, canvas: Canvas, building: Building, stencil: Stencil, ground: Rgb) -> Rgb:
    """The walls of several rooms, freshly built or grey with age, over what grows in them."""
    wing = building.wings[0]
    along_m, across_m = inside(wing, stencil)
    to_wall_m = np.minimum(wing.length_m / 2 - np.abs(along_m), wing.width_m / 2 - np.abs(across_m))
    thick_m = rng.uniform(0.15, 0.32)
    wall = to_wall_m < thick_m
    for position, extent, other in (
        (along_m, wing.length_m, across_m),
        (across_m, wing.width_m, along_m),
    ):
        for _ in range(rng.integers(0, 4)):
            line = np.abs(position - rng.uniform(-0.45, 0.45) * extent) < thick_m / 2
            wall |= line & (other > 0 if rng.random() < 0.4 else np.ones_like(line))
    reach_px = rng.uniform(0.4, 2.5) * canvas.px_per_m * canvas.sun.reach
    shift = np.array(
        [[1, 0, canvas.sun.east * reach_px], [0, 1, canvas.sun.south * reach_px]], np.float32
    )
    shade = cv2.warpAffine(wall.astype(np.float32), shift, wall.shape[::-1], borderValue=1.0)
    floor = ground * (1 - 0.45 * np.clip(shade, 0, 1))[..., None]
    colour = np.array((196, 190, 180), np.float32) * np.float32(rng.uniform(0.6, 1.2))
    return np.where(wall[..., None], colour, floor)


def _pick(rng: Rng, colours: tuple[Colour, ...]) -> Colour:
    return colours[rng.integers(len(colours))]
