"""A simulated person: exact without slips, plausible with them."""

from __future__ import annotations

import math
from dataclasses import replace

import mercantile
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from learner.people.habits import MapperHabits
from learner.people.mapper import MapperAnswer, Source, respond
from learner.people.repair import pairwise_iou, plan_repair

TILE = mercantile.tile(85.52, 27.63, 20)
WEST, SOUTH, EAST, NORTH = mercantile.bounds(TILE)
SPAN = EAST - WEST
CAREFUL = MapperHabits()


def roof(left: float, bottom: float, right: float, top: float) -> Polygon:
    """A rectangle in shares of the tile; outside 0..1 it reaches beyond."""
    height = NORTH - SOUTH
    return box(
        WEST + left * SPAN, SOUTH + bottom * height, WEST + right * SPAN, SOUTH + top * height
    )


def answer(truth, shown, habits=CAREFUL, seed=0):
    return respond(truth, shown, TILE, habits, np.random.default_rng(seed))


def test_good_outlines_are_confirmed_and_stay_the_models():
    truth, shown = [roof(0.1, 0.1, 0.3, 0.3)], [roof(0.1, 0.1, 0.3, 0.29)]  # IoU 0.95
    response = answer(truth, shown)
    assert response.answer is MapperAnswer.RIGHT
    assert response.objects == [(shown[0], Source.MODEL)]
    assert response.seconds == 2 + 1


def test_one_of_each_act_costs_what_the_table_says():
    fine, crooked = roof(0.1, 0.1, 0.3, 0.3), roof(0.5, 0.1, 0.7, 0.3)
    missed, phantom = roof(0.1, 0.6, 0.3, 0.8), roof(0.6, 0.6, 0.8, 0.8)
    shifted = roof(0.55, 0.1, 0.75, 0.3)  # 3/4 shared with the crooked one: IoU 0.6
    response = answer([fine, crooked, missed], [fine, shifted, phantom])
    assert response.answer is MapperAnswer.CORRECTED
    assert response.acts == {"view": 1, "confirm": 1, "reshape": 1, "delete": 1, "draw": 1}
    assert response.seconds == 2 + 1 + 6 + 2 + 20
    assert response.objects == [
        (fine, Source.MODEL),
        (crooked, Source.PERSON),
        (missed, Source.PERSON),
    ]


def test_an_outline_that_hardly_overlaps_is_deleted_and_the_object_drawn():
    response = answer([roof(0.1, 0.1, 0.3, 0.3)], [roof(0.25, 0.1, 0.45, 0.3)])  # IoU 1/7
    assert response.acts["delete"] == 1 and response.acts["draw"] == 1


def test_a_blind_tile_is_drawn_whole():
    truth = [roof(0.1, 0.1, 0.3, 0.3), roof(0.5, 0.5, 0.7, 0.7)]
    response = answer(truth, None)
    assert response.answer is MapperAnswer.CORRECTED
    assert [polygon for polygon, _ in response.objects] == truth
    assert response.seconds == 2 + 2 * 20


@pytest.mark.parametrize("shown", [None, [], [roof(0.2, 0.2, 0.4, 0.4)]])
def test_an_empty_tile_is_nothing_whatever_was_shown(shown):
    response = answer([], shown)
    assert response.answer is MapperAnswer.NOTHING and response.objects == []
    assert response.seconds == (4 if shown else 2)


def test_objects_over_the_edge_stay_whole_and_those_elsewhere_are_not_seen():
    over = roof(0.8, 0.4, 1.4, 0.6)
    elsewhere, abutting = roof(1.5, 0.4, 1.8, 0.6), roof(1.0, 0.7, 1.2, 0.9)
    response = answer([over, elsewhere, abutting], [elsewhere])
    assert [polygon for polygon, _ in response.objects] == [over]
    assert response.acts["delete"] == 0


def test_two_outlines_on_one_object_keep_the_better():
    iou = np.array([[0.8, 0.9], [0.0, 0.35]])
    plan = plan_repair(iou, CAREFUL)
    assert plan.confirm == [(0, 1)]
    assert plan.delete == [0] and plan.draw == [1]


