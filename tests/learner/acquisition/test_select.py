"""The selector's promises, for every acquisition of the registry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.select import select
from learner.acquisition.values import (
    ChosenBy,
    MissingScores,
    Pool,
    Reason,
    Request,
    UnknownAcquisition,
    UnusablePool,
)

SCORES = sorted(set().union(*(entry.needs for entry in ACQUISITIONS.values())))
every_acquisition = pytest.mark.parametrize("name", sorted(ACQUISITIONS))


def a_pool(columns: int, rows: int, seed: int = 0, *, scored: bool = True) -> Pool:
    rng = np.random.default_rng(seed)
    count = columns * rows
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    return Pool(
        xy=np.stack([x.ravel(), y.ravel()], axis=1).astype(np.int64),
        features=rng.normal(size=(count, 12)).astype(np.float32),
        scores={name: rng.random(count).astype(np.float32) for name in SCORES} if scored else {},
        labelled_xy=np.array([[-5, -5]]),
        labelled_features=rng.normal(size=(1, 12)).astype(np.float32),
    )


@every_acquisition
@settings(max_examples=15, deadline=None)
@given(
    columns=st.integers(1, 9),
    rows=st.integers(1, 9),
    batch=st.integers(1, 30),
    extra=st.integers(0, 60),
    round_number=st.integers(0, 8),
    seed=st.integers(0, 5),
    scored=st.booleans(),
)
def test_an_order_holds_each_tile_once_with_a_propensity_and_a_reason(
    name, columns, rows, batch, extra, round_number, seed, scored
):
    pool = a_pool(columns, rows, seed, scored=scored)
    request = Request(batch, batch + extra, round_number, seed)
    choice = select(name, pool, request)

    length = min(batch + extra, len(pool))
    assert len(choice) == length == len(choice.reason) == len(choice.chosen_by)
    assert len(set(choice.order.tolist())) == length
    assert choice.order.min() >= 0 and choice.order.max() < len(pool)
    assert choice.in_batch.tolist() == [place < batch for place in range(length)]
    assert (choice.propensity > 0).all() and (choice.propensity <= 1).all()
    assert np.isfinite(choice.score).all()
    assert set(choice.reason) <= set(Reason)
    owed = int(0.1 * min(batch, length)) if length >= batch else 0
    assert choice.chosen_by[:batch].count(ChosenBy.RANDOM) >= owed

    again = select(name, pool, request)
    assert np.array_equal(choice.order, again.order)
    assert np.array_equal(choice.propensity, again.propensity)


@every_acquisition
def test_another_seed_gives_another_order(name):
    pool = a_pool(20, 20)
    orders = {tuple(select(name, pool, Request(20, 40, 2, seed)).order) for seed in range(4)}
    assert len(orders) == 4


@every_acquisition
def test_constant_features_and_scores_still_give_an_order(name):
    pool = a_pool(6, 6)
    flat = replace(
        pool,
        features=np.full((36, 12), 7.25, np.float32),
        labelled_features=np.full((1, 12), 7.25, np.float32),
        scores={score: np.zeros(36, np.float32) for score in SCORES},
    )
    assert sorted(select(name, flat, Request(10, 36)).order) == list(range(36))


@every_acquisition
def test_without_scores_and_features_the_cold_start_is_random(name):
    pool = Pool(xy=a_pool(10, 10).xy)
    choice = select(name, pool, Request(20, 30))
    assert set(choice.reason) == {Reason.RANDOM_CHECK}
    expected = ChosenBy.RANDOM if name == "random" else ChosenBy.COLD_START
    assert choice.chosen_by.count(expected) > 20


def test_half_of_a_cold_start_comes_from_tiles_with_starting_labels():
    pool = a_pool(20, 20, scored=False)
    share = np.zeros(400, np.float32)
    share[:60] = 0.2
    choice = select(
        "power_entropy", replace(pool, starting_share=share), Request(40, 40, random_share=0.0)
    )
    assert (choice.order < 60).sum() == 20
    assert choice.reason.count(Reason.STARTING_LABELS) == 20
    assert choice.reason.count(Reason.TYPICAL) == 20
    assert set(choice.chosen_by) == {ChosenBy.COLD_START}


def test_neighbours_of_a_taken_tile_are_passed_over_within_the_batch():
    pool = a_pool(20, 20)
    x, y = pool.xy.T
    blob = np.exp(-((x - 10) ** 2 + (y - 10) ** 2) / 20.0).astype(np.float32)
    peaked = replace(pool, scores={"uncertainty": blob})
    choice = select("entropy_top_k", peaked, Request(30, 60, random_share=0.0))
    taken = pool.xy[choice.order[:30]]
    gaps = np.abs(taken[:, None] - taken[None]).max(axis=2)
    assert gaps[np.triu_indices(30, 1)].min() == 2
    assert tuple(taken[0]) == (10, 10)


def test_a_small_pool_is_not_thinned_by_the_neighbour_rule():
    pool = a_pool(5, 5)
    score = np.arange(25, dtype=np.float32)
    choice = select(
        "entropy_top_k",
        replace(pool, scores={"uncertainty": score}),
        Request(10, 25, random_share=0.0),
    )
    assert choice.order.tolist() == list(range(24, -1, -1))


def test_each_cluster_gives_a_tile_before_any_gives_two():
    pool = a_pool(40, 10)
    place = np.repeat(np.arange(8), 50)
    features = np.eye(8, dtype=np.float32)[place]
    scores = {
        "uncertainty": np.ones(400, np.float32),
        "uncertainty_foreground": np.ones(400, np.float32),
    }
    choice = select(
        "power_entropy",
        replace(pool, features=features, scores=scores),
        Request(8, 8, 1, random_share=0.0),
    )
    clusters_met = set(place[choice.order])
    assert len(clusters_met) == 8


def test_a_ranking_and_a_half_random_share_have_the_propensity_worked_by_hand():
    # Four tiles, half of the draws uniform. First draw: tile 3 leads, so q = 0.5/4 + 0.5 = 0.625
    # for it and 0.125 for each other; the last draw has one tile left: q = 1.
    pool = Pool(
        xy=np.array([[0, 0], [9, 0], [0, 9], [9, 9]]),
        scores={"uncertainty": np.array([0.1, 0.2, 0.3, 0.4], np.float32)},
    )
    for seed in range(20):
        choice = select("entropy_top_k", pool, Request(1, 4, seed=seed, random_share=0.5))
        expected = 0.625 if choice.order[0] == 3 else 0.125
        assert choice.propensity[0] == pytest.approx(expected)
        assert choice.propensity[-1] == pytest.approx(1.0)


@every_acquisition
def test_weights_from_the_propensities_make_the_chosen_tiles_unbiased(name):
    """LURE (arXiv:2101.11665, eq. 4) over replays: its mean is the pool's mean."""
    pool = a_pool(8, 5, seed=3)
    loss = pool.scores["uncertainty"].astype(float) ** 2 + 0.1  # chosen tiles have more of it
    drawn, count = 6, len(pool)
    estimates = []
    for seed in range(400):
        choice = select(name, pool, Request(drawn, drawn, 2, seed, random_share=0.4))
        step = np.arange(1, drawn + 1)
        weight = 1 + (count - drawn) / (count - step) * (
            1 / ((count - step + 1) * choice.propensity) - 1
        )
        estimates.append((weight * loss[choice.order]).mean())
    error = np.mean(estimates) - loss.mean()
    assert abs(error) < 3.5 * np.std(estimates) / np.sqrt(len(estimates))
    assert np.std(estimates) > 0


