"""Random views of chips: turned, mirrored, scaled, shifted, relit, pasted together.

OpenCV on uint8 arrays: about half a millisecond a chip and thread, so that augmentation is never
what training waits for.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.training.config import TrainConfig

_GREY = np.array([0.299, 0.587, 0.114])  # luma of BT.601

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """A crop for training: (S, S, 3) uint8 RGB, (S, S) uint8 {0, 1, 255 = ignore}, its weight."""

    pixels: Pixels
    mask: Mask
    weight: float


def random_view(
    pixels: Pixels, mask: Mask, weight: float, config: TrainConfig, rng: np.random.Generator
) -> View:
    """One random view of a chip.

    Args:
        pixels: (S, S, 3) uint8 RGB.
        mask: (S, S) uint8, 0, 1 or 255 = ignore.
        weight: of the chip in the loss, 0..1.
        config: ``crop_px``, ``scale_range``, ``rotate_share``, ``shift_share``,
            ``colour_strength``.
        rng: the only source of chance.

    Returns:
        A view of ``config.crop_px``. Beyond the chip's edge pixels and mask are mirrored alike,
        so what is ignored stays ignored.
    """
    matrix = _random_affine(pixels.shape[0], config, rng)
    size = (config.crop_px, config.crop_px)
    inverse = cv2.WARP_INVERSE_MAP
    turned = cv2.warpAffine(
        pixels, matrix, size, flags=cv2.INTER_LINEAR | inverse, borderMode=cv2.BORDER_REFLECT_101
    )
    turned_mask = cv2.warpAffine(
        mask, matrix, size, flags=cv2.INTER_NEAREST | inverse, borderMode=cv2.BORDER_REFLECT_101
    )
    relit = (
        _relight(turned.astype(np.uint8, copy=False), config.colour_strength, rng)
        if config.colour_strength
        else turned
    )
    return View(relit.astype(np.uint8, copy=False), turned_mask.astype(np.uint8), weight)


def paste(onto: View, other: View, rng: np.random.Generator) -> View:
    """CutMix (Yun et al. 2019): a random rectangle of ``other`` put over ``onto``."""
    side = onto.mask.shape[0]
    height, width = (int(extent) for extent in rng.integers(side // 4, 3 * side // 4, size=2))
    top, left = int(rng.integers(side - height)), int(rng.integers(side - width))
    area = np.s_[top : top + height, left : left + width]
    pixels, mask = onto.pixels.copy(), onto.mask.copy()
    pixels[area], mask[area] = other.pixels[area], other.mask[area]
    share = height * width / side**2
    return View(pixels, mask, (1 - share) * onto.weight + share * other.weight)


def _random_affine(
    side_px: int, config: TrainConfig, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(2, 3): from a pixel of the crop to its place in the chip."""
    low, high = np.log(config.scale_range)
    zoom = np.exp(-rng.uniform(low, high))
    any_angle = rng.random() < config.rotate_share
    angle = rng.uniform(0, 2 * np.pi) if any_angle else rng.integers(4) * np.pi / 2
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    if rng.random() < 0.5:
        linear[:, 0] *= -1
    reach_px = max((side_px - config.crop_px) / 2, config.shift_share * config.crop_px)
    centre = (side_px - 1) / 2 + rng.uniform(-reach_px, reach_px, size=2)
    offset = centre - linear @ np.full(2, (config.crop_px - 1) / 2)
    return np.hstack([linear, offset[:, None]])


def _relight(pixels: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Saturation, contrast, brightness and light colour as one matrix, then gamma by a table."""
    saturation = 1 + strength * rng.uniform(-0.6, 0.6)
    contrast = 1 + strength * rng.uniform(-0.5, 0.5)
    brightness = 255 * strength * rng.uniform(-0.3, 0.3)
    gains = 1 + strength * rng.uniform(-0.15, 0.15, size=3)
    matrix = saturation * np.eye(3) + (1 - saturation) * _GREY[None, :]
    matrix = contrast * gains[:, None] * matrix
    offset = brightness + 127.5 * (1 - contrast)
    mixed = cv2.transform(pixels, np.hstack([matrix, np.full((3, 1), offset)]))
    gamma = 2.0 ** (strength * rng.uniform(-0.7, 0.7))
    table = (255 * (np.arange(256) / 255) ** gamma + 0.5).astype(np.uint8)
    return np.asarray(cv2.LUT(mixed, table), dtype=np.uint8)