def test_pairwise_iou_of_half_overlapping_squares_is_a_third():
    iou = pairwise_iou([box(0, 0, 2, 2), box(9, 9, 10, 10)], [box(1, 0, 3, 2)])
    assert iou == pytest.approx(np.array([[1 / 3], [0.0]]))
    assert pairwise_iou([], [box(0, 0, 1, 1)]).shape == (0, 1)


def test_the_same_generator_state_gives_the_same_answer():
    truth = [roof(0.1 * k, 0.1, 0.1 * k + 0.05, 0.2) for k in range(9)]
    habits = MapperHabits(error_rate=1.0)
    for seed in range(20):
        assert answer(truth, truth[:4], habits, seed) == answer(truth, truth[:4], habits, seed)


def share_missed(side: float) -> float:
    habits = replace(MapperHabits(error_rate=1.0), cant_tell=0, nothing_instead=0, skip_fixing=0)
    truth = [roof(0.5, 0.5, 0.5 + side, 0.5 + side)]
    return np.mean([not answer(truth, None, habits, seed).objects for seed in range(400)])


def test_small_objects_are_missed_most():
    # The tile is 34 m wide on the ground: 2 % of it is a hut of half a square metre, 45 % a hall
    # of 230 m². Standard error of 400 trials is at most 0.025.
    assert share_missed(0.02) == pytest.approx(0.8, abs=0.09)
    assert share_missed(0.45) == pytest.approx(0.1, abs=0.07)


def test_half_the_error_rate_misses_half_as_often():
    habits = replace(MapperHabits(error_rate=0.5), cant_tell=0, nothing_instead=0, skip_fixing=0)
    hut = [roof(0.5, 0.5, 0.52, 0.52)]
    missed = np.mean([not answer(hut, None, habits, seed).objects for seed in range(400)])
    assert missed == pytest.approx(0.4, abs=0.09)


def test_every_kind_of_answer_comes_from_people_who_err():
    truth = [roof(0.1, 0.1, 0.3, 0.3), roof(0.5, 0.5, 0.7, 0.7)]
    shown = [truth[0], roof(0.6, 0.5, 0.8, 0.7)]
    habits = MapperHabits(error_rate=1.0)
    answers = {answer(truth, shown, habits, seed).answer for seed in range(300)}
    assert answers == set(MapperAnswer)


def test_a_shifted_tile_is_shifted_as_one_by_the_distance_asked_for():
    habits = MapperHabits(
        error_rate=1.0, offset=1.0, offset_m=3.0, jitter_m=0.0, miss_small=0.0, miss_large=0.0,
        cant_tell=0.0, nothing_instead=0.0, skip_fixing=0.0,
    )  # fmt: skip
    truth = [roof(0.1, 0.1, 0.3, 0.3), roof(0.5, 0.5, 0.7, 0.7)]
    drawn = [polygon for polygon, _ in answer(truth, None, habits).objects]
    degree_m = 2 * math.pi * 6378137.0 / 360
    moves = [
        (
            (b.centroid.x - a.centroid.x) * degree_m * math.cos(math.radians(a.centroid.y)),
            (b.centroid.y - a.centroid.y) * degree_m,
        )
        for a, b in zip(truth, drawn, strict=True)
    ]
    assert [math.hypot(*move) for move in moves] == pytest.approx([3.0, 3.0], abs=0.01)
    assert moves[0] == pytest.approx(moves[1], abs=0.01)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    error_rate=st.floats(0, 1),
    corners=st.lists(st.tuples(st.floats(-0.2, 1.0), st.floats(-0.2, 1.0)), max_size=6),
    blind=st.booleans(),
)
def test_whatever_a_person_answers_is_valid_and_counted(seed, error_rate, corners, blind):
    truth = [roof(x, y, x + 0.15, y + 0.1) for x, y in corners]
    shown = None if blind else truth[: len(truth) // 2]
    response = answer(truth, shown, MapperHabits(error_rate=error_rate), seed)
    assert all(polygon.is_valid and not polygon.is_empty for polygon, _ in response.objects)
    assert response.seconds >= 2 and response.acts["view"] == 1
    has_objects = response.answer in {MapperAnswer.RIGHT, MapperAnswer.CORRECTED}
    assert bool(response.objects) == has_objects


def test_habits_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="error_rate"):
        MapperHabits(error_rate=1.2)
    with pytest.raises(ValueError, match="match_iou"):
        MapperHabits(match_iou=0.9)
