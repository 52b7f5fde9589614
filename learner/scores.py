"""How unsure a model is of a tile, as one number: the scores that acquisitions choose by.

Source: DESIGN, "Choosing tiles", step 2. Aggregating pixel scores over the worst blocks of a tile
rather than over all of it follows Kahl et al. 2024 (ValUES).
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

BLOCK_PX = 32
WORST_BLOCKS = 6
SAMPLE_PX = 4
"""Entropies are taken of every fourth pixel of every fourth row: neighbours hardly differ, and
scoring must not slow prediction down."""
SCORE_NAMES = frozenset({"uncertainty", "uncertainty_foreground", "mean_probability", "bald"})

Floats = NDArray[np.float32]
Value = TypeVar("Value", np.float32, np.bool_)

_LEVELS = 65_535


def _entropy_table() -> Floats:
    p = np.linspace(0.0, 1.0, _LEVELS + 1)
    inner = p[1:-1]
    table = np.zeros(_LEVELS + 1)
    table[1:-1] = -inner * np.log2(inner) - (1 - inner) * np.log2(1 - inner)
    return table.astype(np.float32)


_ENTROPY_BITS = _entropy_table()


def entropy_bits(probability: Floats) -> Floats:
    """Entropy of each pixel in bits (Shannon 1948): 0 when certain, 1 at probability 0.5.

    Args:
        probability: float32 of any shape, 0..1.

    Returns:
        float32 of the same shape, exact to 0.0003: looked up in 65,536 steps, which is several
        times as fast as two logarithms a pixel.
    """
    level = (probability * _LEVELS + 0.5).astype(np.uint16)
    return _ENTROPY_BITS.take(level)


def sampled(pixels: NDArray[Value]) -> NDArray[Value]:
    """Of (…, H, W) those pixels that entropies are taken of, (…, H / 4, W / 4); a view."""
    return pixels[..., ::SAMPLE_PX, ::SAMPLE_PX]


def worst_blocks(pixel_score: Floats, block_px: int = BLOCK_PX) -> Floats:
    """Mean of the 6 highest means over square blocks, for each tile.

    Thin borders and wide empty ground do not swamp such a score as they do a mean or a maximum.

    Args:
        pixel_score: (N, H, W) float32; H and W are multiples of ``block_px``.
        block_px: side of a block; 32 at full resolution.

    Returns:
        (N,) float32, in the unit of ``pixel_score``.
    """
    n, height, width = pixel_score.shape
    # One below the other, since blocks reach over no edge of a tile: a quarter of NumPy's time.
    below = np.ascontiguousarray(pixel_score).reshape(n * height, width)
    size = (width // block_px, n * height // block_px)
    flat = cv2.resize(below, size, interpolation=cv2.INTER_AREA).reshape(n, -1)
    worst = min(WORST_BLOCKS, flat.shape[1])
    top = np.partition(flat, flat.shape[1] - worst, axis=1)[:, -worst:]
    return np.asarray(top.mean(axis=1), dtype=np.float32)


def tile_scores(looked_at: Floats, *, view_entropy: Floats | None = None) -> dict[str, Floats]:
    """The scores of tiles from their probabilities.

    Args:
        looked_at: (N, H / 4, W / 4) float32, 0..1, of every fourth pixel of every fourth row, as
            :func:`sampled` gives them: the mean over views; 0 where there is no imagery.
        view_entropy: (N, H / 4, W / 4) float32 in bits, the mean over views of each view's entropy
            there; None with one view.

    Returns:
        Name → (N,) float32. ``uncertainty``: worst blocks of the entropy ``h`` (0..1 bit);
        ``uncertainty_foreground``: of ``h · p``; ``mean_probability``: the mean of ``p``;
        ``bald``, with views: worst blocks of the mutual information between pixel and view
        (Houlsby et al. 2011), ``h(mean p) − mean h(p)``.
    """
    entropy = entropy_bits(looked_at)
    block_px = BLOCK_PX // SAMPLE_PX
    scores = {
        "uncertainty": worst_blocks(entropy, block_px),
        "uncertainty_foreground": worst_blocks(entropy * looked_at, block_px),
        "mean_probability": looked_at.mean(axis=(1, 2), dtype=np.float32),
    }
    if view_entropy is not None:
        gained = np.maximum(entropy - view_entropy, 0)
        scores["bald"] = worst_blocks(gained, block_px)
    return scores
