"""For everyone: phones and thumbs, six languages, screen readers, the dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from shapely import Polygon

from tests.journeys.axe import faults
from tests.journeys.conftest import Come
from tests.journeys.volunteer import LONG_PRESS_MS, Volunteer
from tests.journeys.world import World

PHONE: dict[str, Any] = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LEAST_TARGET_PX = 44

SMALL_TARGETS = f"""() => [...document.querySelectorAll('button, a, select, input')]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).clipPath === 'none')
    .map((one) => [one.innerText || one.ariaLabel || one.tagName, one.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < {LEAST_TARGET_PX} - 0.5)
    .map(([name, box]) => `${{name}}: ${{box.width}} x ${{box.height}}`)"""
# Whatever the page animates by itself, as the browser tells it.
NOTE_MOVEMENTS = """() => {
    window.moved = [];
    for (const kind of ['transitionrun', 'animationstart'])
        addEventListener(kind, ({ target }) => moved.push(`${kind}: ${target.className}`), true);
}"""
SMALLEST_TEXT_PX = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const sizes = [];
    while (walk.nextNode()) {
        const { parentElement: one, data } = walk.currentNode;
        if (!data.trim() || !one.checkVisibility()) continue;
        sizes.push(parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom);
    }
    return Math.min(...sizes);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [360, 390])
def test_a_thumb_on_a_phone_finds_all_it_needs(come: Come, trained: str, width: int) -> None:
    amina = come(trained, viewport={"width": width, "height": 844}, **PHONE)
    for path in ("", "/learn", "/label"):
        amina.open(path)
        expect(amina.page.locator("h1, .bar").first).to_be_visible()
        assert amina.page.evaluate(OVERFLOW) == 0
        assert amina.page.evaluate(SMALL_TARGETS) == []
    tile = amina.find_outlined(1)
    left, _ = amina.place(0, 0)
    right, _ = amina.place(1, 1)
    assert right - left > 0.95 * width  # the tile has the screen's full width
    inside = amina.inner_outlines()[0].representative_point()
    amina.page.touchscreen.tap(*amina.place(*amina.share(inside.x, inside.y)))
    expect(amina.page.locator(".outline-list button[aria-pressed=false]")).to_have_count(1)
    amina.choice("fix").tap()
    assert amina.page.evaluate(OVERFLOW) == 0
    assert amina.page.evaluate(SMALL_TARGETS) == []
    amina.choice("wrong").tap()
    amina.leave(tile)
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(tile)] == ["wrong"]


def test_a_long_press_takes_a_corner_away(come: Come, world: World) -> None:
    amina = come(world.campaign(2, 2), viewport={"width": 390, "height": 844}, **PHONE).open()
    tile = amina.tile
    amina.choice("fix").tap()
    amina.tool("polygon").tap()
    amina.drawing("polygon")
    corners = [(0.2, 0.2), (0.7, 0.2), (0.8, 0.45), (0.7, 0.7), (0.2, 0.7)]
    for corner in [*corners, corners[0]]:
        amina.page.touchscreen.tap(*amina.place(*corner))
    expect(amina.outlines()).to_have_count(1)
    amina.until(lambda: len(amina.drafted()) == 1, "the browser keeps no draft")
    amina.tool("vertices").tap()
    amina.drawing("edit")
    amina.press_long(0.8, 0.45)
    amina.until(lambda: len(amina.drafted()[0][0]) == 5, "the corner is still there")
    amina.choice("accept").tap()
    amina.leave(tile)
    (left,) = amina.labelled(tile)
    assert len(left.exterior.coords) == 5


@pytest.mark.parametrize("rests_ms", [0, LONG_PRESS_MS], ids=["at once", "after a rest"])
def test_a_thumb_drags_a_corner_and_the_map_stands_still(
    come: Come, world: World, rests_ms: float
) -> None:
    amina = come(world.campaign(2, 2), viewport={"width": 390, "height": 844}, **PHONE).open()
    tile = amina.tile
    amina.choice("fix").tap()
    amina.tool("polygon").tap()
    amina.drawing("polygon")
    corners = [(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)]
    for corner in [*corners, corners[0]]:
        amina.page.touchscreen.tap(*amina.place(*corner))
    expect(amina.outlines()).to_have_count(1)
    amina.until(lambda: len(amina.drafted()) == 1, "the browser keeps no draft")
    before = amina.drafted()
    amina.tool("vertices").tap()
    amina.drawing("edit")
    frame = amina.map.get_attribute("data-frame")
    # A thumb lands beside the corner, and what is told of its way begins with a leap.
    amina.drag_by_finger((0.62, 0.62), (0.72, 0.72), (0.8, 0.8), rests_ms=rests_ms)
    amina.until(lambda: amina.drafted() != before, "the corner is where it was")
    assert amina.map.get_attribute("data-frame") == frame
    wanted = Polygon(amina.degrees(*at) for at in [(0.2, 0.2), (0.6, 0.2), (0.8, 0.8), (0.2, 0.6)])
    amina.choice("accept").tap()
    amina.leave(tile)
    (found,) = amina.labelled(tile)
    assert found.intersection(wanted).area / found.union(wanted).area > 0.9


def test_arabic_is_written_from_right_to_left(come: Come, trained: str) -> None:
    amina = come(trained, locale="ar-EG").open()
    tile = amina.tile
    page = amina.page.locator("html")
    expect(page).to_have_attribute("dir", "rtl")
    expect(page).to_have_attribute("lang", "ar")
    expect(amina.choice("nothing")).not_to_contain_text("Nothing")
    tools, question = amina.page.locator(".tools"), amina.page.locator(".why")
    assert left_of(tools) < left_of(question)
    amina.key("KeyS")
    amina.leave(tile)
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_serious_faults_for_screen_readers(
    come: Come, trained: str, scheme: str
) -> None:
    amina = come(trained, color_scheme=scheme)
    assert faults(amina.open("").page) == []
    amina.open("/learn")
    expect(amina.page.locator(".bar")).to_be_visible()
    assert faults(amina.page) == []
    amina.open()
    amina.find_outlined(1)
    assert faults(amina.page) == []
    amina.key("KeyD")
    assert faults(amina.page) == []
    amina.key("KeyA")
    assert faults(amina.page) == []
    amina.key("Escape")
    amina.page.get_by_role("button", name="Settings").click()
    assert faults(amina.page) == []


def left_of(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["x"]


def test_nothing_moves_by_itself_where_less_motion_is_asked_for(come: Come, trained: str) -> None:
    amina = come(trained, reduced_motion="reduce").open()
    amina.tile  # noqa: B018  # it waits
    amina.page.evaluate(NOTE_MOVEMENTS)
    amina.page.get_by_role("button", name="Settings").click()
    amina.page.get_by_label("Appearance").select_option("dark")  # buttons change their colour
    amina.page.get_by_role("button", name="Close").click()
    amina.answer("KeyS")
    assert amina.page.evaluate("moved") == []


def test_on_a_4k_screen_all_is_large_and_a_click_finds_its_place(come: Come, trained: str) -> None:
    amina = come(trained, viewport={"width": 3840, "height": 2160}).open()
    amina.find_outlined(1)
    left, top = amina.place(0, 0)
    right, bottom = amina.place(1, 1)
    assert right - left > 0.7 * 2160
    below, beside = amina.page.locator(".bar"), amina.page.locator(".top > *")
    assert bottom < upper_edge(below)
    assert top > max(upper_edge(one) for one in beside.all())
    assert amina.page.evaluate(SMALLEST_TEXT_PX) >= 20
    inside = amina.inner_outlines()[0].representative_point()
    amina.click(*amina.share(inside.x, inside.y))
    expect(amina.page.locator(".outline-list button[aria-pressed=false]")).to_have_count(1)
    for path in ("", "/learn"):
        amina.open(path)
        expect(amina.page.locator("h1, .bar").first).to_be_visible()
        assert amina.page.evaluate(SMALLEST_TEXT_PX) >= 20
        assert amina.page.evaluate(OVERFLOW) == 0


def upper_edge(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"]


def test_the_page_is_painted_whole_on_a_large_screen(come: Come, trained: str) -> None:
    amina: Volunteer = come(trained, viewport={"width": 2560, "height": 1440}).open()
    amina.tile  # noqa: B018  # it waits
    box = amina.page.locator(".bar").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 1440
    assert amina.page.evaluate(OVERFLOW) == 0


def test_an_outdated_page_asks_to_load_the_new_one(come: Come, world: World) -> None:
    """Another version answers than the one that gave this page, as after an upgrade."""
    amina = come(world.campaign(3, 2))
    amina.open()
    amina.have_tiles_at_hand()
    notice = amina.page.locator(".notice")
    with amina.offline():
        amina.answer("KeyS")
        expect(amina.page.locator(".net")).to_contain_text("1 answer waiting to be sent")
        amina.page.route(
            "**/api/**",
            lambda route: route.fulfill(
                response=(found := route.fetch()),
                headers={**found.headers, "x-tilewise-version": "99.0.0"},
            ),
        )
    expect(notice.get_by_role("button")).to_be_enabled()
    expect(notice).to_contain_text("A newer version of this page is ready")
    assert amina.waits() == 0