def test_permuting_the_pool_permutes_the_choice_in_distribution():
    pool = a_pool(6, 4, seed=1)
    shuffle = np.random.default_rng(9).permutation(24)
    shuffled = replace(
        pool,
        xy=pool.xy[shuffle],
        features=pool.features[shuffle],
        scores={name: score[shuffle] for name, score in pool.scores.items()},
    )
    counts = np.zeros((2, 24))
    for seed in range(400):
        request = Request(3, 3, 2, seed)
        counts[0, select("power_entropy", pool, request).order] += 1
        counts[1, shuffle[select("power_entropy", shuffled, request).order]] += 1
    # Frequencies of 400 replays; a difference has a standard error of at most sqrt(0.5/400)=0.035.
    assert np.abs(counts[0] - counts[1]).max() / 400 < 0.12
    assert counts[0].max() > 2 * counts[0].min()


@every_acquisition
def test_a_share_of_one_is_simple_random_sampling(name):
    pool = a_pool(5, 4)
    choice = select(name, pool, Request(5, 5, 1, random_share=1.0))
    assert set(choice.chosen_by) == {ChosenBy.RANDOM}
    assert choice.propensity == pytest.approx(1.0 / np.arange(20, 15, -1))


def test_a_model_that_was_not_asked_for_the_score_is_an_error_not_a_cold_start():
    pool = replace(a_pool(3, 3), scores={"uncertainty": np.zeros(9, np.float32)})
    with pytest.raises(MissingScores, match="tta_bald reads bald"):
        select("tta_bald", pool, Request(1, 1))
    with pytest.raises(MissingScores, match="coreset reads features"):
        select("coreset", replace(pool, features=None), Request(1, 1))


def test_not_a_number_is_refused_by_name():
    pool = a_pool(3, 3)
    scores = dict(pool.scores) | {"uncertainty": np.full(9, np.nan, np.float32)}
    with pytest.raises(UnusablePool, match=r"scores\['uncertainty'\] is not finite for 9 of 9"):
        select("random", replace(pool, scores=scores), Request(1, 1))
    features = pool.features.copy()
    features[2, 3] = np.inf
    with pytest.raises(UnusablePool, match="features is not finite for 1 of 9"):
        select("random", replace(pool, features=features), Request(1, 1))


def test_arrays_of_unequal_length_are_refused():
    pool = a_pool(3, 3)
    with pytest.raises(UnusablePool, match="features has 4 rows for 9 tiles"):
        select("random", replace(pool, features=pool.features[:4]), Request(1, 1))


def test_an_empty_pool_is_refused():
    with pytest.raises(UnusablePool, match="empty"):
        select("random", Pool(xy=np.empty((0, 2), np.int64)), Request(1, 1))


def test_an_unknown_name_is_refused_with_those_that_exist():
    with pytest.raises(UnknownAcquisition, match="power_entropy"):
        select("powr_entropy", a_pool(2, 2), Request(1, 1))


def test_a_request_that_cannot_be_met_is_refused():
    for wrong in ({"batch_size": 0, "length": 1}, {"batch_size": 5, "length": 4}):
        with pytest.raises(ValueError, match="batch_size"):
            Request(**wrong)
    with pytest.raises(ValueError, match="random_share"):
        Request(1, 1, random_share=1.5)
