"""Replayed people: their seconds by hand, their slips, and who looks again."""

from __future__ import annotations

import numpy as np
import pytest

from learner.people.crowd import Crowd, people_seconds
from learner.people.habits import MapperHabits
from learner.people.shown import patches

PERFECT = MapperHabits()
CARELESS = MapperHabits(error_rate=1.0, nothing_instead=1.0)
ROOF = np.s_[10:30, 10:30]  # 4 % of a chip


def chips(*full: bool) -> np.ndarray:
    """Chips of 100 px, with one roof or with none."""
    masks = np.zeros((len(full), 100, 100), np.uint8)
    for chip, has_roof in enumerate(full):
        if has_roof:
            masks[chip][ROOF] = 1
    return masks


def seed_of(first: bool, second: bool) -> int:
    """A seed by which the first and the second person of a chip slip like this, one time in two."""
    for seed in range(100):
        chance = np.random.default_rng([seed, 1]).random(2)
        if (bool(chance[0] < 0.5), bool(chance[1] < 0.5)) == (first, second):
            return seed
    raise AssertionError


HALF = MapperHabits(error_rate=1.0, nothing_instead=0.5)


def test_seconds_of_a_chip_are_those_of_its_acts():
    truth = np.zeros((100, 100), np.uint8)
    truth[10:30, 10:30] = truth[10:30, 60:80] = truth[60:80, 10:30] = 1
    shown = np.zeros((100, 100), np.uint8)
    shown[10:30, 10:29] = 1  # IoU 0.95: confirmed
    shown[10:30, 66:86] = 1  # 14 of 26 columns: IoU 0.54, reshaped
    shown[60:80, 60:80] = 1  # matches nothing: deleted
    shown[95, 95] = 1  # a speck: nobody sees it
    seconds = people_seconds(patches(truth), patches(shown), MapperHabits())
    assert seconds == 2 + 1 + 6 + 2 + 20


def test_with_nothing_shown_every_object_is_drawn():
    truth = np.zeros((100, 100), np.uint8)
    truth[10:30, 10:30] = truth[60:80, 10:30] = 1
    assert people_seconds(patches(truth), None, MapperHabits()) == 2 + 2 * 20
    assert people_seconds(np.zeros((100, 100), np.int32), None, MapperHabits()) == 2


def test_roofs_that_touch_are_drawn_one_by_one_where_they_are_known():
    objects = np.zeros((1, 100, 100), np.int32)
    objects[0, 10:30, 10:30], objects[0, 10:30, 30:50] = 1, 2
    row = (objects > 0).astype(np.uint8)
    one_patch, two_roofs = Crowd(row, PERFECT, 0), Crowd(row, PERFECT, 0, objects=objects)
    for crowd in (one_patch, two_roofs):
        crowd.answer(0, None)
    assert (one_patch.seconds[0], two_roofs.seconds[0]) == (2 + 20, 2 + 2 * 20)
    told_apart = Crowd(row, PERFECT, 0, objects=objects)
    told_apart.answer(0, objects[0])
    assert told_apart.seconds[0] == 2 + 2 * 1


def test_people_without_slips_say_what_is_true():
    truth = chips(True, False)
    crowd = Crowd(truth, PERFECT, 0, second_looks=True)
    crowd.answer(0, None)
    assert (crowd.labels[0] == truth[0]).all() and crowd.seconds[0] == 22
    assert np.isnan(crowd.seconds[1])


def test_nothing_that_no_model_has_seen_is_looked_at_twice():
    crowd = Crowd(chips(False), PERFECT, 0, second_looks=True)
    crowd.answer(0, None)
    assert crowd.seconds[0] == 2 + 2
    once = Crowd(chips(False), PERFECT, 0)
    once.answer(0, None)
    assert once.seconds[0] == 2


def test_a_model_that_sees_nothing_either_saves_the_second_look():
    crowd = Crowd(chips(False), PERFECT, 0, second_looks=True)
    crowd.answer(0, np.zeros((100, 100), np.int32))
    assert crowd.seconds[0] == 2


def test_who_sees_the_roof_outweighs_who_slipped():
    truth = chips(True)
    crowd = Crowd(truth, HALF, seed_of(True, False), second_looks=True)
    crowd.answer(0, patches(truth[0]))
    assert (crowd.labels[0] == truth[0]).all()
    assert crowd.seconds[0] == 2 + (2 + 1)  # the second person confirms what is shown


def test_two_slips_stand():
    truth = chips(True)
    crowd = Crowd(truth, CARELESS, 0, second_looks=True)
    crowd.answer(0, None)
    assert not crowd.labels.any() and crowd.seconds[0] == 4
    crowd.look_again(truth.astype(np.int32), most=1)  # two have said so
    assert not crowd.labels.any()


@pytest.mark.parametrize("second_looks", [True, False])
def test_a_newer_model_has_the_worst_labels_looked_at_first(second_looks: bool):
    truth = chips(True, True, True)
    truth[1, 40:90, 40:90] = 1
    crowd = Crowd(truth, MapperHabits(), 0, second_looks=second_looks)
    blind = np.zeros((100, 100), np.int32)
    for chip in range(3):
        crowd.answer(chip, blind)
    crowd.labels[:2] = 0  # as if the first two people had slipped, and the model with them
    crowd.look_again(truth.astype(np.int32), most=1)
    mended = [bool(label.any()) for label in crowd.labels]
    assert mended == [False, second_looks, True]
