"""Before there is a model: typical tiles of every kind of place, half of them with known objects.

Where starting labels (say from OpenStreetMap) cover part of a tile, something of the class is there
for certain; every second tile comes from those, so that the first model sees both sides. Without
features nothing is known about the tiles, and chance is the honest choice.

Source: see ``typiclust.py``; half with foreground follows nnU-Net's oversampling (F. Isensee et
al. 2021, doi:10.1038/s41592-020-01008-z), rounded up because empty ground is learned quickly.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import compact
from learner.acquisition.typiclust import typical_first
from learner.acquisition.values import (
    Booleans,
    ChosenBy,
    Floats32,
    Integers,
    Pool,
    Preference,
    Reason,
    Request,
    descending,
)


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads whatever there is of ``features``, ``starting_share`` and ``labelled_features``."""
    count = len(pool)
    holds = np.zeros(count, bool)
    if pool.starting_share is not None:
        holds = pool.starting_share > 0.0
    if pool.features is None:
        order, typical = rng.permutation(count), np.zeros(count)
        plain = Reason.RANDOM_CHECK
    else:
        labelled = pool.labelled_features
        points = compact(pool.features, rng, labelled)
        order, typical = _within_each(points[:count], points[count:], holds, request, rng)
        plain = Reason.TYPICAL
    return Preference(
        score=typical,
        strength=descending(_alternating(order, holds), count),
        greedy=True,
        spread=False,  # starting labels lie in clumps; passing neighbours over would lose the half
        reason=[Reason.STARTING_LABELS if known else plain for known in holds],
        chosen_by=ChosenBy.COLD_START,
    )


def _within_each(
    points: Floats32,
    labelled: Floats32,
    holds: Booleans,
    request: Request,
    rng: np.random.Generator,
) -> tuple[Integers, np.ndarray]:
    """Typical-first orders of the tiles with and without starting labels, one after the other."""
    if not holds.any() or holds.all():
        return typical_first(points, labelled, request.batch_size, rng)
    half = (request.batch_size + 1) // 2
    typical = np.zeros(len(points))
    orders = []
    for side in (np.flatnonzero(holds), np.flatnonzero(~holds)):
        order, typical[side] = typical_first(points[side], labelled, half, rng)
        orders.append(side[order])
    return np.concatenate(orders), typical


def _alternating(order: Integers, holds: Booleans) -> Integers:
    """``order`` re-dealt so that tiles with and without starting labels take turns."""
    turn = np.empty(len(order), np.int64)
    for offset, side in ((0, order[holds[order]]), (1, order[~holds[order]])):
        turn[side] = 2 * np.arange(len(side)) + offset
    return np.argsort(turn, kind="stable")
