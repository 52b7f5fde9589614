"""Distances and clusters in feature space that stay quick at 100,000 tiles of 512 features."""

from __future__ import annotations

import numpy as np
from threadpoolctl import ThreadpoolController

from learner.acquisition.values import Floats, Floats32, Integers

_PROJECTED = 64
_THREADED_FROM = 20_000  # points; fewer take less time than threads take to wait for each other


def compact(features: Floats32, rng: np.random.Generator, also: Floats32 | None = None) -> Floats32:
    """Features on one scale and in at most 64 dimensions, distances kept within about a tenth.

    Each column is centred; all are divided by one common spread (so directions keep their
    importance); then a Gaussian random projection (Johnson and Lindenstrauss 1984;
    doi:10.1016/S0022-0000(03)00025-4).

    Args:
        features: ``(N, D)`` float32.
        rng: draws the projection.
        also: ``(M, D)`` float32 rows to transform in the same way, appended below.

    Returns:
        ``(N + M, min(D, 64))`` float32, finite; all zero where features are constant.
    """
    centre = features.mean(axis=0, dtype=np.float64)
    rows = features if also is None else np.concatenate([features, also])
    centred = (rows - centre).astype(np.float32)
    spread = float(np.sqrt(np.mean(np.square(centred[: len(features)]), dtype=np.float64)))
    # Rounding alone leaves a spread of about 1e-7 of the magnitude: that is constant, not signal.
    if spread <= 1e-6 * max(1.0, float(np.abs(centre).max(initial=0.0))):
        return np.zeros((len(rows), min(features.shape[1], _PROJECTED)), np.float32)
    centred /= np.float32(spread)
    if features.shape[1] <= _PROJECTED:
        return np.asarray(centred, np.float32)
    projection = rng.standard_normal((features.shape[1], _PROJECTED), dtype=np.float32)
    return np.asarray(centred @ projection / np.float32(np.sqrt(_PROJECTED)), np.float32)


def squared_distance(points: Floats32, centre: Floats32) -> Floats32:
    """``(N,)`` float32 squared Euclidean distances from ``points`` ``(N, D)`` to one ``centre``."""
    difference = points - centre
    return np.asarray(np.einsum("nd,nd->n", difference, difference), np.float32)


def nearest_squared(points: Floats32, centres: Floats32, chunk: int = 8192) -> Floats32:
    """``(N,)`` squared distance of each point to its nearest of ``centres`` ``(M, D)``, M ≥ 1."""
    norms = np.einsum("md,md->m", centres, centres)
    nearest = np.empty(len(points), np.float32)
    for start in range(0, len(points), chunk):
        part = points[start : start + chunk]
        crossed = norms - 2.0 * (part @ centres.T)
        nearest[start : start + chunk] = crossed.min(axis=1) + np.einsum("nd,nd->n", part, part)
    return nearest.clip(min=0.0)


def clusters(points: Floats32, count: int, rng: np.random.Generator) -> Integers:
    """``(N,)`` int64 cluster of each point: mini-batch k-means with at most ``count`` clusters.

    Fewer clusters come out where there are fewer distinct points; constant features give one.
    Source: D. Sculley, "Web-scale k-means clustering", WWW 2010, doi:10.1145/1772690.1772862.
    """
    seed = int(rng.integers(2**31))  # drawn always, so that the stream does not depend on the data
    distinct = len(np.unique(points[: 10 * count], axis=0))
    if distinct < count:
        distinct = len(np.unique(points, axis=0))
    count = min(count, distinct)
    if count <= 1:
        return np.zeros(len(points), np.int64)
    # Here, not above: the API's menu reads the registry, and must not carry 90 MB for it.
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(
        count, random_state=seed, n_init=1, batch_size=max(1024, 4 * count), max_iter=20
    )
    with ThreadpoolController().limit(limits=1 if len(points) < _THREADED_FROM else None):
        return np.asarray(model.fit_predict(points), np.int64)


def farthest_first(
    points: Floats32, nearest: Floats32, count: int, *, rng: np.random.Generator, sample: bool
) -> tuple[Integers, Floats]:
    """A walk that adds, again and again, a point far from everything it has.

    Args:
        points: ``(N, D)`` float32.
        nearest: ``(N,)`` squared distance to what is held already, ``inf`` where nothing is.
        count: steps of the walk, at most ``N``.
        rng: breaks the first tie, and draws where ``sample``.
        sample: True draws in proportion to the squared distance (k-means++, Arthur and
            Vassilvitskii 2007); False takes the farthest (greedy k-centre, Gonzalez 1985,
            doi:10.1016/0304-3975(85)90224-5).

    Returns:
        ``(count,)`` int64 order without repeats and each step's squared distance.
    """
    nearest = nearest.astype(np.float32).copy()
    taken = np.zeros(len(points), bool)
    order = np.empty(count, np.int64)
    gap = np.empty(count)
    for step in range(count):
        pick = _next_far(nearest, taken, rng, sample)
        order[step], gap[step] = pick, nearest[pick]
        taken[pick] = True
        np.minimum(nearest, squared_distance(points, points[pick]), out=nearest)
    gap[~np.isfinite(gap)] = gap[np.isfinite(gap)].max(initial=0.0)
    return order, gap


def _next_far(nearest: Floats32, taken: np.ndarray, rng: np.random.Generator, sample: bool) -> int:
    weight = np.where(taken, 0.0, nearest)
    if not np.isfinite(weight).all():  # nothing is held yet: any of those without a distance
        return int(rng.choice(np.flatnonzero(~np.isfinite(weight))))
    if weight.max() <= 0.0:  # only copies of what is held are left
        return int(rng.choice(np.flatnonzero(~taken)))
    if not sample:
        return int(weight.argmax())
    mass = np.cumsum(weight, dtype=np.float64)
    return int(np.searchsorted(mass, rng.random() * mass[-1], side="right"))
