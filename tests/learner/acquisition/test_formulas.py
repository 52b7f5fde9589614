"""Each formula on pools small enough to work out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from learner.acquisition import (
    badge,
    coreset,
    drawn_entropy,
    entropy_top_k,
    foreground_random,
    power_entropy,
    power_entropy_per_second,
    spread_entropy,
    suited,
    typiclust,
)
from learner.acquisition.embedding import clusters, compact, nearest_squared
from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.seconds import expected_seconds
from learner.acquisition.select import select
from learner.acquisition.values import Pool, Reason, Request


def line(features: list[float], **scores: list[float]) -> Pool:
    """Tiles far from each other, one feature each."""
    count = len(features)
    return Pool(
        xy=np.stack([10 * np.arange(count), np.zeros(count, int)], axis=1),
        features=np.array(features, np.float32)[:, None],
        scores={name: np.array(values, np.float32) for name, values in scores.items()},
    )


def ranks(strength: np.ndarray) -> list[int]:
    return [int(tile) for tile in np.argsort(-strength, kind="stable") if strength[tile] > -np.inf]


def test_every_entry_says_what_it_is_and_where_it_comes_from():
    for name, entry in ACQUISITIONS.items():
        assert entry.name == name
        assert entry.explanation.endswith(".") and len(entry.explanation) < 100
        assert entry.source


def test_entropy_top_k_ranks_by_uncertainty(rng):
    pool = line([0, 0, 0], uncertainty=[0.2, 0.6, 0.4])
    assert ranks(entropy_top_k.prefer(pool, Request(1, 1), rng).strength) == [1, 2, 0]


def test_foreground_random_gives_two_thirds_by_expected_foreground(rng):
    pool = line([0, 0, 0, 0], mean_probability=[0.0, 0.1, 0.3, 0.0])
    preference = foreground_random.prefer(pool, Request(1, 1), rng)
    weight = np.exp(preference.strength)
    # 1/3 spread over four tiles is 1/12 each; 2/3 falls on the second and third as 1 to 3.
    assert weight == pytest.approx([1 / 12, 1 / 12 + 1 / 6, 1 / 12 + 1 / 2, 1 / 12])
    chance, seen = Reason.RANDOM_CHECK, Reason.SEES_OBJECTS  # more than on average
    assert preference.reason == [chance, chance, seen, chance]


def test_drawn_entropy_takes_the_most_unsure_of_a_draw_that_grows_with_the_batch(rng):
    count = 1000
    unsure = np.random.default_rng(1).permutation(count) / count
    pool = line([0.0] * count, uncertainty=unsure.tolist())
    small = drawn_entropy.prefer(pool, Request(50, 100), rng).strength
    assert ranks(small)[:50] == np.argsort(-unsure)[:50].tolist()  # 20 a tile: the whole pool
    strength = drawn_entropy.prefer(pool, Request(2, 4), rng).strength
    drawn = np.flatnonzero(np.isfinite(strength))
    assert len(drawn) == 40
    assert (
        drawn[np.argsort(-strength[drawn])].tolist() == drawn[np.argsort(-unsure[drawn])].tolist()
    )
    assert unsure[drawn].min() < 0.2  # of all kinds
    long = drawn_entropy.prefer(pool, Request(2, 900), rng).strength
    assert np.isfinite(long).sum() == 900  # an order that somebody asks for is never cut short


def test_foreground_random_is_uniform_when_the_model_sees_nothing(rng):
    pool = line([0, 0], mean_probability=[0.0, 0.0])
    assert np.exp(foreground_random.prefer(pool, Request(1, 1), rng).strength) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("empty", "labelled", "formula"),
    [(2, 0, drawn_entropy), (3, 1, foreground_random), (3, 2, drawn_entropy)],
)
def test_suited_begins_where_objects_are_where_more_than_a_fifth_looks_empty(
    empty, labelled, formula
):
    shown = [0.049] * empty + [0.05] * (10 - empty)
    pool = line([0.0] * 10, mean_probability=shown, uncertainty=np.linspace(1, 0, 10).tolist())
    pool = dataclasses.replace(pool, labelled_xy=np.zeros((labelled, 2), np.int64))
    own = suited.prefer(pool, Request(2, 4), np.random.default_rng(7))
    same = formula.prefer(pool, Request(2, 4), np.random.default_rng(7))
    np.testing.assert_array_equal(own.strength, same.strength)
    assert (own.greedy, own.reason) == (same.greedy, same.reason)


@pytest.mark.parametrize("labelled", [0, 2])
def test_suited_ranks_by_contradiction_where_views_were_compared(labelled):
    shown = [0.01] * 3 + [0.5] * 7
    bald = np.linspace(0, 1, 10).tolist()
    scores = {"mean_probability": shown, "uncertainty": bald[::-1], "bald": bald}
    pool = dataclasses.replace(line([0.0] * 10, **scores), labelled_xy=np.zeros((labelled, 2), int))
    own = suited.prefer(pool, Request(2, 4), np.random.default_rng(7))
    if labelled < 2:  # sparse ground of which the model knows nothing yet
        assert not own.greedy
    else:
        assert ranks(own.strength)[:2] == [9, 8] and set(own.reason) == {Reason.UNSURE_OBJECTS}


def test_suited_ranks_a_draw_of_a_large_pool(rng):
    scores = {"mean_probability": [0.5] * 200, "uncertainty": [0.5] * 200}
    pool = line([0.0] * 200, bald=np.linspace(0, 1, 200).tolist(), **scores)
    strength = suited.prefer(pool, Request(2, 4), rng).strength
    assert np.isfinite(strength).sum() == drawn_entropy.TILES_DRAWN * 2


def test_coreset_walks_to_the_farthest_tile_each_time(rng):
    pool = Pool(
        xy=np.zeros((5, 2), np.int64),
        features=np.array([[1.0], [2.0], [10.0], [5.0], [11.0]], np.float32),
        labelled_xy=np.zeros((1, 2), np.int64),
        labelled_features=np.array([[0.0]], np.float32),
    )
    # 11 is farthest from 0; then 5 (from 0: 5, from 11: 6 -> 5); then 2 (2 from 0, 3 from 5).
    order = ranks(coreset.prefer(pool, Request(2, 5), rng).strength)
    assert order[:3] == [4, 3, 1]
    assert sorted(order) == [0, 1, 2, 3, 4]


def test_badge_prefers_long_embeddings_and_never_draws_a_copy_while_others_are_left():
    pool = line([5.0, 5.0, -5.0, 0.0], uncertainty=[0.6, 0.6, 0.6, 0.0])
    firsts = []
    for seed in range(200):
        order = ranks(badge.prefer(pool, Request(2, 4), np.random.default_rng(seed)).strength)
        assert {0, 1} != set(order[:2])
        firsts.append(order[0])
    assert 3 not in firsts
    assert {0, 1, 2} == set(firsts)


def test_typiclust_takes_the_middle_of_the_largest_cluster_without_labels(rng):
    middle, edge = 0.0, 1.0
    cluster_a = [[middle, 0.0], [edge, 0.0], [-edge, 0.0], [0.0, edge], [0.0, -edge]]
    cluster_b = [[50.0, 0.0], [50.5, 0.0], [49.5, 0.0]]
    pool = Pool(xy=np.zeros((8, 2), np.int64), features=np.array(cluster_a + cluster_b, np.float32))
    order = ranks(typiclust.prefer(pool, Request(2, 8), rng).strength)
    assert order[:2] == [0, 5]

    held = Pool(
        xy=pool.xy,
        features=pool.features,
        labelled_xy=np.zeros((1, 2), np.int64),
        labelled_features=np.array([[0.1, 0.0]], np.float32),
    )
    # Three clusters of nine tiles: one is the far one, which alone is sure to have no label.
    points = compact(held.features, rng, held.labelled_features)
    order, _ = typiclust.typical_first(points[:8], points[8:], 1, rng)
    assert order[0] == 5


def test_spread_entropy_tilts_the_odds_towards_unsure_objects_and_never_to_nothing(rng):
    pool = line([0.0] * 4, uncertainty_foreground=[0.0, 0.2, 0.6, 0.0])
    weights = np.exp(spread_entropy.prefer(pool, Request(2, 4), rng).strength)
    assert weights == pytest.approx([1 / 12, 1 / 12 + 1 / 6, 1 / 12 + 1 / 2, 1 / 12])


def test_spread_entropy_of_a_large_pool_draws_candidates_by_weight(rng):
    count = 3 * spread_entropy.MOST_CANDIDATES
    unsure = np.repeat([1.0, 0.0, 0.0], count // 3)
    pool = line([0.0] * count, uncertainty_foreground=unsure.tolist())
    strength = spread_entropy.prefer(pool, Request(10, 20), rng).strength
    assert np.isfinite(strength).sum() == spread_entropy.MOST_CANDIDATES
    # A tile of the first third weighs 7 times one of the others: 7/9 of the draws at first, fewer
    # as it empties.
    assert 0.6 < np.isfinite(strength)[: count // 3].sum() / spread_entropy.MOST_CANDIDATES < 0.78


def test_spread_entropy_asks_for_every_kind_of_tile_in_each_batch(rng):
    kinds = np.repeat([0.0, 100.0, 200.0, 300.0], 25)
    pool = line(kinds.tolist(), uncertainty_foreground=np.where(kinds == 0, 1.0, 0.01).tolist())
    for seed in range(10):
        order = select("spread_entropy", pool, Request(4, 4, seed=seed, random_share=0.0)).order
        assert set(kinds[order]) == {0.0, 100.0, 200.0, 300.0}


def test_power_rises_from_one_to_a_hundred_and_stays():
    assert [power_entropy.power(number) for number in (0, 1, 3, 5, 9)] == pytest.approx(
        [1, 1, 10, 100, 100]
    )


def test_power_entropy_takes_two_candidates_in_three_near_objects(rng):
    count = 600
    pool = line(
        [0.0] * count,
        uncertainty=[1.0] * 300 + [0.0] * 300,
        uncertainty_foreground=[0.0] * 300 + [1.0] * 300,
    )
    preference = power_entropy.prefer(pool, Request(12, 60, 9), rng)
    drawn = np.flatnonzero(preference.strength > -np.inf)
    assert len(drawn) == 60
    assert (drawn >= 300).sum() == 40
    assert {preference.reason[tile] for tile in drawn[drawn >= 300]} == {Reason.UNSURE_OBJECTS}
    assert {preference.reason[tile] for tile in drawn[drawn < 300]} == {Reason.UNSURE_GROUND}


def test_gumbel_top_draws_in_proportion_to_the_weights():
    strength = np.log([1.0, 2.0, 5.0])
    rng = np.random.default_rng(0)
    firsts = [int(power_entropy.gumbel_top(strength, 1, rng)[0]) for _ in range(8000)]
    # Standard error of a share of 8000 draws is at most 0.0056.
    assert np.bincount(firsts) / 8000 == pytest.approx([0.125, 0.25, 0.625], abs=0.02)


def test_gumbel_top_never_draws_what_has_no_weight(rng):
    assert set(power_entropy.gumbel_top(np.array([0.0, -np.inf, 0.0]), 3, rng)) == {0, 2}


def test_compact_keeps_distances_of_wide_features_within_a_fifth(rng):
    wide = rng.normal(size=(40, 512)).astype(np.float32)
    near = compact(wide, rng)
    assert near.shape == (40, 64)
    first, second = np.triu_indices(40, 1)
    before = np.linalg.norm(wide[first] - wide[second], axis=1)
    after = np.linalg.norm(near[first] - near[second], axis=1)
    assert np.abs(after / before / np.median(after / before) - 1).mean() < 0.2


def test_compact_of_constant_features_is_zero_not_noise(rng):
    assert not compact(np.full((9, 300), 1234.56, np.float32), rng).any()


def test_clusters_are_no_more_than_there_are_distinct_points(rng):
    points = np.repeat(np.array([[0.0], [1.0]], np.float32), 5, axis=0)
    group = clusters(points, 4, rng)
    assert len(set(group.tolist())) == 2
    assert len(set(group[:5].tolist())) == 1
    assert clusters(points[:1], 3, rng).tolist() == [0]


def test_nearest_squared_is_the_distance_to_the_closest_centre_over_chunk_edges():
    points = np.array([[0.0], [3.0], [10.0]], np.float32)
    centres = np.array([[1.0], [8.0]], np.float32)
    assert nearest_squared(points, centres, chunk=2) == pytest.approx([1.0, 4.0, 4.0])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def timed_pool(rng: np.random.Generator, *, seconds_a_house: float) -> Pool:
    """100 tiles all as unsure, whose first feature counts their houses; 30 of a kind were done."""
    houses, known = rng.integers(0, 20, 100), rng.integers(0, 20, 30)
    noise, known_noise = rng.normal(size=(100, 7)), rng.normal(size=(30, 7))
    return Pool(
        xy=np.stack([10 * np.arange(100), np.zeros(100, int)], axis=1),
        features=np.column_stack([houses, noise]).astype(np.float32),
        scores=dict.fromkeys(
            ("uncertainty", "uncertainty_foreground"), np.full(100, 0.5, np.float32)
        ),
        labelled_xy=np.zeros((30, 2), np.int64),
        labelled_features=np.column_stack([known, known_noise]).astype(np.float32),
        labelled_seconds=2.0 + seconds_a_house * known,
    )


def test_seconds_are_learned_from_what_people_spent(rng):
    pool = timed_pool(rng, seconds_a_house=6.0)
    expected = expected_seconds(pool, rng)
    truth = 2.0 + 6.0 * pool.features[:, 0]
    assert np.corrcoef(np.log(expected), np.log(truth))[0, 1] > 0.8
    assert expected.min() >= pool.labelled_seconds.min()
    assert expected.max() <= pool.labelled_seconds.max()


def test_nothing_is_said_of_seconds_that_nobody_measured(rng):
    pool = timed_pool(rng, seconds_a_house=6.0)
    unmeasured = [
        dataclasses.replace(pool, labelled_seconds=None),
        dataclasses.replace(pool, labelled_seconds=np.full(30, np.nan)),
        dataclasses.replace(pool, labelled_features=None),
        timed_pool(rng, seconds_a_house=0.0),
    ]
    assert [expected_seconds(one, rng) for one in unmeasured] == [None] * 4


def test_of_tiles_as_unsure_the_cheaper_are_asked_first_and_without_times_none_is(rng):
    pool = timed_pool(rng, seconds_a_house=6.0)
    houses = pool.features[:, 0]
    strength = power_entropy_per_second.prefer(pool, Request(5, 5, 9), rng).strength
    asked = strength > -np.inf
    assert houses[asked].mean() < houses.mean() - 3
    untimed = dataclasses.replace(pool, labelled_seconds=None)
    plain = power_entropy.prefer(untimed, Request(5, 5, 9), np.random.default_rng(3))
    same = power_entropy_per_second.prefer(untimed, Request(5, 5, 9), np.random.default_rng(3))
    assert (plain.strength == same.strength).all()
