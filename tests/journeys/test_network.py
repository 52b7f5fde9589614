"""Nothing is lost: dead networks, closed tabs, restarts, leases and sessions that end."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import Come, Visit
from tests.journeys.volunteer import PATIENCE_MS, Volunteer
from tests.journeys.world import World

PLAIN = "The tile was settled before your answer came; it is kept as an extra vote."

# Once the service worker has fetched all of the page; it begins when nothing else is fetched.
KEPT = f"""() => Promise.race([
    navigator.serviceWorker.ready.then(() => true),
    new Promise((_, no) => setTimeout(() => no(new Error('nothing is kept')), {PATIENCE_MS})),
])"""


@pytest.fixture
def campaign(world: World) -> str:
    """A campaign without a model: nothing to wait for."""
    return world.campaign(4, 3)


def status(who: Volunteer) -> str:
    return who.page.locator(".net").inner_text()


def test_a_lost_network_keeps_the_answers_and_says_how_many(come: Come, campaign: str) -> None:
    amina = come(campaign).open()
    sent = amina.answer("KeyS")
    amina.all_sent()
    amina.have_tiles_at_hand()
    with amina.offline():
        kept = [amina.answer("KeyS"), amina.answer("KeyW")]
        expect(amina.page.locator(".net")).to_contain_text("2 answers waiting to be sent")
        expect(amina.page.locator(".net")).to_contain_text("No network. Go on")
        amina.keeps(2)
    amina.all_sent()
    expect(amina.page.locator(".net")).to_contain_text("everything is saved")
    given = [[one["answer"] for one in amina.reviews(tile)] for tile in (sent, *kept)]
    assert given == [["nothing"], ["nothing"], ["wrong"]]


def test_a_closed_tab_loses_nothing(come: Come, campaign: str) -> None:
    amina = come(campaign).open()
    amina.have_tiles_at_hand()
    with amina.offline():
        kept = amina.answer("KeyS")
        amina.keeps(1)
        amina.page.close()
    amina.reopen()
    assert amina.tile != kept
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(kept)] == ["nothing"]


def test_a_restart_of_the_service_loses_nothing(come: Come, campaign: str, world: World) -> None:
    amina = come(campaign).open()
    amina.have_tiles_at_hand()
    world.stop()
    try:
        kept = amina.answer("KeyS")
        expect(amina.page.locator(".net")).to_contain_text("1 answer waiting to be sent")
    finally:
        world.start()
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(kept)] == ["nothing"]


def test_an_answer_after_its_lease_is_still_an_answer(
    come: Come, campaign: str, world: World
) -> None:
    amina = come(campaign).open()
    late = amina.tile
    amina.have_tiles_at_hand()  # what is still asked for could bring the free tile back to her
    world.let_leases_end(campaign)
    bea = come(campaign, "Bea").open()
    assert bea.tile == late  # it is free again
    bea.answer("KeyS")
    bea.all_sent()
    amina.answer("KeyS")
    amina.all_sent()
    (told,) = amina.reviews(late)
    assert (told["answer"], told["standing"]) == ("nothing", "extra")
    said = amina.page.locator(".heard")
    expect(said).to_contain_text("It is kept as an extra vote")
    said.get_by_role("button", name="Close").click()
    expect(said).to_have_count(0)


def test_what_an_older_service_says_of_an_answer_is_told_in_its_own_words(
    come: Come, campaign: str
) -> None:
    """A page kept by the browser may meet a service from before notices had codes."""
    amina = come(campaign, locale="fr-FR").open()
    amina.page.route("**/reviews", speak_plainly)
    tile = amina.answer("KeyS")
    amina.wait_for_review(tile)
    said = amina.page.locator(".heard")
    expect(said.locator("[lang=en]")).to_have_text(PLAIN)
    amina.page.unroute("**/reviews", speak_plainly)
    for _ in range(3):
        amina.answer("KeyS")
    expect(said).to_have_count(0)  # it has gone by itself
    amina.all_sent()


def speak_plainly(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "notices": [PLAIN]})


def test_work_half_done_survives_a_reload(come: Come, campaign: str) -> None:
    amina = come(campaign).open()
    tile = amina.tile
    amina.key("KeyC")
    amina.drawing("rectangle")
    for place in ((0.3, 0.3), (0.6, 0.3), (0.6, 0.5)):
        amina.click(*place)
    expect(amina.outlines()).to_have_count(1)
    amina.until(lambda: len(amina.drafted()) == 1, "the browser keeps no draft")
    amina.reopen()
    assert amina.tile == tile
    expect(amina.outlines()).to_have_count(1)
    amina.answer("KeyF")
    assert len(amina.labelled(tile)) == 1


def test_a_session_that_ends_asks_again_and_keeps_the_work(
    come: Come, campaign: str, world: World
) -> None:
    amina = come(campaign).open()
    amina.have_tiles_at_hand()
    tile = amina.tile
    world.forget_token(amina.actor["id"])
    amina.key("KeyS")
    dialog = amina.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing is lost: 1 answer is kept here")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_have_count(0)
    amina.all_sent()
    session = json.loads(amina.page.evaluate("localStorage.getItem('tilewise.session')"))
    amina.actor = {**session["actor"], "token": session["token"]}
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]


def test_the_shell_opens_without_a_network(visit: Visit, campaign: str) -> None:
    context = visit()
    page = context.new_page()
    page.goto(f"/c/{campaign}")
    page.evaluate(KEPT)
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_the_tile_is_answered_before_the_map_is_here(come: Come, trained: str) -> None:
    """On a slow network the map, by far the largest file, comes long after the first tile."""
    amina = come(trained, service_workers="block")
    amina.context.route("**/assets/map-*.js", lambda route: route.abort())
    amina.open()
    tile = amina.find_outlined(1)
    inside = amina.inner_outlines()[0].representative_point()
    amina.click(*amina.share(inside.x, inside.y))
    expect(amina.page.locator(".outline-list button[aria-pressed=false]")).to_have_count(1)
    expect(amina.map).not_to_have_attribute("data-map", "ready")
    amina.answer("KeyW")
    amina.wait_for_review(tile)
    amina.context.unroute("**/assets/map-*.js")
    expect(amina.map).to_have_attribute("data-map", "ready")


def test_a_picture_that_does_not_load_offers_to_go_on(come: Come, campaign: str) -> None:
    amina = come(campaign)

    def lose(route: Route) -> None:
        route.abort()

    amina.page.route("**/imagery/**", lose)
    amina.open()
    alert = amina.page.get_by_role("alert")
    expect(alert).to_contain_text("did not load")
    tile = amina.page.locator(".label-screen").get_attribute("data-tile") or ""
    expect(alert).to_contain_text(tile)  # which one
    amina.page.unroute("**/imagery/**")
    alert.get_by_role("button", name="Can't tell").click()
    amina.leave(tile)
    amina.all_sent()
    (told,) = amina.reviews(tile)
    assert (told["answer"], told["cant_tell_reason"]) == ("cant_tell", "no_imagery")


def test_a_browser_without_storage_still_sends_and_says_so(come: Come, campaign: str) -> None:
    amina = come(campaign)
    amina.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    amina.open()
    tile = amina.tile
    expect(amina.page.locator(".net")).to_contain_text("This browser keeps nothing")
    amina.answer("KeyS")
    amina.wait_for_review(tile)
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]
