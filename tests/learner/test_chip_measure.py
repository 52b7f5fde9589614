"""What a model is measured by on chips, and what people's answers make of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from learner.chip_measure import measure, measure_map
from learner.chip_prediction import ChipPredictor
from learner.data.chip_set import ChipSet
from learner.evaluation.counts import PixelCounts
from learner.training.config import ModelConfig
from tests.learner.toy import toy_checkpoint

SIDE = 64
HALF = SIDE * SIDE // 2


@pytest.fixture
def chips() -> ChipSet:
    """Three chips whose left half is a roof, and a fourth that is empty."""
    masks = np.zeros((4, SIDE, SIDE), np.uint8)
    masks[:3, :, : SIDE // 2] = 1
    pixels = np.random.default_rng(0).integers(0, 255, (4, SIDE, SIDE, 3), dtype=np.uint8)
    column = np.arange(4)
    return ChipSet(pixels, masks, np.stack([column, column], axis=1), column)


def test_without_a_model_the_map_is_what_people_have_drawn(chips: ChipSet):
    nothing, three_of_four = np.empty(0, np.int64), np.array([0, 1, 3])
    assert measure(chips, None) == PixelCounts(0, 0, 3 * HALF, 5 * HALF)
    assert measure_map(chips, nothing, np.zeros_like(chips.masks), None) == measure(chips, None)
    drawn = measure_map(chips, three_of_four, chips.masks, None)
    assert drawn == PixelCounts(2 * HALF, 0, HALF, 5 * HALF)


def test_a_wrong_answer_stands_in_the_map(chips: ChipSet):
    drawn = measure_map(chips, np.arange(4), np.zeros_like(chips.masks), None)
    assert drawn == PixelCounts(0, 0, 3 * HALF, 5 * HALF)


def test_who_drew_touching_roofs_drew_them_whole(chips: ChipSet):
    objects = chips.masks.astype(np.int32)
    objects[:, SIDE // 2 :] *= 2
    with_seams = chips.masks.copy()
    with_seams[:, SIDE // 2 - 1 : SIDE // 2 + 1] = 0
    apart = replace(chips, masks=with_seams, objects=objects)
    drawn = measure_map(apart, np.arange(4), with_seams, None)
    assert (drawn.fp, drawn.fn) == (0, 0)


def test_the_model_draws_what_nobody_has_answered(chips: ChipSet):
    model = ChipPredictor.of([toy_checkpoint(ModelConfig(decoder_channels=(16, 8)))], device="cpu")
    answered = np.array([2])
    alone = measure(chips.at(np.array([0, 1, 3])), model)
    assert alone.tp + alone.fp > 0  # it sees something
    drawn = measure_map(chips, answered, chips.masks, model)
    assert drawn == alone + PixelCounts(HALF, 0, 0, HALF)
    everything = measure_map(chips, np.arange(4), chips.masks, model)
    assert (everything.fp, everything.fn) == (0, 0)
