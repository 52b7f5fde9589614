"""Settling, by hand: a tile of 10 × 10, rectangles whose areas can be counted."""

from __future__ import annotations

import uuid

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from service.domain.settle import Disputed, NeedsMore, Rules, Settled, Vote, agreement_iou, settle
from service.states import Answer, Doubt, LabelKind

TILE = shapely.box(0, 0, 10, 10)
ONE = Rules(needed=1, max_reviews=3, agreement_iou=0.75)
TWO = Rules(needed=2, max_reviews=3, agreement_iou=0.75)


def drawn(*boxes: tuple[float, float, float, float], decides: bool = False) -> Vote:
    return Vote(
        uuid.uuid4(), Answer.CORRECTED, tuple(shapely.box(*each) for each in boxes), decides
    )


def said(answer: Answer, decides: bool = False, doubt: Doubt | None = None) -> Vote:
    return Vote(uuid.uuid4(), answer, (), decides, doubt)


def unseconded() -> Vote:
    return said(Answer.NOTHING, doubt=Doubt.UNSECONDED)


def test_one_answer_settles_a_tile_that_needs_one() -> None:
    vote = drawn((0, 0, 4, 4))
    assert settle([vote], TILE, ONE) == Settled(LabelKind.OBJECTS, (vote.review_id,))


def test_nothing_is_a_label_too() -> None:
    vote = said(Answer.NOTHING)
    assert settle([vote], TILE, ONE) == Settled(LabelKind.NOTHING, (vote.review_id,))


def test_agreement_is_the_iou_inside_the_tile() -> None:
    # 4 × 4 and 4 × 5 share 16 of 20.
    assert agreement_iou(drawn((0, 0, 4, 4)), drawn((0, 0, 4, 5)), TILE) == pytest.approx(0.8)
    # Beyond the tile they differ by much, inside it not at all.
    assert agreement_iou(drawn((8, 0, 10, 5)), drawn((8, 0, 90, 5)), TILE) == 1.0
    assert agreement_iou(said(Answer.NOTHING), said(Answer.NOTHING), TILE) == 1.0
    assert agreement_iou(said(Answer.NOTHING), drawn((0, 0, 1, 1)), TILE) == 0.0


def test_what_only_touches_the_tile_agrees_with_nothing() -> None:
    touching = (10, 5, 12, 6)  # shares a stretch of the tile's edge
    assert agreement_iou(said(Answer.NOTHING), drawn(touching), TILE) == 1.0
    assert agreement_iou(said(Answer.NOTHING), drawn((0, 0, 4, 4), touching), TILE) == 0.0
    assert agreement_iou(drawn((0, 0, 4, 4)), drawn((0, 0, 4, 4), touching), TILE) == 1.0


def test_two_that_agree_settle_and_the_older_is_the_label_at_a_tie() -> None:
    first, second = drawn((0, 0, 4, 4)), drawn((0, 0, 4, 5))
    assert settle([first, second], TILE, TWO) == Settled(
        LabelKind.OBJECTS, (first.review_id, second.review_id)
    )


def test_the_medoid_is_the_answer_closest_to_all_others() -> None:
    # Areas 16, 18 and 20: the middle one is nearest to both others.
    low, middle, high = drawn((0, 0, 4, 4)), drawn((0, 0, 4, 4.5)), drawn((0, 0, 4, 5))
    outcome = settle([low, high, middle], TILE, TWO)
    assert isinstance(outcome, Settled)
    assert outcome.review_ids[0] == middle.review_id


def test_two_that_disagree_ask_a_third() -> None:
    votes = [drawn((0, 0, 4, 4)), said(Answer.NOTHING)]
    assert settle(votes, TILE, TWO) == NeedsMore(3)


def test_a_third_that_sides_with_one_settles() -> None:
    empty, third = said(Answer.NOTHING), said(Answer.NOTHING)
    outcome = settle([drawn((0, 0, 4, 4)), empty, third], TILE, TWO)
    assert outcome == Settled(LabelKind.NOTHING, (empty.review_id, third.review_id))


def test_three_that_disagree_are_a_dispute_which_a_coordinator_ends() -> None:
    votes = [drawn((0, 0, 4, 4)), said(Answer.NOTHING), drawn((6, 6, 9, 9))]
    assert settle(votes, TILE, TWO) == Disputed()
    word = drawn((0, 0, 2, 2), decides=True)
    assert settle([*votes, word], TILE, TWO) == Settled(LabelKind.OBJECTS, (word.review_id,))


