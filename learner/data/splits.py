"""Splits by place: neighbouring tiles share roofs, light and season, so they stay together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spatial_holdout(
    xy: NDArray[np.int64], share: float, seed: int, *, block_tiles: int = 3
) -> NDArray[np.bool_]:
    """Which tiles to hold out, by whole blocks of ``block_tiles`` × ``block_tiles`` tiles.

    Blocks are drawn at random until at least ``share`` of the tiles is held out; a block that
    would take the holdout beyond half of the tiles is passed over.

    Args:
        xy: (N, 2) int64, tile columns and rows of one zoom.
        share: 0..0.5 of the tiles.
        seed: the same seed gives the same split.
        block_tiles: side of a block in tiles, on the grid that starts at tile (0, 0).

    Returns:
        (N,) bool, True for held-out tiles; all False when no block fits.
    """
    held = np.zeros(len(xy), dtype=np.bool_)
    if len(xy) == 0 or share <= 0:
        return held
    _, block_of, sizes = np.unique(
        xy // block_tiles, axis=0, return_inverse=True, return_counts=True
    )
    block_of = block_of.reshape(-1)
    wanted = share * len(xy)
    count = 0
    for block in np.random.default_rng(seed).permutation(len(sizes)):
        if count >= wanted:
            break
        if 2 * (count + sizes[block]) <= len(xy):
            held |= block_of == block
            count += int(sizes[block])
    return held
