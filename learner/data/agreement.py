"""How well outlines from elsewhere agree with people's, and how far they are off.

Outlines that were drawn on other imagery often lie a few metres away, all in one direction, because
the two images do not lie exactly on each other. Where people have answered, both are known: the
shift at which they agree best corrects the others, and how well they agree then says how far the
others are to be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

_WORTH_MOVING = 0.02
"""A shift must raise the IoU by this much: chance alone prefers some shift to none."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What moves outlines onto people's, and their IoU (0..1) then.

    ``columns_px`` (to the east) and ``rows_px`` (to the south) are to be added to the outlines'
    world pixel coordinates.
    """

    columns_px: int
    rows_px: int
    iou: float


def agreement(drawn: NDArray[np.uint8], truth: NDArray[np.uint8]) -> Agreement | None:
    """The best common shift of ``drawn`` onto ``truth``, over all tiles at once.

    Args:
        drawn: (N, H + 2m, W + 2m) uint8, 0 or 1: the outlines, with a margin of m pixels, which is
            also the largest shift that is tried.
        truth: (N, H, W) uint8, 0 or 1: people's outlines.

    Returns:
        None where either side is empty, so that nothing can be compared.

    Raises:
        ValueError: the margins are not equal on all sides, or there is none.
    """
    margins = {large - small for large, small in zip(drawn.shape[1:], truth.shape[1:], strict=True)}
    margin_px, odd = divmod(margins.pop(), 2)
    if margins or odd or margin_px < 1 or len(drawn) != len(truth):
        raise ValueError(f"drawn {drawn.shape} is no frame of equal margins around {truth.shape}")
    if not drawn.any() or not truth.any():
        return None
    shared = np.zeros((2 * margin_px + 1, 2 * margin_px + 1))
    area = np.zeros_like(shared)
    window = np.ones(truth.shape[1:], np.float32)
    for outer, inner in zip(drawn.astype(np.float32), truth.astype(np.float32), strict=True):
        shared += fftconvolve(outer, inner[::-1, ::-1], mode="valid")
        area += fftconvolve(outer, window, mode="valid")
    ious = shared / (area + float(truth.sum()) - shared)
    row, column = np.unravel_index(int(ious.argmax()), ious.shape)
    if ious[row, column] - ious[margin_px, margin_px] < _WORTH_MOVING:
        row = column = np.intp(margin_px)
    return Agreement(
        columns_px=margin_px - int(column),
        rows_px=margin_px - int(row),
        iou=float(np.clip(ious[row, column], 0.0, 1.0)),
    )
