from dataclasses import replace

import numpy as np
import pytest

from learner.training.holdout import choose_holdout, decide, iou_at, metrics
from tests.learner.toy import QUICK, toy_set


def test_iou_worked_by_hand_without_ignored_pixels() -> None:
    masks = np.array([[[1, 1, 0, 255]]], np.uint8)
    logits = np.array([[[2.0, -1.0, 1.0, 5.0]]], np.float32)
    assert iou_at(logits, masks) == pytest.approx(1 / 3)


def test_confidence_that_is_twice_too_high_is_halved() -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, size=(20, 64, 64))
    masks = (rng.random(honest.shape) < 1 / (1 + np.exp(-honest))).astype(np.uint8)
    decision = decide((2 * honest).astype(np.float32), masks)
    assert decision.temperature == pytest.approx(2.0, rel=0.1)
    assert decision.threshold < 0.45  # half of the best F1 is best for honest probabilities


def test_the_threshold_follows_a_shifted_model_but_only_half_way() -> None:
    rng = np.random.default_rng(0)
    masks = np.zeros((10, 64, 64), np.uint8)
    masks[:, :32] = 1
    logits = np.where(masks == 1, 0.3, -2.0) - 1.0 + rng.normal(0, 0.2, masks.shape)
    decision = decide(logits.astype(np.float32), masks)
    assert 0.25 < decision.threshold < 0.4
    measured = metrics(logits.astype(np.float32), masks, decision)
    assert measured["iou"] > iou_at(logits.astype(np.float32), masks)


def test_the_holdout_is_of_verified_chips_when_there_are_enough() -> None:
    data = toy_set(60)
    verified = np.arange(60) < 30
    held = choose_holdout(replace(data, verified=verified), QUICK)
    assert held.sum() >= 3
    assert not held[~verified].any()


def test_no_holdout_is_taken_from_few_chips_or_where_it_would_be_one_sided() -> None:
    assert not choose_holdout(toy_set(10), QUICK).any()
    data = toy_set(40)
    masks = np.zeros_like(data.masks)
    masks[0] = data.masks[0]  # object in a single chip: it cannot be on both sides
    assert not choose_holdout(replace(data, masks=masks), QUICK).any()
