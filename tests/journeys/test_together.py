"""Several people at once: who gets which tile, and what they hear of a round."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import expect

from tests.journeys.conftest import Come
from tests.journeys.volunteer import Volunteer
from tests.journeys.world import World
from tests.service.towns import QUICK_TRAINING


def answer_one(who: Volunteer) -> str | None:
    """The next answer, or None when nothing is left for this person."""
    there = who.page.locator(".label-screen:not([data-tile=''])")
    empty = who.page.get_by_text("Nothing is left to answer")
    expect(there.or_(empty)).to_be_visible()
    if empty.is_visible():
        return None
    return who.answer("KeyS")


def test_no_tile_is_asked_of_more_people_than_it_needs(come: Come, world: World) -> None:
    campaign = world.campaign(3, 2, reviews_per_tile=2)
    people = [come(campaign, name).open() for name in ("Amina", "Bea", "Dayo")]
    given: list[tuple[str, str]] = []
    working = list(people)
    while working:
        for one in list(working):
            tile = answer_one(one)
            if tile is None:
                working.remove(one)
            else:
                given.append((one.actor["name"], tile))
    asked = Counter(tile for _, tile in given)
    assert len(asked) == 6
    assert set(asked.values()) == {2}
    assert len(set(given)) == 12  # nobody twice the same


def test_after_a_round_people_hear_what_their_answers_did(come: Come, world: World) -> None:
    campaign = world.campaign(6, 4, at=(0, 4), training=QUICK_TRAINING)
    world.label(campaign, pool=10)
    amina = come(campaign).open()
    for _ in range(2):
        amina.answer("KeyS")
    amina.all_sent()
    world.play_round(campaign)
    amina.open()
    news = amina.page.locator(".news")
    expect(news).to_contain_text("Your 2 squares were among the 12 that taught it")
    news.get_by_role("button").click()
    expect(news).to_have_count(0)
    amina.open()
    amina.tile  # noqa: B018  # it waits for the tile
    expect(news).to_have_count(0)
