import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from learner.data.splits import spatial_holdout

grids = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=80)


@given(tiles=grids, share=st.floats(0, 0.5), seed=st.integers(0, 5))
def test_blocks_stay_whole_and_at_most_half_is_held(
    tiles: set[tuple[int, int]], share: float, seed: int
) -> None:
    xy = np.array(sorted(tiles), np.int64)
    held = spatial_holdout(xy, share, seed, block_tiles=3)
    assert held.sum() * 2 <= len(xy)
    sides = {}
    for block, side in zip(map(tuple, xy // 3), held, strict=True):
        assert sides.setdefault(block, side) == side


def test_the_share_is_met_when_blocks_allow_and_the_seed_decides() -> None:
    xy = np.stack(np.meshgrid(np.arange(12), np.arange(12)), axis=-1).reshape(-1, 2)
    held = spatial_holdout(xy, 0.25, seed=1, block_tiles=3)
    assert held.sum() == 36  # four of sixteen blocks of nine
    assert np.array_equal(held, spatial_holdout(xy, 0.25, seed=1, block_tiles=3))
    assert not np.array_equal(held, spatial_holdout(xy, 0.25, seed=2, block_tiles=3))


def test_nothing_is_held_of_nothing_or_without_a_share() -> None:
    assert spatial_holdout(np.zeros((0, 2), np.int64), 0.2, 0).shape == (0,)
    assert not spatial_holdout(np.zeros((4, 2), np.int64), 0.0, 0).any()


def test_what_is_held_mostly_stays_so_when_tiles_come_to_be_added() -> None:
    """Else a model that goes on learning would be judged by what it has seen."""
    xy = np.stack(np.meshgrid(np.arange(30), np.arange(30)), axis=-1).reshape(-1, 2)
    order = np.random.default_rng(0).permutation(len(xy))
    few, more = np.sort(order[:300]), np.sort(order[:400])
    first = set(few[spatial_holdout(xy[few], 0.15, seed=0)])
    learnt = set(few) - first
    second = set(more[spatial_holdout(xy[more], 0.15, seed=0)])
    assert len(second & learnt) <= 0.1 * len(second)
    assert len(first & second) >= 0.8 * len(first)
