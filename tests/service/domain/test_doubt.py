"""Doubts, by hand: a tile of 10 × 10, so that a square of 1 is a hundredth of it."""

import pytest
import shapely

from service.domain.doubt import contradicted_share, doubt_of
from service.states import Answer, Doubt

TILE = shapely.box(0, 0, 10, 10)
ROOF = shapely.box(0, 0, 4, 4)  # 16 hundredths
SPECK = shapely.box(0, 0, 1, 2)  # 2 hundredths


def test_nothing_that_no_model_has_looked_at_wants_a_second_voice() -> None:
    assert doubt_of(Answer.NOTHING, [], None, TILE) == Doubt.UNSECONDED
    assert doubt_of(Answer.CORRECTED, [ROOF], None, TILE) is None


def test_a_model_that_sees_nothing_either_is_the_second_voice() -> None:
    assert doubt_of(Answer.NOTHING, [], [], TILE) is None
    assert doubt_of(Answer.NOTHING, [], [SPECK], TILE) is None


def test_nothing_where_the_model_sees_a_roof_is_contradicted() -> None:
    assert doubt_of(Answer.NOTHING, [], [ROOF], TILE) == Doubt.CONTRADICTED


def test_who_has_put_right_what_the_model_drew_is_not_contradicted() -> None:
    smaller = shapely.box(0, 0, 3, 4)  # 12 of 16: the rest is left out on purpose
    assert doubt_of(Answer.CORRECTED, [smaller], [ROOF], TILE) is None


def test_one_outline_kept_of_many_is_contradicted() -> None:
    many = [ROOF, shapely.box(5, 0, 9, 4), shapely.box(0, 5, 4, 9)]
    kept = shapely.box(9, 9, 10, 10)
    assert doubt_of(Answer.CORRECTED, [kept], many, TILE) == Doubt.CONTRADICTED


def test_a_roof_that_only_touches_the_tile_is_nothing_in_it() -> None:
    beyond = shapely.box(10, 5, 12, 6)  # shares a stretch of the tile's edge
    assert doubt_of(Answer.NOTHING, [], [SPECK, beyond], TILE) is None
    assert doubt_of(Answer.CORRECTED, [beyond], [ROOF, beyond], TILE) == Doubt.CONTRADICTED


@pytest.mark.parametrize("answer", [Answer.RIGHT, Answer.WRONG, Answer.CANT_TELL])
def test_other_answers_are_never_in_doubt(answer: Answer) -> None:
    assert doubt_of(answer, [], [ROOF], TILE) is None


def test_only_what_lies_in_the_tile_is_left_out() -> None:
    beyond = shapely.box(8, 0, 90, 10)  # 20 hundredths of it inside
    assert contradicted_share([], [beyond], TILE) == pytest.approx(0.2)


def test_crossing_and_overlapping_outlines_are_counted_once() -> None:
    bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])  # two triangles of 4 each
    assert contradicted_share([], [bow, ROOF], TILE) == pytest.approx(0.16)
