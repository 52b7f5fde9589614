"""Where a model is weak: the same counts by object size, by density of the tile, by imagery."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from learner.evaluation.counts import ObjectCounts
from learner.evaluation.objects import ObjectMatches

# Roof areas in square metres: sheds, small houses, houses, large buildings.
SIZE_EDGES_M2 = (0.0, 20.0, 60.0, 200.0, np.inf)
# Share of the tile that the class covers: nothing, sparse, mixed, dense.
DENSITY_EDGES = (0.0, 1e-9, 0.1, 0.3, np.inf)


def counts_by_size(
    matches: ObjectMatches,
    predicted_area_m2: ArrayLike,
    true_area_m2: ArrayLike,
    *,
    edges_m2: Sequence[float] = SIZE_EDGES_M2,
) -> list[ObjectCounts]:
    """Object counts of one tile by size: one for each stratum ``[edge, next edge)``.

    Found and missed objects count where the *true* one lies, invented ones where the predicted one
    does, so that the strata add up to the tile's counts.

    Args:
        matches: of the tile, from :func:`~learner.evaluation.objects.match_objects`.
        predicted_area_m2: (P,) in the order in which the predictions were given to it.
        true_area_m2: (T,) likewise.
        edges_m2: ascending; an object outside all strata counts nowhere.
    """
    predicted = np.asarray(predicted_area_m2, dtype=np.float64)[matches.order]
    true = np.asarray(true_area_m2, dtype=np.float64)
    found = np.zeros(matches.truth_count, dtype=bool)
    found[matches.truth_of[matches.truth_of >= 0]] = True
    invented = matches.truth_of < 0
    counts: list[ObjectCounts] = []
    for low, high in pairwise(edges_m2):
        inside = (true >= low) & (true < high)
        counts.append(
            ObjectCounts(
                tp=int((inside & found).sum()),
                fp=int((invented & (predicted >= low) & (predicted < high)).sum()),
                fn=int((inside & ~found).sum()),
            )
        )
    return counts


def counts_by_stratum(
    counts: ArrayLike, strata: Sequence[Hashable]
) -> dict[Hashable, NDArray[np.int64]]:
    """The tiles' counts, told apart by any name: their imagery, a density, a district.

    Args:
        counts: (T, k), a row a tile.
        strata: (T,) the name of each tile's stratum.

    Returns:
        (n, k) int64 rows of each stratum's tiles, in the order in which strata first appear: what
        :func:`learner.evaluation.intervals.bootstrap` takes.

    Raises:
        ValueError: not one name a tile.
    """
    rows = np.asarray(counts, dtype=np.int64)
    if rows.ndim != 2 or len(rows) != len(strata):
        raise ValueError(f"counts {rows.shape} and strata ({len(strata)},) do not match")
    return {name: rows[[found == name for found in strata]] for name in dict.fromkeys(strata)}


def density_of(pixel_counts: ArrayLike) -> NDArray[np.float64]:
    """Share (0..1) of each tile's known pixels that truly hold the class.

    Args:
        pixel_counts: (..., 4): tp, fp, fn, tn.

    Returns:
        (...) float64; NaN where no pixel is known.
    """
    counts = np.asarray(pixel_counts, dtype=np.float64)
    known = counts.sum(axis=-1)
    return np.asarray((counts[..., 0] + counts[..., 2]) / np.where(known > 0, known, np.nan))


def stratum_of(values: ArrayLike, edges: Sequence[float]) -> NDArray[np.int64]:
    """Index of the stratum ``[edge, next edge)`` of each value, -1 outside all or for NaN.

    Args:
        values: any shape, in the unit of ``edges``.
        edges: ascending, one more than there are strata.

    Returns:
        int64 of the same shape, -1..len(edges) - 2.
    """
    array = np.asarray(values, dtype=np.float64)
    place = np.searchsorted(np.asarray(edges), array, side="right").astype(np.int64) - 1
    inside = np.isfinite(array) & (place >= 0) & (place < len(edges) - 1)
    return np.where(inside, place, -1)
