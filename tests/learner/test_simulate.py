"""The oracle replay: budgets, people's seconds, and the same start for every strategy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from learner.chip_prediction import predict_chips
from learner.data.chip_set import ChipSet, split_by_place
from learner.data.rasterise import rasterise
from learner.data.town import generate_town
from learner.people.habits import MapperHabits
from learner.people.shown import Dividing
from learner.simulate import Plan, Recipe, replay
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train
from tests.learner.toy import toy_checkpoint

SIDE = 64
TINY = Recipe(
    model=ModelConfig(decoder_channels=(16, 8)),
    training=TrainConfig(
        min_steps=4, max_steps=4, epochs=1, batch_size=4, crop_px=64, holdout_share=0.0,
        rotate_share=0.0, colour_strength=0.1, learning_rate=5e-3, ema_decay=0.5,
    ),
    views=2,
    members=2,
    device="cpu",
)  # fmt: skip


def bright_squares(count: int, seed: int = 0) -> ChipSet:
    """Dark ground with one bright square a chip, on every second chip."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(20, 60, (count, SIDE, SIDE, 3), dtype=np.uint8)
    masks = np.zeros((count, SIDE, SIDE), np.uint8)
    for chip in range(0, count, 2):
        row, column = rng.integers(0, SIDE - 28, 2)
        masks[chip, row : row + 28, column : column + 28] = 1
        pixels[chip][masks[chip] == 1] += 150
    place = np.arange(count) // 6
    xy = np.stack([np.arange(count) % 6 + 100 * place, np.zeros(count, np.int64)], axis=1)
    return ChipSet(pixels, masks, xy, place)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_split_never_cuts_a_place():
    chips = bright_squares(60)
    for seed in range(10):
        pool, test = split_by_place(chips, 0.3, seed)
        assert not set(pool.place) & set(test.place)
        assert len(pool) + len(test) == 60
        assert len(test) == 18  # three whole places of six


def test_one_place_cannot_be_split():
    with pytest.raises(ValueError, match="single place"):
        split_by_place(bright_squares(6), 0.3, 0)


@pytest.mark.parametrize("name", ["power_entropy", "ensemble_bald"])
def test_a_replay_keeps_its_budget(name):
    pool, test = split_by_place(bright_squares(30), 0.3, 0)
    plan = Plan(name, seed=1, first=6, batch=5, rounds=2)
    told = []
    outcomes = replay(pool, test, plan, TINY, on_round=told.append)
    assert [outcome.tiles for outcome in outcomes] == [6, 11, 16]
    chosen = [chip for outcome in outcomes for chip in outcome.chosen]
    assert len(set(chosen)) == 16 and max(chosen) < len(pool)
    assert told == outcomes
    seconds = [outcome.seconds for outcome in outcomes]
    assert seconds == sorted(seconds) and seconds[0] >= 6 * 2


def test_the_starting_model_shows_outlines_and_chooses_before_any_label():
    town = generate_town(77, 4, 3)
    chips = [
        (row, column, np.s_[row * 256 : row * 256 + 256, column * 256 : column * 256 + 256])
        for row in range(3)
        for column in range(4)
    ]
    truth = (rasterise(town.buildings, town.window) == 1).astype(np.uint8)
    scene = ChipSet(
        np.stack([town.pixels[part] for _, _, part in chips]),
        np.stack([truth[part] for _, _, part in chips]),
        np.array([(column, row) for row, column, _ in chips]),
        np.array([row for row, _, _ in chips]),
    )
    pool, test = split_by_place(scene, 0.3, 0)
    recipe = replace(TINY, model=ModelConfig(starting_model="buildings"))
    plan = Plan("drawn_entropy", seed=0, first=0, batch=2, rounds=1)
    before, after = replay(pool, test, plan, recipe)
    assert (before.tiles, before.seconds, after.tiles) == (0, 0.0, 2)
    assert before.iou > 0.6
    many = replay(pool, test, replace(plan, acquisition="ensemble_bald"), recipe)
    assert [outcome.tiles for outcome in many] == [0, 2]  # of one model: chance has chosen
    alone = replay(pool, test, replace(plan, first=2, rounds=0), TINY)
    helped = replay(pool, test, replace(plan, first=2, rounds=0), recipe)
    assert helped[0].chosen == alone[0].chosen
    assert helped[0].seconds < alone[0].seconds  # outlines to correct, instead of none


