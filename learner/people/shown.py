"""What stands before a person of a replay: objects of a chip, told apart by numbers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from learner.grid import PixelWindow
from learner.outlines.divide import divide, held
from learner.outlines.pieces import trace
from learner.outlines.rings import filled

_SPECK_SHARE = 0.0005  # of a chip's area: what the vectoriser drops, nobody has to delete
_ZOOM = 20  # outlines here are of pixels, wherever they lie

Numbers = npt.NDArray[np.int32]
"""(S, S): 0 where there is no object, else which one, from 1 on without gaps."""


@dataclass(frozen=True, slots=True)
class Dividing:
    """How a model's patches are divided before people see them, as ``learner.outlines`` does it.

    Attributes:
        split_depth_px: see :func:`learner.outlines.divide.divide`.
        min_area_px: smaller parts are dropped, also those that the chip's edge made small.
    """

    split_depth_px: float
    min_area_px: float


def patches(mask: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> Numbers:
    """The 8-connected patches of (S, S) 0 or 1; specks are ground."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK_SHARE * mask.size
    keep[0] = False
    renumbered = np.cumsum(keep) * keep
    return np.asarray(renumbered[labels], np.int32)


def divided(probability: npt.NDArray[np.float32], threshold: float, dividing: Dividing) -> Numbers:
    """The parts of what a model sees in a chip.

    Args:
        probability: (S, S) float32, 0..1.
        threshold: pixels of this probability are inside.
        dividing: how far.
    """
    window = PixelWindow(_ZOOM, 0, 0, probability.shape[1], probability.shape[0])
    numbers = np.zeros(probability.shape, np.int32)
    found = trace(probability, window, threshold=threshold)
    patches = divide(
        found,
        held(probability, window),
        window.zoom,
        split_depth_px=[dividing.split_depth_px] * len(found),
        min_area_px=[dividing.min_area_px] * len(found),
    )
    parts = [part for patch in patches for part in patch if part.area_px >= dividing.min_area_px]
    for number, part in enumerate(parts, start=1):
        numbers[filled(part.polygon, window) > 0] = number
    return numbers
