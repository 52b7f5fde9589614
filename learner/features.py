"""What a tile looks like, from its pixels alone: the cold start's embedding, without torch.

Five histograms a tile: lightness, the two colour axes of CIELAB, the direction of edges at two
scales (as in N. Dalal and B. Triggs, CVPR 2005, doi:10.1109/CVPR.2005.177, without cells, since a
tile has no preferred layout), and local binary patterns (T. Ojala et al. 2002,
doi:10.1109/TPAMI.2002.1017623). Each is the square root of shares that sum to 1, so that Euclidean
distance is the Hellinger distance and every part weighs the same.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

_SIDE_PX = 128  # tiles are judged at this size; finer texture is noise of the camera
_BINS = 16
_DIRECTIONS = 8
_STRENGTHS = 3  # weak, middling and strong edges, by magnitude
_EDGE_LIMITS = (8.0, 32.0)  # 8-bit grey levels across two pixels
_PATTERNS = 10  # rotation-invariant uniform local binary patterns of 8 neighbours

FEATURES = 3 * _BINS + 2 * _DIRECTIONS * _STRENGTHS + _PATTERNS

_AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))


def colour_texture_features(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Colour and texture of tiles, unmoved by where in the tile things are.

    Args:
        pixels: ``(N, H, W, 3)`` uint8 RGB, any size; black where there is no imagery.

    Returns:
        ``(N, 106)`` float32 in 0..1, finite, also for constant tiles.

    Raises:
        ValueError: another shape or dtype.
    """
    if pixels.ndim != 4 or pixels.shape[3] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"expected (N, H, W, 3) uint8, got {pixels.shape} {pixels.dtype}")
    features = np.empty((len(pixels), FEATURES), np.float32)
    for row, tile in zip(features, pixels, strict=True):
        row[:] = _describe(_resized(tile, _SIDE_PX))
    return features


def _resized(image: npt.NDArray[np.uint8], side_px: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (side_px, side_px), interpolation=cv2.INTER_AREA), np.uint8)


def _describe(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.uint8)
    grey = lab[..., 0]
    counts = (
        *(np.bincount(lab[..., axis].ravel() // _BINS, minlength=_BINS) for axis in range(3)),
        _edges(grey),
        _edges(_resized(grey, _SIDE_PX // 4)),
        _patterns(grey),
    )
    shares = [np.sqrt(count / count.sum()) for count in counts]
    return np.concatenate(shares).astype(np.float32)


def _edges(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """``(24,)`` pixels by direction (modulo a half turn) and strength of the grey slope."""
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25)
    turn = np.arctan2(down, across) / np.pi % 1.0
    direction = (turn * _DIRECTIONS + 0.5).astype(np.int64) % _DIRECTIONS
    strength = np.digitize(np.hypot(across, down), _EDGE_LIMITS)
    return np.bincount(
        (strength * _DIRECTIONS + direction).ravel(), minlength=_DIRECTIONS * _STRENGTHS
    )


def _patterns(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """``(10,)`` pixels by how many neighbours are brighter in one run; the last: several runs."""
    centre = grey[1:-1, 1:-1]
    height, width = grey.shape
    brighter = np.stack(
        [grey[1 + y : height - 1 + y, 1 + x : width - 1 + x] > centre for y, x in _AROUND]
    )
    changes = (brighter != np.roll(brighter, 1, axis=0)).sum(axis=0)
    pattern = np.where(changes <= 2, brighter.sum(axis=0), _PATTERNS - 1)
    return np.bincount(pattern.ravel(), minlength=_PATTERNS)
