"""Basins of depth: what tells roofs apart that stand wall to wall.

A roof is deep in its middle, and the neck between two roofs is shallow, both because it is narrow
and because the model is less sure there. Depth is therefore averaged over thresholds: the distance
to the edge that is expected when the right threshold is unknown. Roofs are the basins of that depth
(watershed, Beucher & Lantuéjoul 1979), a basin being one of its own when it is deeper than its neck
by some depth (persistence; the h-maxima of Soille 2003).

Everything is whole numbers, so that neither blocks nor neighbours on a sheet leave a trace.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from learner.outlines.sheet import Area

STEP_PX = 2
"""Depth is computed for squares of so many pixels: the network sees no finer."""
PROBABILITY_STEPS = 65_535
"""What a probability of 1 is."""
_DEPTH_STEPS_PER_PX = 32
# The levels over which depth is averaged: the piece's own threshold, and those above it.
_LEVELS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95)
# Takes the staircase out of the depth, which would make a peak of every step.
_SMOOTH_PX = 1.0
_EIGHT = np.ones((3, 3), np.uint8)  # neighbours over corners too


def coarse(area: Area) -> Area:
    """An image's area of a sheet, counted in steps; a sheet begins each at a whole one."""
    rows, columns = (
        slice(side.start // STEP_PX, (side.stop + STEP_PX - 1) // STEP_PX) for side in area
    )
    return rows, columns


def expected_depth(mask: NDArray[np.uint8], levels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """How deep pixels lie inside: the distance to the edge, averaged over thresholds.

    Args:
        mask: (H, W), 1 inside pieces; both sides even, nothing inside at the edges.
        levels: (H, W), probabilities, of which 1 is ``PROBABILITY_STEPS``.

    Returns:
        (H / 2, W / 2), in 32nds of a pixel; 0 outside.
    """
    size = (mask.shape[1] // STEP_PX, mask.shape[0] // STEP_PX)
    share = cv2.resize(mask * np.uint8(STEP_PX**2), size, interpolation=cv2.INTER_AREA)
    sure = cv2.resize(levels, size, interpolation=cv2.INTER_AREA)
    inside = share >= STEP_PX**2 / 2
    depth = np.zeros(inside.shape, np.float32)
    for level in _LEVELS:
        core = inside & (sure >= level * PROBABILITY_STEPS)
        depth += cv2.distanceTransform(core.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    steps = depth * np.float32(_DEPTH_STEPS_PER_PX * STEP_PX / len(_LEVELS)) + np.float32(0.5)
    smooth = cv2.GaussianBlur(steps.astype(np.uint16), (0, 0), _SMOOTH_PX / STEP_PX)
    return np.where(inside, np.maximum(smooth, 1), 0).astype(np.uint16)


def basins_of(
    depth: NDArray[np.uint16],
    areas: Sequence[Area],
    *,
    split_depth_px: NDArray[np.float64],
    min_area_px: NDArray[np.float64],
) -> NDArray[np.int32]:
    """The parts of those images on a sheet that have several.

    Args:
        depth: (h, w), of the sheet, from :func:`expected_depth`.
        areas: of the n images on it, counted in steps.
        split_depth_px: (n,); a part lies this much deeper than its neck to the next.
        min_area_px: (n,); no part is smaller.

    Returns:
        (h, w): numbers from 1 on, each of one part; 0 outside and in images that are one part.
    """
    image_at = np.zeros(depth.shape, np.int32)
    for number, area in enumerate(areas):
        image_at[area] = number
    split_depth, min_area = split_depth_px * _DEPTH_STEPS_PER_PX, min_area_px / STEP_PX**2
    row, column = np.nonzero((depth > 0) & (depth >= cv2.dilate(depth, _EIGHT)))
    # What is not even deep enough over the ground is no part of its own: most pieces have one
    # summit then, and are passed over.
    deep = depth[row, column] >= split_depth[image_at[row, column]]
    row, column = row[deep], column[deep]
    summits = np.zeros(depth.shape, np.bool_)
    summits[row, column] = True
    markers, count = ndimage.label(summits, structure=_EIGHT, output=np.int32)
    image_of, summit = np.zeros(count + 1, np.int32), np.zeros(count + 1, np.int64)
    image_of[markers[row, column]] = image_at[row, column]
    summit[markers[row, column]] = depth[row, column]
    has_several = np.bincount(image_of[1:], minlength=len(areas)) > 1
    mask = (depth > 0) & has_several[image_at]
    basins = watershed(-depth.astype(np.int32), markers, mask=mask)
    return _merged(basins, depth, summit, split_depth[image_of], min_area[image_of])


def _merged(
    basins: NDArray[np.int32],
    depth: NDArray[np.uint16],
    summits: NDArray[np.int64],
    split_depths: NDArray[np.float64],
    min_areas: NDArray[np.float64],
) -> NDArray[np.int32]:
    """The basins, joined over the deepest necks first where either is hardly deeper, or small.

    Of each basin are given: its greatest depth, and its piece's rules.
    """
    count = len(summits)
    summit, split_depth, min_area = summits.tolist(), split_depths.tolist(), min_areas.tolist()
    area = np.bincount(basins.ravel(), minlength=count).tolist()
    parent = list(range(count))

    def root(basin: int) -> int:
        while parent[basin] != basin:
            parent[basin] = parent[parent[basin]]
            basin = parent[basin]
        return basin

    for neck, left, right in _necks(basins, depth):
        one, other = root(left), root(right)
        if one == other:
            continue
        prominence = min(summit[one], summit[other]) - neck
        if prominence < split_depth[one] or min(area[one], area[other]) < min_area[one]:
            parent[other] = one
            summit[one] = max(summit[one], summit[other])
            area[one] += area[other]
    roots = np.array([root(basin) for basin in range(count)], np.int32)
    return roots[basins]


def _necks(basins: NDArray[np.int32], depth: NDArray[np.uint16]) -> list[tuple[int, int, int]]:
    """The deepest point between each two basins that touch, deepest first."""
    found = []
    for here, there in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        one, other = basins[here], basins[there]
        (apart,) = np.nonzero(((one != other) & (one > 0) & (other > 0)).ravel())
        one, other = one.ravel()[apart], other.ravel()[apart]
        neck = np.minimum(depth[here], depth[there]).ravel()[apart]
        found.append(np.stack([neck, np.minimum(one, other), np.maximum(one, other)]))
    neck, left, right = np.concatenate(found, axis=1, dtype=np.int64)
    by_pair = np.lexsort((-neck, right, left))
    neck, left, right = neck[by_pair], left[by_pair], right[by_pair]
    is_first = np.ones(len(neck), np.bool_)
    is_first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    neck, left, right = neck[is_first], left[is_first], right[is_first]
    order = np.argsort(-neck, kind="stable")
    return list(zip(neck[order].tolist(), left[order].tolist(), right[order].tolist(), strict=True))
