"""Many small images on one sheet, so that each step is one call for all of them.

A town's pieces are a few dozen pixels wide. One by one, calling a library costs several times what
it computes; side by side, with nothing between them, they are one image like any other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_GAP_PX = 4  # so far apart that no blur, distance or growth of one image meets the next

Area = tuple[slice, slice]
"""Rows and columns of pixels."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where images lie on a sheet that holds them all.

    Attributes:
        areas: of each image; their north-west pixels have even rows and columns, and at least 4
            empty pixels lie around each.
        shape: the sheet's height and width in pixels, both even.
    """

    areas: tuple[Area, ...]
    shape: tuple[int, int]

    @classmethod
    def of(cls, sizes: Sequence[tuple[int, int]]) -> Sheet:
        """A sheet for images of these heights and widths: on shelves, the tallest first."""
        rooms = [(height + height % 2, width + width % 2) for height, width in sizes]
        pixels = sum((height + _GAP_PX) * (width + _GAP_PX) for height, width in rooms)
        widest = max((width for _, width in rooms), default=0)
        end = _GAP_PX + max(widest, math.isqrt(pixels) // 2 * 2)
        areas: list[Area] = [np.s_[0:0, 0:0]] * len(sizes)
        row, column, below = _GAP_PX, _GAP_PX, _GAP_PX
        for index in sorted(range(len(sizes)), key=lambda index: -rooms[index][0]):
            (height, width), (room_height, room_width) = sizes[index], rooms[index]
            if column + room_width > end:
                row, column = below, _GAP_PX
            areas[index] = np.s_[row : row + height, column : column + width]
            column += room_width + _GAP_PX
            below = max(below, row + room_height + _GAP_PX)
        return cls(tuple(areas), (below, end + _GAP_PX))
