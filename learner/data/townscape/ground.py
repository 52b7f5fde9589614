"""The ground of a town: soil, grass, fields, yards, roads and what lies flat on it."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.data.townscape.camera import relit
from learner.data.townscape.canvas import Canvas, Colour, Grey, Rng, noise
from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Layout, Points, Rectangle, Surface

_SOIL: Colour = (163, 129, 98)
_PALE_SOIL: Colour = (193, 168, 137)
_RED_SOIL: Colour = (158, 106, 76)
_DRY_GRASS: Colour = (141, 136, 90)
_GRASS: Colour = (104, 114, 66)
_LUSH: Colour = (78, 94, 50)
_ASPHALT: Colour = (122, 118, 114)
_DUST: Colour = (183, 155, 124)
_VEHICLES: tuple[Colour, ...] = (
    (232, 232, 230),
    (190, 192, 194),
    (58, 60, 66),
    (140, 38, 34),
    (48, 72, 120),
    (206, 176, 60),
)
_FIELDS: tuple[Colour, ...] = (_RED_SOIL, _GRASS, (124, 128, 70), (150, 140, 96), (132, 104, 78))
_COARSE = 2  # soil and roads are painted at half the resolution: they have no sharp edges


def paint_ground(rng: Rng, canvas: Canvas, layout: Layout, style: Style = USUAL) -> None:
    """Covers the whole canvas, then lays fields, slabs, walls and vehicles on it."""
    height, width = canvas.pixels.shape[:2]
    shape = (height // _COARSE, width // _COARSE)
    coarse_px_per_m = canvas.px_per_m / _COARSE
    ground = _soil_and_grass(rng, shape, coarse_px_per_m, style)
    _tread(rng, ground, layout, coarse_px_per_m, style.rough)
    _pave(rng, ground, layout, coarse_px_per_m, style.rough)
    canvas.pixels[:] = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    for plot in layout.fields:
        _paint_field(rng, canvas, plot, style)
    if style != USUAL:
        relit(canvas.pixels, style.ground_saturation, style.ground_light)
    _grain(rng, canvas, style.rough)
    for slab in layout.slabs:
        _paint_slab(rng, canvas, slab, style)


def paint_standing_things(rng: Rng, canvas: Canvas, layout: Layout) -> None:
    """Walls and vehicles, with their shadows: what a model may take for buildings."""
    for wall in layout.walls:
        for start, end in itertools.pairwise(wall):
            _paint_wall(rng, canvas, start, end)
    for vehicle in layout.vehicles:
        _paint_vehicle(rng, canvas, vehicle)


def _soil_and_grass(
    rng: Rng, shape: tuple[int, int], px_per_m: float, style: Style
) -> NDArray[np.uint8]:
    small = (shape[0] // 2, shape[1] // 2)
    green = noise(rng, small, 45 * px_per_m / 2, 6)
    tone = noise(rng, small, 70 * px_per_m / 2, 5)
    moisture = noise(rng, small, 25 * px_per_m / 2, 5)
    soil = _mix(_SOIL, _PALE_SOIL, _step(tone, 0.0, 2.0))
    soil = _mix(soil, _RED_SOIL, 0.8 * _step(-tone, 0.1, 2.2))
    grass = _mix(_DRY_GRASS, _GRASS, _step(moisture, -0.8, 0.7))
    grass = _mix(grass, _LUSH, _step(moisture, 0.5, 1.6))
    ground = _mix(soil, grass, 0.92 * _step(green + style.green, -0.75, 0.35))
    ground += 7 * style.rough * noise(rng, small, 8.0, 4)[..., None]
    large = cv2.resize(ground, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(large, 0, 255).astype(np.uint8)


def _tread(
    rng: Rng, ground: NDArray[np.uint8], layout: Layout, px_per_m: float, rough: float
) -> None:
    """Swept yards and the worn ground around houses, with ragged edges."""
    worn = np.zeros(ground.shape[:2], np.uint8)
    for yard in layout.yards:
        shape = np.rint(yard.corners() * px_per_m).astype(np.int32)
        cv2.fillPoly(worn, [shape], int(rng.integers(120, 230)))
    for building in layout.buildings:
        rim = np.asarray(building.outline.buffer(1.2, quad_segs=2).exterior.coords)
        cv2.fillPoly(worn, [np.rint(rim * px_per_m).astype(np.int32)], 170)
    _lay(
        ground,
        _ragged(rng, worn, 1.6 * px_per_m),
        _mix_scalar(_SOIL, _PALE_SOIL, 0.45),
        8 * rough,
        rng,
    )


def _pave(
    rng: Rng, ground: NDArray[np.uint8], layout: Layout, px_per_m: float, rough: float
) -> None:
    for surface, colour, ragged_m in (
        (Surface.DIRT, _DUST, 0.7),
        (Surface.PAVED, _ASPHALT, 0.25),
    ):
        mask = np.zeros(ground.shape[:2], np.uint8)
        shoulder = np.zeros_like(mask)
        for road in layout.roads:
            if road.surface is surface:
                line = [np.rint(road.points * px_per_m * 16).astype(np.int32)]
                wide = max(1, round(road.width_m * px_per_m))
                cv2.polylines(mask, line, False, 235, wide, cv2.LINE_AA, shift=4)
                cv2.polylines(shoulder, line, False, 190, round(1.5 * wide), cv2.LINE_AA, shift=4)
        if surface is Surface.PAVED:  # dust gathers along asphalt
            _lay(ground, _ragged(rng, shoulder, 1.2 * px_per_m), _DUST, 6 * rough, rng)
        _lay(ground, _ragged(rng, mask, ragged_m * px_per_m), colour, 7 * rough, rng)


def _ragged(rng: Rng, mask: NDArray[np.uint8], blur_px: float) -> NDArray[np.uint8]:
    """``mask`` (0 to 255) with edges frayed over ``blur_px``."""
    if not mask.any():
        return mask
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, blur_px)).astype(np.float32)
    quarter = (max(2, mask.shape[0] // 2), max(2, mask.shape[1] // 2))
    frayed = cv2.resize(noise(rng, quarter, 12.0, 3), mask.shape[::-1])
    edge = 1 - np.abs(soft / 127.5 - 1)
    edged: NDArray[np.uint8] = np.clip(soft + 90 * edge * frayed, 0, 255).astype(np.uint8)
    return edged


def _lay(
    ground: NDArray[np.uint8], cover: NDArray[np.uint8], colour: Colour, spread: float, rng: Rng
) -> None:
    """Blends one mottled colour over the ground, in strips to keep memory flat."""
    if not cover.any():
        return
    quarter = (max(2, ground.shape[0] // 2), max(2, ground.shape[1] // 2))
    mottle = cv2.resize(spread * noise(rng, quarter, 60.0, 5), ground.shape[1::-1])
    for top in range(0, ground.shape[0], 256):
        rows = np.s_[top : top + 256]
        share = cover[rows].astype(np.float32)[..., None] / 255
        if share.any():
            over = np.array(colour, np.float32) + mottle[rows][..., None]
            ground[rows] = np.clip(ground[rows] + (over - ground[rows]) * share, 0, 255)


def _grain(rng: Rng, canvas: Canvas, rough: float) -> None:
    """Grass blades and pebbles: fine texture in full resolution."""
    height, width = canvas.pixels.shape[:2]
    side = min(1024, height, width)
    fine = cv2.GaussianBlur(rng.standard_normal((side, side), np.float32), (0, 0), 0.8)
    tufts = noise(rng, (side, side), 7.0, 2)
    grain = np.clip(rough * (15 * fine + 8 * tufts), -50, 50).astype(np.int16)[..., None]
    for top in range(0, height, side):
        for left in range(0, width, side):
            part = canvas.pixels[top : top + side, left : left + side]
            turned = np.rot90(grain, int(rng.integers(4)))[: part.shape[0], : part.shape[1]]
            part[:] = np.clip(part + turned, 0, 255)


def _paint_field(rng: Rng, canvas: Canvas, plot: Rectangle, style: Style) -> None:
    stencil = canvas.stencil([plot.corners()])
    if stencil is None:
        return
    cos, sin = np.cos(plot.angle_rad), np.sin(plot.angle_rad)
    across_m = -(stencil.east_m - plot.x_m) * sin + (stencil.south_m - plot.y_m) * cos
    furrow_m = rng.uniform(0.9, 2.2)
    stripes = style.furrows * rng.uniform(3, 13) * np.sin(2 * np.pi * across_m / furrow_m)
    patchy = noise(rng, stencil.cover.shape, 40.0, 5)
    colour = np.array(_FIELDS[rng.integers(len(_FIELDS))], np.float32)
    shown = colour + (stripes + 9 * style.rough * patchy)[..., None]
    if style.sharp and rng.random() < style.sharp:
        shown = shown * (1 + rng.normal(0, 0.12, 3)).astype(np.float32)
        canvas.blend(stencil.at, shown, stencil.cover * np.float32(rng.uniform(0.8, 1.0)))
        return
    soft = cv2.GaussianBlur(stencil.cover, (0, 0), 3.0)
    strength = rng.uniform(0.6, 0.95) * np.clip(0.8 + 0.3 * patchy, 0, 1)
    canvas.blend(stencil.at, shown, (soft * strength).astype(np.float32))


def _paint_slab(rng: Rng, canvas: Canvas, slab: Rectangle, style: Style) -> None:
    """Concrete on the ground: the colour of a roof, but flat and without a shadow."""
    stencil = canvas.stencil([slab.corners()])
    if stencil is None:
        return
    colour = np.array(_mix_scalar((176, 170, 160), (148, 124, 108), rng.random()), np.float32)
    if style.lots:
        colour *= (rng.uniform(0.6, 1.2) * (1 + rng.normal(0, 0.08, 3))).astype(np.float32)
    mottled = colour + 7 * style.rough * noise(rng, stencil.cover.shape, 14.0, 3)[..., None]
    canvas.blend(stencil.at, mottled, stencil.cover * np.float32(rng.uniform(0.6, 0.95)))


def _paint_wall(rng: Rng, canvas: Canvas, start: Points, end: Points) -> None:
    along = end - start
    length_m = float(np.hypot(*along))
    aside = np.array([-along[1], along[0]]) / length_m * 0.14
    shape = np.array([start + aside, end + aside, end - aside, start - aside])
    canvas.cast(shape, 1.6)
    stencil = canvas.stencil([shape])
    if stencil is not None:
        colour = np.array((178, 160, 142), np.float32) + rng.normal(0, 10)
        canvas.blend(stencil.at, colour, stencil.cover)


def _paint_vehicle(rng: Rng, canvas: Canvas, vehicle: Rectangle) -> None:
    canvas.cast(vehicle.corners(), 1.4)
    body = canvas.stencil([vehicle.corners()])
    if body is None:
        return
    colour = np.array(_VEHICLES[rng.integers(len(_VEHICLES))], np.float32)
    canvas.blend(body.at, colour, body.cover)
    cabin = Rectangle(
        vehicle.x_m,
        vehicle.y_m,
        0.55 * vehicle.length_m,
        0.86 * vehicle.width_m,
        vehicle.angle_rad,
    )
    roof = Rectangle(
        vehicle.x_m, vehicle.y_m, 0.36 * vehicle.length_m, 0.8 * vehicle.width_m, vehicle.angle_rad
    )
    for part, tone in ((cabin, 0.45), (roof, 1.05)):
        stencil = canvas.stencil([part.corners()])
        if stencil is not None:
            canvas.blend(stencil.at, np.clip(colour * tone, 0, 255), stencil.cover)


def _step(value: Grey, low: float, high: float) -> Grey:
    """0 below ``low``, 1 above ``high``, smooth between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    smooth: Grey = share * share * (3 - 2 * share)
    return smooth


def _mix(
    a: Colour | NDArray[np.floating], b: Colour | NDArray[np.floating], share: Grey
) -> NDArray[np.floating]:
    first = np.asarray(a, np.float32)
    mixed: NDArray[np.floating] = first + (np.asarray(b, np.float32) - first) * share[..., None]
    return mixed


def _mix_scalar(a: Colour, b: Colour, share: float) -> Colour:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )
