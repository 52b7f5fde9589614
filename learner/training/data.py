"""What a model is trained on, as plain arrays; and the rule that no audit pixel is among them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from mercantile import Tile
from numpy.typing import NDArray

from learner.errors import BadTrainingData, OneSidedLabels, TooFewLabels
from learner.grid import PixelWindow

IGNORE = 255
"""The mask value of pixels that teach nothing."""

_GAP_RIM_PX = 2  # the edges of both objects belong to what tells them apart


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Labelled chips.

    Attributes:
        pixels: (N, S, S, 3) uint8 RGB.
        masks: (N, S, S) uint8: 0 ground, 1 object, 255 ignore (no imagery, audit, unsure).
        weights: (N,) float32, 0..1: how far each chip's mask is to be believed.
        xy: (N, 2) int64, column and row of the tile in each chip's middle.
        verified: (N,) bool, True where people settled the tile, False for starting labels.
    """

    pixels: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    weights: NDArray[np.float32]
    xy: NDArray[np.int64]
    verified: NDArray[np.bool_]

    def __post_init__(self) -> None:
        n, side = len(self.pixels), self.pixels.shape[1] if self.pixels.ndim == 4 else -1
        fits = (
            self.pixels.shape == (n, side, side, 3)
            and self.masks.shape == (n, side, side)
            and self.weights.shape == (n,)
            and self.xy.shape == (n, 2)
            and self.verified.shape == (n,)
        )
        if not fits:
            raise BadTrainingData(
                "A training set is pixels (N,S,S,3), masks (N,S,S), weights (N,), xy (N,2) and "
                f"verified (N,); got {self.pixels.shape}, {self.masks.shape}, "
                f"{self.weights.shape}, {self.xy.shape}, {self.verified.shape}."
            )
        if self.pixels.dtype != np.uint8 or self.masks.dtype != np.uint8:
            raise BadTrainingData("Pixels and masks of a training set are uint8.")
        if bool(((self.masks > 1) & (self.masks != IGNORE)).any()):
            raise BadTrainingData("Masks hold 0 (ground), 1 (object) or 255 (ignore) only.")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def object_share(self) -> float:
        """Of the labelled pixels, how many are object, 0..1; 0 where none is labelled."""
        labelled = self.masks[self.masks != IGNORE]
        return float((labelled == 1).mean()) if len(labelled) else 0.0

    def subset(self, chosen: NDArray[np.bool_]) -> TrainingSet:
        """The chips where ``chosen`` (N,) is True."""
        return TrainingSet(
            self.pixels[chosen],
            self.masks[chosen],
            self.weights[chosen],
            self.xy[chosen],
            self.verified[chosen],
        )


def blank_audit(
    pixels: NDArray[np.uint8],
    masks: NDArray[np.uint8],
    windows: Sequence[PixelWindow],
    audit_tiles: Collection[Tile],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Copies of chips in which nothing of the audit set is left.

    Accuracy is claimed from the audit tiles, so no pixel of them may be learnt from; a chip's
    margin often reaches into one.

    Args:
        pixels: (N, S, S, 3) uint8 RGB.
        masks: (N, S, S) uint8.
        windows: N windows of S × S world pixels.
        audit_tiles: of the windows' zoom.

    Returns:
        Pixels with 0 and masks with 255 = ignore wherever a chip lies in an audit tile.

    Raises:
        BadTrainingData: the windows do not fit the chips, or an audit tile has another zoom.
    """
    if len(windows) != len(pixels) or any(w.shape != masks.shape[1:] for w in windows):
        raise BadTrainingData("blank_audit needs one window of the chip's own size for each chip.")
    zooms = {window.zoom for window in windows} | {tile.z for tile in audit_tiles}
    if len(zooms) > 1:
        raise BadTrainingData(f"Chips and audit tiles are of one zoom; got {sorted(zooms)}.")
    audit = set(audit_tiles)
    pixels, masks = pixels.copy(), masks.copy()
    for index, window in enumerate(windows):
        for tile in audit.intersection(window.tiles()):
            row, column = window.offset_of(PixelWindow.of_tile(tile))
            rows = slice(max(row, 0), max(row + 256, 0))
            columns = slice(max(column, 0), max(column + 256, 0))
            pixels[index, rows, columns] = 0
            masks[index, rows, columns] = IGNORE
    return pixels, masks


def ignore_borders(masks: NDArray[np.uint8], within_px: int) -> NDArray[np.uint8]:
    """A copy of ``masks`` (N, S, S) that ignores pixels up to ``within_px`` from an outline.

    Outlines drawn by hand are a pixel or two off; what lies that close is not worth arguing over.
    """
    if within_px == 0:
        return masks
    side = 2 * within_px + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    ignored = masks.copy()
    for mask, out in zip(masks, ignored, strict=True):
        inside = (mask == 1).astype(np.uint8)
        out[cv2.dilate(inside, kernel) != cv2.erode(inside, kernel)] = IGNORE
    return ignored


def near_gaps(mask: NDArray[np.uint8], gap_px: int) -> NDArray[np.bool_]:
    """Where a mask shows a narrow gap between objects, and two pixels around it.

    Args:
        mask: (S, S) uint8: 0, 1, or 255 = ignore.
        gap_px: gaps of up to this width are narrow; an odd one counts as the next even.

    Returns:
        (S, S) bool.

    Source: the border weights of U-Net (Ronneberger et al. 2015), by closing instead of distances.
    """
    inside = (mask == 1).astype(np.uint8)
    # Nothing lies beyond the edge: what is narrow between an object and it is no gap.
    kernel, beyond = _square((gap_px + 1) // 2), cv2.BORDER_CONSTANT
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, kernel, borderType=beyond, borderValue=0)
    near = cv2.dilate((closed > inside).astype(np.uint8), _square(_GAP_RIM_PX))
    return np.asarray(near > 0, dtype=np.bool_)


def refuse_unteachable(data: TrainingSet, min_chips: int) -> NDArray[np.bool_]:
    """Which chips (N,) teach anything; refuses sets that no model can be trained on.

    Raises:
        TooFewLabels: fewer than ``min_chips`` chips with a weight and a labelled pixel.
        OneSidedLabels: the labelled pixels are all object or all ground.
    """
    usable = (data.weights > 0) & (data.masks != IGNORE).any(axis=(1, 2))
    count = int(usable.sum())
    if count < min_chips:
        raise TooFewLabels(
            f"Only {count} labelled tile{'' if count == 1 else 's'} can be learnt from; at least "
            f"{min_chips} are needed. Map some more tiles, or add starting labels."
        )
    masks = data.masks[usable]
    if not (masks == 1).any():
        raise OneSidedLabels(
            f"All {count} labelled tiles are empty: a model needs examples of what to find. Map "
            "tiles that hold some, or add starting labels."
        )
    if not (masks == 0).any():
        raise OneSidedLabels(
            f"The {count} labelled tiles are covered from edge to edge: a model needs examples of "
            "ground as well. Map some other tiles, and check the starting labels."
        )
    return np.asarray(usable, dtype=np.bool_)


def _square(reach_px: int) -> NDArray[np.uint8]:
    """The kernel of a pixel and ``reach_px`` around it; of an even side it would shift things."""
    return np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)


def fingerprint(data: TrainingSet) -> str:
    """SHA-256 (hex) of everything in ``data``: equal sets and only they share it."""
    digest = hashlib.sha256()
    for array in (data.pixels, data.masks, data.weights, data.xy, data.verified):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
