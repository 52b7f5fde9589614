"""What a camera, the air and a tile server do to a clean picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from learner.data.townscape.canvas import Rng, noise
from learner.data.townscape.style import USUAL, Style

_STRIP_PX = 512
_LUMA = np.array([0.299, 0.587, 0.114])  # BT.601


def photograph(rng: Rng, clean: NDArray[np.uint8], style: Style = USUAL) -> NDArray[np.uint8]:
    """Blur, uneven light, haze, sensor noise and JPEG artefacts.

    Args:
        clean: (H, W, 3) uint8, red green blue; may be changed.
        style: of the region.

    Returns:
        The same shape and type.
    """
    if style != USUAL:
        relit(clean, style.vivid, style.tint)
    shown = cv2.GaussianBlur(clean, (0, 0), rng.uniform(*style.blur_px))
    height, width = shown.shape[:2]
    small = (max(2, height // 64), max(2, width // 64))
    light = 1 + np.float32(0.05) * noise(rng, small, max(small) / 2, 3)
    haze = rng.uniform(4, 14)
    contrast = rng.uniform(0.9, 1.02)
    grain = 2.6 * rng.standard_normal((_STRIP_PX, width, 1), np.float32)
    grain = grain + 1.6 * rng.standard_normal((_STRIP_PX, width, 3), np.float32)
    for top in range(0, height, _STRIP_PX):
        part = shown[top : top + _STRIP_PX]
        rows = (np.arange(top, top + part.shape[0]) + 0.5) / height * small[0] - 0.5
        columns = (np.arange(width) + 0.5) / width * small[1] - 0.5
        xs, ys = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
        local = cv2.remap(light, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        # One strip of grain serves all, shifted: noise is most of the time this takes.
        shifted = np.roll(grain, int(rng.integers(width)), axis=1)[: part.shape[0]]
        exposed = part * (contrast * local.astype(np.float32))[..., None] + haze + shifted
        shown[top : top + _STRIP_PX] = np.clip(exposed, 0, 255)
    quality = int(rng.integers(82, 92))
    _, packed = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def relit(pixels: NDArray[np.uint8], saturation: float, light: tuple[float, float, float]) -> None:
    """Colours stronger or paler, then lit by ``light``, in place.

    Args:
        pixels: (H, W, 3) uint8, red green blue.
        saturation: 1 changes nothing, 0 is grey.
        light: factors on red, green and blue.
    """
    matrix = saturation * np.eye(3) + (1 - saturation) * _LUMA[None, :]
    cv2.transform(pixels, np.array(light)[:, None] * matrix, pixels)
