"""What people of a replay see outlined."""

from __future__ import annotations

import numpy as np

from learner.people.shown import Dividing, divided, patches


def test_patches_are_numbered_without_gaps_and_specks_are_ground() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[5, 5] = mask[20:40, 20:40] = mask[60:80, 60:80] = 1
    numbers = patches(mask)
    assert numbers[5, 5] == 0
    assert {int(numbers[30, 30]), int(numbers[70, 70])} == {1, 2}


def test_two_roofs_with_a_neck_between_them_are_two_for_people() -> None:
    probability = np.zeros((128, 128), np.float32)
    probability[20:60, 20:60] = probability[20:60, 66:106] = 1.0
    probability[36:44, 60:66] = 0.6  # a neck
    assert patches(probability >= 0.5).max() == 1
    numbers = divided(probability, 0.5, Dividing(split_depth_px=4.0, min_area_px=50.0))
    assert numbers.max() == 2
    assert numbers[40, 40] != numbers[40, 90]
    assert ((numbers > 0) == (probability >= 0.5)).all()


def test_parts_too_small_for_an_outline_are_not_shown() -> None:
    probability = np.zeros((128, 128), np.float32)
    probability[20:60, 20:60] = probability[100:105, 100:105] = 1.0
    numbers = divided(probability, 0.5, Dividing(split_depth_px=4.0, min_area_px=50.0))
    assert numbers.max() == 1
    assert numbers[102, 102] == 0