def test_slips_change_what_is_learnt_and_second_looks_mend_them():
    pool, test = split_by_place(bright_squares(30), 0.3, 0)
    plan = Plan("random", seed=1, first=8, batch=4, rounds=1)
    careless = MapperHabits(error_rate=1.0, nothing_instead=1.0)
    (first, _) = replay(pool, test, plan, TINY, habits=careless)
    assert (first.seconds, first.iou) == (8 * 2, 0.0)  # all chips are said to be empty
    half = MapperHabits(error_rate=1.0, nothing_instead=0.5)
    alone = replay(pool, test, plan, TINY, habits=half)
    seconded = replay(pool, test, replace(plan, second_looks=True), TINY, habits=half)
    assert alone[0].chosen == seconded[0].chosen
    assert alone[0].seconds < seconded[0].seconds


def test_objects_told_apart_cost_more_and_measure_the_same():
    chips = bright_squares(30)
    halves = chips.masks.astype(np.int32)
    halves[..., SIDE // 2 :] *= 2  # what lies across the middle is two
    halves = np.array([np.unique(half, return_inverse=True)[1] for half in halves], np.int32)
    plan = Plan("random", seed=1, first=6, batch=4, rounds=1)
    recipe = replace(TINY, dividing=Dividing(split_depth_px=4.0, min_area_px=20.0))
    whole, apart = (
        replay(*split_by_place(one, 0.3, 0), plan, recipe)
        for one in (chips, replace(chips, objects=halves.reshape(chips.masks.shape)))
    )
    assert whole[0].counts == apart[0].counts
    assert whole[0].seconds < apart[0].seconds


def test_what_is_easy_is_learnt():
    pool, test = split_by_place(bright_squares(30), 0.3, 0)
    longer = replace(TINY, training=replace(TINY.training, min_steps=40, max_steps=40))
    everything = Plan("random", seed=0, first=len(pool), batch=1, rounds=0)
    (outcome,) = replay(pool, test, everything, longer)
    assert outcome.iou > 0.5


def test_every_strategy_of_a_seed_starts_from_the_same_chips_and_model():
    pool, test = split_by_place(bright_squares(36), 0.3, 0)
    first = [
        replay(pool, test, Plan(name, seed=4, first=6, batch=3, rounds=1), TINY)[0]
        for name in ("random", "coreset")
    ]
    assert first[0].chosen == first[1].chosen
    assert first[0].counts == first[1].counts


def test_a_pool_that_runs_out_ends_the_replay():
    pool, test = split_by_place(bright_squares(18), 0.3, 0)
    outcomes = replay(pool, test, Plan("random", seed=0, first=8, batch=3, rounds=9), TINY)
    assert [outcome.tiles for outcome in outcomes] == [8, 11, 12]


def test_labels_that_cannot_teach_cost_people_time_but_give_no_map():
    chips = bright_squares(24)
    empty = ChipSet(chips.pixels, np.zeros_like(chips.masks), chips.xy, chips.place)
    pool, test = split_by_place(empty, 0.3, 0)
    outcomes = replay(pool, test, Plan("power_entropy", seed=0, first=4, batch=4, rounds=1), TINY)
    assert [outcome.iou for outcome in outcomes] == [0.0, 0.0]
    assert outcomes[-1].seconds == 8 * 2


def test_turned_views_come_back_straight():
    chips = bright_squares(8)
    data = TrainingSet(
        chips.pixels, chips.masks, np.ones(8, np.float32), chips.xy, np.ones(8, bool)
    )
    checkpoint = train(data, TINY.model, TINY.training)
    plain = predict_chips([checkpoint], chips.pixels)
    averaged = predict_chips([checkpoint], chips.pixels, views=8)
    assert plain.probability.shape == (8, SIDE, SIDE)
    assert "bald" not in plain.scores and (averaged.scores["bald"] >= 0).all()
    # Turning the picture turns the mean over all eight views, and changes nothing else.
    turned = np.ascontiguousarray(np.rot90(chips.pixels, 1, (1, 2)))
    of_turned = predict_chips([checkpoint], turned, views=8).probability
    assert np.rot90(averaged.probability, 1, (1, 2)) == pytest.approx(of_turned, abs=0.02)
    assert np.abs(averaged.probability - of_turned).max() > 0.04
    with pytest.raises(ValueError, match="views"):
        predict_chips([checkpoint], chips.pixels, views=9)


@pytest.mark.parametrize("reduction", [1, 2])
def test_chips_of_any_side_are_looked_at(reduction):
    model = ModelConfig(encoder="resnet18", decoder_channels=(16, 8, 8), reduction=reduction)
    chips = bright_squares(2)
    seen = predict_chips([toy_checkpoint(model)], chips.pixels[:, :50, :50], device="cpu")
    assert seen.probability.shape == (2, 50, 50)
