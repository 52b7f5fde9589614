"""Splits by place: neighbouring tiles share roofs, light and season, so they stay together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spatial_holdout(
    xy: NDArray[np.int64], share: float, seed: int, *, block_tiles: int = 3
) -> NDArray[np.bool_]:
    """Which tiles to hold out, by whole blocks of ``block_tiles`` × ``block_tiles`` tiles.

    Each block has a place in one random order of all the blocks of the world; those before the
    others are held out until at least ``share`` of the tiles is. So when tiles come to be added,
    what was held out mostly stays so, and a model that goes on learning is not judged by what it
    has seen. A block that would take the holdout beyond half of the tiles is passed over.

    Args:
        xy: (N, 2) int64, tile columns and rows of one zoom.
        share: 0..0.5 of the tiles.
        seed: of the order, not negative.
        block_tiles: side of a block in tiles, on the grid that starts at tile (0, 0).

    Returns:
        (N,) bool, True for held-out tiles; all False when no block fits.
    """
    held = np.zeros(len(xy), dtype=np.bool_)
    if len(xy) == 0 or share <= 0:
        return held
    blocks, block_of, sizes = np.unique(
        xy // block_tiles, axis=0, return_inverse=True, return_counts=True
    )
    block_of = block_of.reshape(-1)
    wanted = share * len(xy)
    count = 0
    for block in np.argsort([_draw(seed, column, row) for column, row in blocks.tolist()]):
        if count >= wanted:
            break
        if 2 * (count + sizes[block]) <= len(xy):
            held |= block_of == block
            count += int(sizes[block])
    return held


_WORD = 2**64 - 1


def _draw(seed: int, column: int, row: int) -> float:
    """0..1, the same for one block whatever others there are."""
    key = (seed, column & _WORD, row & _WORD)  # seeds are not negative, columns may be
    return float(np.random.default_rng(key).random())
