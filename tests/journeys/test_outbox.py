"""The outbox across time, tabs and whole browsers: an answer outlives all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.journeys.conftest import Come, launch_options
from tests.journeys.volunteer import Volunteer
from tests.journeys.world import World

# A little more than the time that an answer may take, and than the pause after it
# (labeling_ui/src/outbox: sender.ts, loop.ts).
PAST_ITS_TIME_MS = 61_000
PAST_THE_PAUSE_MS = 3_000


@pytest.fixture
def campaign(world: World) -> str:
    return world.campaign(4, 3)


def test_an_answer_whose_request_is_never_answered_is_sent_again(come: Come, campaign: str) -> None:
    """A connection may die without a word: nobody says no, and nobody ever says yes."""
    amina = come(campaign)
    amina.page.clock.install()
    amina.open()
    amina.have_tiles_at_hand()
    swallowed: list[Route] = []
    amina.page.route("**/reviews", lambda route: swallowed.append(route), times=1)
    # The answer is said to wait before it is sent: its time runs only from the request on.
    with amina.page.expect_request("**/reviews"):
        tile = amina.answer("KeyS")
    waiting = amina.page.locator(".net")
    expect(waiting).to_contain_text("1 answer waiting to be sent")
    amina.page.clock.fast_forward(PAST_ITS_TIME_MS)
    expect(waiting).to_contain_text("No network. Go on")
    amina.page.clock.fast_forward(PAST_THE_PAUSE_MS)
    expect(waiting).to_contain_text("everything is saved")
    assert len(swallowed) == 1
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]


def test_a_second_tab_sends_what_the_first_could_not_and_tells_it(
    come: Come, campaign: str
) -> None:
    amina = come(campaign)
    first = amina.page
    first.clock.install()
    amina.open()
    amina.have_tiles_at_hand()
    first.route("**/reviews", lambda route: route.abort())
    tile = amina.answer("KeyS")
    expect(first.locator(".net")).to_contain_text("1 answer waiting to be sent")
    expect(first.locator(".net")).to_contain_text("No network. Go on")
    # Nothing that it does by the clock can tell it any more: only the other tab can.
    first.clock.pause_at(first.evaluate("Date.now()") / 1000 + 1)
    second = amina.open_second_tab()
    expect(second.locator(".net")).to_contain_text("everything is saved")
    expect(first.locator(".net")).to_contain_text("everything is saved")
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]


def test_an_answer_given_offline_outlives_the_browser(
    browser: Browser, world: World, campaign: str, tmp_path: Path
) -> None:
    def start_browser() -> BrowserContext:
        options = launch_options()
        return browser.browser_type.launch_persistent_context(tmp_path / "profile", **options)

    with start_browser() as before:
        amina = Volunteer(before, world, campaign, "Amina").open()
        amina.have_tiles_at_hand()
        before.set_offline(True)
        tile = amina.answer("KeyS")
        amina.keeps(1)
        world.stop()  # a browser that ends is no longer offline, and sends with its last breath
    world.start()
    assert amina.reviews(tile) == []
    with start_browser() as after:
        amina.go_on_in(after)
        assert amina.tile != tile
        amina.all_sent()
        assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]
    assert amina.complaints == []