def test_wrong_never_settles_and_asks_for_more_eyes() -> None:
    assert settle([said(Answer.WRONG)], TILE, ONE) == NeedsMore(2)
    assert settle([said(Answer.WRONG)] * 3, TILE, ONE) == Disputed()
    assert settle([said(Answer.WRONG, decides=True)] * 3, TILE, ONE) == Disputed()


def test_one_who_cannot_tell_is_asked_to_be_confirmed() -> None:
    first, second = said(Answer.CANT_TELL), said(Answer.CANT_TELL)
    assert settle([first], TILE, ONE) == NeedsMore(2)
    assert settle([first, second], TILE, ONE) == Settled(
        LabelKind.UNUSABLE, (first.review_id, second.review_id)
    )
    seen = drawn((0, 0, 4, 4))
    assert settle([first, seen], TILE, ONE) == Settled(LabelKind.OBJECTS, (seen.review_id,))


def test_an_answer_in_doubt_stands_until_another_person_has_looked() -> None:
    vote = unseconded()
    assert settle([vote], TILE, ONE) == Settled(
        LabelKind.NOTHING, (vote.review_id,), Doubt.UNSECONDED
    )


def test_a_second_voice_clears_the_doubt_be_it_in_doubt_itself() -> None:
    first, second = unseconded(), said(Answer.NOTHING, doubt=Doubt.CONTRADICTED)
    assert settle([first, second], TILE, ONE) == Settled(
        LabelKind.NOTHING, (first.review_id, second.review_id)
    )


def test_an_answer_without_doubt_outweighs_an_older_one_in_doubt() -> None:
    second = drawn((0, 0, 4, 4))
    assert settle([unseconded(), second], TILE, ONE) == Settled(
        LabelKind.OBJECTS, (second.review_id,)
    )


def test_two_doubtful_voices_outweigh_one_that_is_not() -> None:
    first, other, third = unseconded(), drawn((0, 0, 4, 4)), unseconded()
    assert settle([first, other, third], TILE, ONE) == Settled(
        LabelKind.NOTHING, (first.review_id, third.review_id)
    )


def test_two_who_cannot_tell_outweigh_one_in_doubt() -> None:
    blind = [said(Answer.CANT_TELL), said(Answer.CANT_TELL)]
    outcome = settle([unseconded(), *blind], TILE, ONE)
    assert outcome == Settled(LabelKind.UNUSABLE, tuple(vote.review_id for vote in blind))


def test_a_doubt_asks_nobody_beyond_the_most_reviews() -> None:
    vote = unseconded()
    votes = [vote, said(Answer.WRONG), said(Answer.CANT_TELL)]
    assert settle(votes, TILE, ONE) == Settled(LabelKind.NOTHING, (vote.review_id,))
    assert settle([vote], TILE, Rules(1, 1, 0.75)) == Settled(LabelKind.NOTHING, (vote.review_id,))


def test_where_two_must_agree_a_doubt_changes_nothing() -> None:
    assert settle([unseconded()], TILE, TWO) == NeedsMore(2)
    first, second = unseconded(), unseconded()
    assert settle([first, second], TILE, TWO) == Settled(
        LabelKind.NOTHING, (first.review_id, second.review_id)
    )


@given(
    answers=st.lists(st.sampled_from(list(Answer)), min_size=1, max_size=6),
    needed=st.integers(1, 3),
)
def test_an_open_outcome_always_asks_for_more_than_there_are(
    answers: list[Answer], needed: int
) -> None:
    votes = [
        drawn((0, 0, 4, 4))
        if answer in {Answer.RIGHT, Answer.CORRECTED}
        else said(answer, doubt=Doubt.UNSECONDED if answer == Answer.NOTHING else None)
        for answer in answers
    ]
    match settle(votes, TILE, Rules(needed, 3, 0.75)):
        case NeedsMore(reviews):
            assert len(votes) < reviews <= 3
        case Disputed():
            assert len(votes) >= 3
        case Settled(review_ids=review_ids, doubt=doubt):
            assert doubt is None or (len(review_ids) == 1 and len(votes) < 3)
            assert set(review_ids) <= {vote.review_id for vote in votes}
            assert len(review_ids) >= needed
