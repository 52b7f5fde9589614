"""Crowns of trees: a few dozen are grown once, then turned, sized and tinted for each place."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.data.townscape.canvas import Canvas, Rng
from learner.data.townscape.things import Tree

_SIDE_PX = 96
_KINDS = 28
_PALMS = 7

Crown = NDArray[np.floating]
"""(96, 96, 4) floats: colour 0 to 255, cover 0 to 1."""


def paint_trees(rng: Rng, canvas: Canvas, trees: list[Tree]) -> None:
    """Small trees first; each throws its shadow on what is there already, roofs included."""
    crowns = [_crown(rng, canvas) for _ in range(_KINDS - _PALMS)]
    crowns += [_palm(rng) for _ in range(_PALMS)]
    for tree in sorted(trees, key=lambda t: t.radius_m):
        crown = crowns[rng.integers(_KINDS if tree.radius_m > 1 else _KINDS - _PALMS)]
        _plant(rng, canvas, tree, crown)


def _plant(rng: Rng, canvas: Canvas, tree: Tree, crown: Crown) -> None:
    side_px = max(5, round(2 * tree.radius_m * canvas.px_per_m))
    small = cv2.resize(crown, (side_px, side_px), interpolation=cv2.INTER_AREA)
    sized: Crown = small.astype(np.float32)
    if rng.random() < 0.5:  # the light stays on the same side only along this axis
        sized = _mirrored(sized, canvas)
    tint = rng.normal(1.0, 0.12) * (1 + rng.normal(0, 0.025, 3))
    throw_m = canvas.sun.reach * min(4.0, 1.1 * tree.radius_m)
    x_m, y_m = tree.x_m + canvas.sun.east * throw_m, tree.y_m + canvas.sun.south * throw_m
    shadow = cv2.GaussianBlur(sized[..., 3], (3, 3), 0)
    if (place := _place(canvas, x_m, y_m, side_px)) is not None:
        at, of = place
        canvas.darken(at, np.ascontiguousarray(shadow[of], dtype=np.float32))
    if (place := _place(canvas, tree.x_m, tree.y_m, side_px)) is not None:
        at, of = place
        canvas.blend(at, sized[of][..., :3] * tint.astype(np.float32), sized[of][..., 3])


def _mirrored(crown: Crown, canvas: Canvas) -> Crown:
    """Mirrored along the sun's direction, as near as transposing comes to it."""
    along = canvas.sun.east * canvas.sun.south
    if abs(along) < 0.25:
        flipped = crown[::-1] if abs(canvas.sun.east) > abs(canvas.sun.south) else crown[:, ::-1]
        return np.ascontiguousarray(flipped)
    transposed = np.swapaxes(crown, 0, 1)
    return np.ascontiguousarray(transposed if along > 0 else transposed[::-1, ::-1])


def _place(
    canvas: Canvas, x_m: float, y_m: float, side_px: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
    left = round(x_m * canvas.px_per_m - side_px / 2)
    top = round(y_m * canvas.px_per_m - side_px / 2)
    height, width = canvas.pixels.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + side_px), min(height, top + side_px)
    if x0 >= x1 or y0 >= y1:
        return None
    return np.s_[y0:y1, x0:x1], np.s_[y0 - top : y1 - top, x0 - left : x1 - left]


def _crown(rng: Rng, canvas: Canvas) -> Crown:
    """Clumps of leaves from the outside in, the upper ones lighter on the sun's side."""
    colour = np.zeros((_SIDE_PX, _SIDE_PX, 3), np.float32)
    cover = np.zeros((_SIDE_PX, _SIDE_PX), np.float32)
    middle = _SIDE_PX / 2
    green = rng.uniform(88, 118)
    leaves = np.array([green * rng.uniform(0.72, 1.0), green, green * rng.uniform(0.45, 0.68)])
    lobes = 1 + 0.16 * np.sin(np.arange(3) + rng.uniform(0, 6, 3))
    for clump in range(150):
        height = clump / 150  # later clumps are higher, and nearer to the middle
        turn = rng.uniform(0, 2 * math.pi)
        reach = 0.82 * middle * math.sqrt(rng.random()) * (1 - 0.35 * height)
        reach *= lobes[int(turn / (2 * math.pi) * 3) % 3]
        x, y = reach * math.cos(turn), reach * math.sin(turn)
        facing = -(x * canvas.sun.east + y * canvas.sun.south) / middle
        light = 0.5 + 0.42 * height + 0.42 * facing + rng.normal(0, 0.13)
        radius = max(2, round(rng.uniform(3.0, 8.5)))
        spot = (round(middle + x), round(middle + y))
        cv2.circle(colour, spot, radius, tuple(leaves * max(0.25, light)), -1, cv2.LINE_AA)
        cv2.circle(cover, spot, radius, 1.0, -1, cv2.LINE_AA)
    return _finished(colour, cover)


def _palm(rng: Rng) -> Crown:
    """A star of fronds."""
    colour = np.zeros((_SIDE_PX, _SIDE_PX, 3), np.float32)
    cover = np.zeros((_SIDE_PX, _SIDE_PX), np.float32)
    middle = _SIDE_PX // 2
    leaves = np.array([118, 130, 74]) * rng.uniform(0.75, 1.05)
    for frond in range(int(rng.integers(13, 20))):
        turn = frond * 2.4 + rng.normal(0, 0.2)
        reach = middle * rng.uniform(0.65, 0.97)
        tip = (round(middle + reach * math.cos(turn)), round(middle + reach * math.sin(turn)))
        light = rng.uniform(0.55, 1.15)
        cv2.line(colour, (middle, middle), tip, tuple(leaves * light), 6, cv2.LINE_AA)
        cv2.line(cover, (middle, middle), tip, 0.9, 6, cv2.LINE_AA)
    return _finished(colour, cover)


def _finished(colour: NDArray[np.float32], cover: NDArray[np.float32]) -> Crown:
    cover = cv2.GaussianBlur(cover, (0, 0), 0.9).astype(np.float32)
    # Colour reaches beyond the leaves' edge, else the edge would be dark when it is resized.
    spread = cv2.dilate(colour, np.ones((5, 5), np.uint8))
    filled = np.where(colour.sum(2, keepdims=True) > 0, colour, spread)
    return np.dstack([filled, cover]).astype(np.float32)
