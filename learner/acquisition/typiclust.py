"""Typical first: the most ordinary tile of each kind of place, for budgets too small for doubt.

Clusters the pool together with what is labelled, then serves, from the clusters with fewest labels
(larger ones first), the tile whose neighbours in feature space are closest.

Source: G. Hacohen, A. Dekel and D. Weinshall, "Active Learning on a Budget: Opposite Strategies
Suit High and Low Budgets", ICML 2022, arXiv:2202.02794.
"""

from __future__ import annotations

import numpy as np

from learner.acquisition.embedding import clusters, compact
from learner.acquisition.values import (
    Acquisition,
    Floats,
    Floats32,
    Integers,
    Pool,
    Preference,
    Reason,
    Request,
    descending,
)

_NEIGHBOURS = 20  # as in the paper
_MOST_CLUSTERS = 500  # as in the paper
_COMPARED_WITH = 2_000  # members of a large cluster that stand for all of it


def typicality(points: Floats32, group: Integers, rng: np.random.Generator) -> Floats:
    """``(N,)`` float64: inverse mean distance to the 20 nearest of the same cluster.

    Args:
        points: ``(N, D)`` float32.
        group: ``(N,)`` int64 cluster of each.
        rng: draws the members that a cluster of more than 2,000 is compared with.
    """
    typical = np.zeros(len(points))
    by_group = np.argsort(group, kind="stable")
    for members in np.split(by_group, np.flatnonzero(np.diff(group[by_group])) + 1):
        others = members
        if len(members) > _COMPARED_WITH:
            others = rng.choice(members, _COMPARED_WITH, replace=False)
        for part in np.array_split(members, 1 + len(members) // 4096):
            typical[part] = 1.0 / (1e-6 + _mean_near_distance(points[part], points[others]))
    return typical


def _mean_near_distance(points: Floats32, others: Floats32) -> Floats32:
    squared = (
        np.einsum("nd,nd->n", points, points)[:, None]
        + np.einsum("md,md->m", others, others)
        - 2.0 * (points @ others.T)
    )
    near = min(_NEIGHBOURS + 1, len(others))  # one more: nearest of all is the tile itself
    nearest = np.partition(squared, near - 1, axis=1)[:, :near].clip(min=0.0)
    return np.asarray(np.sqrt(nearest).sum(axis=1) / max(near - 1, 1), np.float32)


def typical_first(
    points: Floats32, labelled: Floats32, batch_size: int, rng: np.random.Generator
) -> tuple[Integers, Floats]:
    """An order of all ``points`` and their typicality.

    Args:
        points: ``(N, D)`` float32, the pool.
        labelled: ``(M, D)`` float32; their clusters wait until the others have had a turn.
        batch_size: clusters asked for, beside one for each labelled point.
        rng: draws the clusters' seed.

    Returns:
        ``(N,)`` int64 order, ``(N,)`` float64 typicality.
    """
    count = min(batch_size + len(labelled), _MOST_CLUSTERS, len(points) + len(labelled))
    group = clusters(np.concatenate([points, labelled]), count, rng)
    group, labelled_group = group[: len(points)], group[len(points) :]
    typical = typicality(points, group, rng)
    groups = int(group.max(initial=0)) + 1
    held = np.bincount(labelled_group[labelled_group < groups], minlength=groups)
    size = np.bincount(group, minlength=groups)
    by_typicality = np.lexsort((-typical, group))
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    turn = np.empty(len(points), np.int64)  # a cluster's k-th most typical tile waits k turns
    turn[by_typicality] = np.arange(len(points)) - first[group[by_typicality]]
    order = np.lexsort((-typical, -size[group], turn + held[group]))
    return order, typical


def prefer(pool: Pool, request: Request, rng: np.random.Generator) -> Preference:
    """Reads ``features`` ``(N, D)`` and, where there are any, ``labelled_features``."""
    assert pool.features is not None, "the selector asks only when can_judge() holds"
    count = len(pool)
    points = compact(pool.features, rng, pool.labelled_features)
    order, typical = typical_first(points[:count], points[count:], request.batch_size, rng)
    return Preference(
        score=typical,
        strength=descending(order, count),
        greedy=True,
        reason=[Reason.TYPICAL] * count,
    )


TYPICLUST = Acquisition(
    name="typiclust",
    explanation="The most ordinary tile of each kind of place that has no label yet.",
    source="arXiv:2202.02794",
    prefer=prefer,
    needs_features=True,
)
