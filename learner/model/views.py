"""The eight symmetries of a square: images turned for the network, its answers turned back."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
import torch
from torch import Tensor

View = tuple[bool, bool, bool]
"""Of the eight symmetries of a square: transposed?, then upside down?, mirrored?"""

VIEWS: dict[int, tuple[View, ...]] = {
    1: ((False, False, False),),
    2: ((False, False, False), (False, False, True)),
    4: tuple((False, down, side) for down, side in product((False, True), repeat=2)),
    8: tuple((swap, down, side) for swap, down, side in product((False, True), repeat=3)),
}

_FLIP_CODES = {(True, False): 0, (False, True): 1, (True, True): -1}
"""OpenCV's for upside down, mirrored, and both."""


def turned(image: Tensor, view: View) -> Tensor:
    """(1, C, h, w) of any type as ``view`` sees it; the image itself where that is the same."""
    if not any(view):
        return image
    swap, down, side = view
    if image.device.type != "cpu":
        straight = image.transpose(2, 3) if swap else image
        return straight.flip([dim for dim, flip in ((2, down), (3, side)) if flip])
    # OpenCV, and in place: a quarter to two thirds of the time that torch takes.
    planes = image[0].numpy()
    seen = np.empty(planes.transpose(0, 2, 1).shape if swap else planes.shape, planes.dtype)
    for plane, into in zip(planes, seen, strict=True):
        straight_plane = cv2.transpose(plane, into) if swap else plane
        if down or side:
            cv2.flip(straight_plane, _FLIP_CODES[down, side], into)
    return torch.from_numpy(seen[None])


def turned_back(image: Tensor, view: View) -> Tensor:
    """The inverse of :func:`turned`, which is a view as well."""
    swap, down, side = view
    return turned(image, (swap, side, down) if swap else view)
