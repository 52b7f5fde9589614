"""From a preference to an order of tiles, with the propensity of every draw.

Tiles are drawn one after the other, without replacement. Before draw ``k``, with ``n`` tiles left,
a coin with probability ``r`` decides whether the tile is uniform over what is left or follows the
acquisition's distribution ``a`` over its allowed candidates. What is logged is

    propensity = r / n + (1 - r) · a(tile),

the exact probability that draw ``k`` takes this tile given the draws before it, the scores and the
candidates. That is the ``q(i_m; i_1..m-1, D_pool)`` that the LURE estimator asks for (S. Farquhar,
Y. Gal and T. Rainforth, "On Statistical Bias In Active Learning", ICLR 2021, arXiv:2101.11665);
every tile that is left has at least ``r / n``, so the estimate is unbiased whatever the
acquisition. Two things follow for whoever uses it:

* Acquisitions that rank (``greedy``) have ``a`` = 1 for one tile and 0 for all others. Their log is
  right too, but only the uniform part ever reaches the other tiles, so the estimate rests on few
  heavy draws; those that sample (``power_entropy``) spread the weight.
* The order counts: draws are to be used from the first on, without gaps.

``r`` is ``random_share``, and rises towards the end of a batch that chance has left short, so that
at least ``floor(random_share · batch_size)`` tiles of each batch are uniform draws.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np

from learner.acquisition import cold_start
from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.values import (
    Booleans,
    Choice,
    ChosenBy,
    Floats,
    Integers,
    Pool,
    Preference,
    Reason,
    Request,
    UnknownAcquisition,
)

# Passing neighbours over in a pool smaller than this many batches would leave too little to choose.
_SPREAD_FROM_BATCHES = 10
_NEIGHBOURHOOD_TILES = 9  # a tile and the eight around it


def select(name: str, pool: Pool, request: Request) -> Choice:
    """Order the pool's tiles, most wanted first.

    Where there is no model yet, hence no scores, the cold start stands in for acquisitions that
    read them; the random share is drawn all the same.

    Args:
        name: a key of ``ACQUISITIONS``.
        pool: the tiles; only finite values.
        request: how many, and the seed.

    Returns:
        A ``Choice`` of ``min(request.length, len(pool))`` tiles.

    Raises:
        UnknownAcquisition: the registry has no such name.
        MissingScores: there are scores, but not those that the acquisition reads.
        UnusablePool: the pool is empty, or its arrays do not fit or are not finite.
    """
    if name not in ACQUISITIONS:
        known = ", ".join(sorted(ACQUISITIONS))
        raise UnknownAcquisition(f"there is no acquisition {name!r}; choose one of {known}")
    pool.check()
    rng = np.random.default_rng([request.seed, request.round_number, zlib.crc32(name.encode())])
    entry = ACQUISITIONS[name]
    prefer = entry.prefer if entry.can_judge(pool) else cold_start.prefer
    return _draw(pool, request, prefer(pool, request, rng), rng)


def _draw(pool: Pool, request: Request, preference: Preference, rng: np.random.Generator) -> Choice:
    length = min(request.length, len(pool))
    left = _Left(len(pool))
    candidates = _Candidates(pool, request, preference)
    order, propensity = np.empty(length, np.int64), np.empty(length)
    chosen_by, reason = [], []
    for draw in range(length):
        place = draw % request.batch_size
        if place == 0:
            candidates.start_batch()
            owed = math.floor(request.random_share * request.batch_size)
        share = max(request.random_share, owed / (request.batch_size - place))
        wanted = candidates.distribution()
        by_chance = wanted is None or rng.random() < share
        if wanted is None:
            share = 1.0
        tile = left.any(rng) if by_chance or wanted is None else wanted.sample(rng)
        mass = 0.0 if wanted is None else wanted.mass(tile)
        order[draw] = tile
        propensity[draw] = share / len(left) + (1.0 - share) * mass
        chosen_by.append(ChosenBy.RANDOM if by_chance else preference.chosen_by)
        reason.append(Reason.RANDOM_CHECK if by_chance else preference.reason[tile])
        owed -= by_chance and owed > 0
        left.remove(tile)
        candidates.take(tile)
    return Choice(
        order=order,
        in_batch=np.arange(length) < request.batch_size,
        propensity=np.minimum(propensity, 1.0),  # the sum may exceed 1 by rounding
        chosen_by=chosen_by,
        score=preference.score[order].astype(np.float64),
        reason=reason,
    )


class _Left:
    """The tiles not drawn yet: uniform draws and removals in constant time."""

    def __init__(self, count: int) -> None:
        self._tiles = np.arange(count)
        self._place = np.arange(count)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def any(self, rng: np.random.Generator) -> int:
        return int(self._tiles[rng.integers(self._count)])

    def remove(self, tile: int) -> None:
        place, last = self._place[tile], self._tiles[self._count - 1]
        self._tiles[place], self._place[last] = last, place
        self._count -= 1


@dataclass(frozen=True)
class _Wanted:
    """The acquisition's distribution for one draw."""

    tiles: Integers
    cumulative: Floats

    def sample(self, rng: np.random.Generator) -> int:
        place = np.searchsorted(self.cumulative, rng.random() * self.cumulative[-1], side="right")
        return int(self.tiles[min(int(place), len(self.tiles) - 1)])

    def mass(self, tile: int) -> float:
        place = np.flatnonzero(self.tiles == tile)
        if len(place) == 0:
            return 0.0
        below = self.cumulative[place[0] - 1] if place[0] else 0.0
        return float((self.cumulative[place[0]] - below) / self.cumulative[-1])


