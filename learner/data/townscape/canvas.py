"""The sheet a town is painted on: metres to pixels, stencils, shade and texture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.data.townscape.things import Points

Rng = np.random.Generator
Grey = NDArray[np.floating]
"""(H, W) floats, mostly float32."""
Rgb = NDArray[np.floating]
"""(H, W, 3) floats, 0 to 255 and a little beyond."""
Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 255."""

_SUBPIXELS = 4
_DARKEST_SHADE = 0.58


@dataclass(frozen=True, slots=True)
class Sun:
    """Where the light comes from.

    Attributes:
        east, south: unit vector, in the plane, in which shadows fall.
        reach: length of the shadow of a thing one metre high, in metres.
    """

    east: float
    south: float
    reach: float


@dataclass(frozen=True, slots=True)
class Stencil:
    """A cut-out of the canvas and how much of each of its pixels a shape covers."""

    at: tuple[slice, slice]
    cover: Grey  # 0 to 1
    east_m: Grey  # of pixel centres, in town metres
    south_m: Grey


@dataclass(slots=True)
class Canvas:
    """(H, W, 3) uint8 pixels under construction, and how deep in shade each of them lies."""

    pixels: NDArray[np.uint8]
    px_per_m: float
    sun: Sun
    shade: NDArray[np.uint8] = field(init=False)  # 0 sun to 255 full shade

    def __post_init__(self) -> None:
        self.shade = np.zeros(self.pixels.shape[:2], np.uint8)

    def stencil(self, shapes: list[Points], margin_m: float = 0.0) -> Stencil | None:
        """The union of ``shapes`` (metres), cut out with a margin; None outside the canvas."""
        corners = np.vstack(shapes)
        west, north = np.floor((corners.min(0) - margin_m) * self.px_per_m).astype(int)
        east, south = np.ceil((corners.max(0) + margin_m) * self.px_per_m).astype(int) + 1
        west, north = max(0, west), max(0, north)
        east, south = min(self.pixels.shape[1], east), min(self.pixels.shape[0], south)
        if west >= east or north >= south:
            return None
        width, height = east - west, south - north
        fine = np.zeros((height * _SUBPIXELS, width * _SUBPIXELS), np.uint8)
        for shape in shapes:
            inside = (shape * self.px_per_m - (west, north)) * _SUBPIXELS - 0.5
            cv2.fillPoly(fine, [np.rint(inside).astype(np.int32)], 255)
        small = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
        columns, rows = np.meshgrid(np.arange(west, east) + 0.5, np.arange(north, south) + 0.5)
        return Stencil(
            np.s_[north:south, west:east],
            small.astype(np.float32) / np.float32(255),
            (columns / self.px_per_m).astype(np.float32),
            (rows / self.px_per_m).astype(np.float32),
        )

    def blend(self, at: tuple[slice, slice], colour: NDArray[np.floating], cover: Grey) -> None:
        """Lays ``colour`` ((H, W, 3) or (3,), 0 to 255) over the canvas."""
        under = self.pixels[at].astype(np.float32)
        mixed = under + (colour - under) * cover[..., None]
        self.pixels[at] = np.clip(mixed, 0, 255).astype(np.uint8)

    def darken(self, at: tuple[slice, slice], cover: Grey) -> None:
        """Puts what ``cover`` (0 to 1) shows in shade, but nothing twice; shade is bluish."""
        old = self.shade[at].astype(np.float32) / 255
        new = np.maximum(old, cover)
        light = (1 - _DARKEST_SHADE * new) / (1 - _DARKEST_SHADE * old)
        tint = np.array([1.0, 1.0, 1.0], np.float32) + (new - old)[..., None] * (-0.03, 0.0, 0.07)
        lit = self.pixels[at] * light[..., None] * tint
        self.pixels[at] = np.clip(lit, 0, 255).astype(np.uint8)
        self.shade[at] = (new * 255).astype(np.uint8)

    def cast(self, shape: Points, height_m: float) -> None:
        """The shadow that a body with the outline ``shape`` throws on what is painted so far."""
        along = np.array([self.sun.east, self.sun.south]) * self.sun.reach * height_m
        ahead = np.roll(shape, -1, axis=0)
        sides = [np.array([a, b, b + along, a + along]) for a, b in zip(shape, ahead, strict=True)]
        stencil = self.stencil([shape, shape + along, *sides], margin_m=0.4)
        if stencil is not None:
            self.darken(stencil.at, cv2.GaussianBlur(stencil.cover, (3, 3), 0.8).astype(np.float32))

    def light_up(self, at: tuple[slice, slice], cover: Grey) -> None:
        """Forgets the shade under a body that was painted over it."""
        self.shade[at] = (self.shade[at] * (1 - cover)).astype(np.uint8)


def noise(rng: Rng, shape: tuple[int, int], coarsest_px: float, octaves: int) -> Grey:
    """Fractal noise of about zero mean and unit spread: each octave half as large and strong."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    strength = 1.0
    norm = 0.0
    for octave in range(octaves):
        step = max(1.0, coarsest_px / 2**octave)
        small = rng.standard_normal(
            (max(2, round(height / step) + 2), max(2, round(width / step) + 2)), np.float32
        )
        total += strength * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        norm += strength**2
        strength *= 0.6
    scaled: Grey = total / np.float32(0.8 * np.sqrt(norm))
    return scaled