class _Candidates:
    """The tiles that the acquisition may draw, and which of them its rules allow just now."""

    def __init__(self, pool: Pool, request: Request, preference: Preference) -> None:
        tiles = np.flatnonzero(preference.strength > -np.inf)
        strength = preference.strength[tiles]
        if preference.greedy:  # no tile can block more than its neighbourhood: the rest never comes
            enough = _NEIGHBOURHOOD_TILES * request.length + 1
            best = np.argsort(-strength, kind="stable")[:enough]
            tiles, strength = tiles[best], strength[best]
        self._tiles, self._strength, self._greedy = tiles, strength, preference.greedy
        self._pool_xy, self._xy = pool.xy, pool.xy[tiles]
        self._free = np.ones(len(tiles), bool)
        self._near = np.zeros(len(tiles), bool)
        self._spread = preference.spread and len(pool) >= _SPREAD_FROM_BATCHES * request.batch_size
        self._group = None if preference.group is None else preference.group[tiles]
        self._taken_in_group = np.zeros(1 if self._group is None else self._group.max() + 1, int)

    def start_batch(self) -> None:
        """Neighbours of an earlier batch's tiles are welcome again."""
        self._near[:] = False

    def take(self, tile: int) -> None:
        """``tile`` is drawn: it, its neighbours and its cluster step back."""
        if self._spread:
            self._near |= np.abs(self._xy - self._pool_xy[tile]).max(axis=1) <= 1
        place = np.flatnonzero(self._tiles == tile)
        self._free[place] = False
        if self._group is not None:
            self._taken_in_group[self._group[place]] += 1

    def _allowed(self) -> Booleans:
        """Free candidates, without neighbours and from the least used clusters if there are any."""
        apart = self._free & ~self._near
        allowed = apart if apart.any() else self._free.copy()
        if self._group is not None and allowed.any():
            used = self._taken_in_group[self._group]
            allowed &= used == used[allowed].min()
        return allowed

    def distribution(self) -> _Wanted | None:
        """What the next draw follows, or None when no candidate is left."""
        allowed = np.flatnonzero(self._allowed())
        if len(allowed) == 0:
            return None
        strength = self._strength[allowed]
        best = strength.argmax()
        if self._greedy:
            return _Wanted(self._tiles[allowed[[best]]], np.ones(1))
        return _Wanted(self._tiles[allowed], np.cumsum(np.exp(strength - strength[best])))
