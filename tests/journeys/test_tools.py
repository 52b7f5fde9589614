"""One outline with each tool, and the geometry in the labels API."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from shapely import Point, Polygon
from shapely.affinity import translate

from tests.journeys.conftest import Come
from tests.journeys.volunteer import Place, Volunteer
from tests.journeys.world import World

WRONG = (0xFF, 0x6B, 0x57)  # the ring around a place that is wrong
BOX = ((0.3, 0.3), (0.6, 0.3), (0.6, 0.5), (0.3, 0.5))


def iou(one: Polygon, other: Polygon) -> float:
    return float(one.intersection(other).area / one.union(other).area)


def best(wanted: Polygon, found: list[Polygon]) -> float:
    return max((iou(wanted, one) for one in found), default=0.0)


def polygon(who: Volunteer, *corners: Place) -> Polygon:
    """A polygon of places in the tile, in degrees."""
    return Polygon(who.degrees(*corner) for corner in corners)


def draw_box(who: Volunteer, *corners: Place) -> None:
    """The rectangle tool: one corner, the next one, the far side."""
    who.key("KeyC")
    who.drawing("rectangle")
    before = who.outlines().count()
    for corner in corners[:3]:
        who.click(*corner)
    expect(who.outlines()).to_have_count(before + 1)


@pytest.fixture
def blank(world: World) -> str:
    """A campaign without a model."""
    return world.campaign(3, 2)


def middle(who: Volunteer, outline: Polygon) -> Place:
    inside = outline.representative_point()
    return who.share(inside.x, inside.y)


def test_a_click_drops_an_outline_and_another_brings_it_back(come: Come, trained: str) -> None:
    amina = come(trained).open()
    tile = amina.find_outlined(2)
    dropped, kept = amina.inner_outlines()[:2]
    gone = amina.page.locator(".outline-list button[aria-pressed=false]")
    for count in (1, 0, 1):
        amina.click(*middle(amina, dropped))
        expect(gone).to_have_count(count)
    amina.answer("KeyF")
    labels = amina.labelled(tile)
    assert best(kept, labels) > 0.5
    assert best(dropped, labels) < 0.3


def test_a_click_on_a_bare_roof_brings_the_likely_shape(come: Come, trained: str) -> None:
    amina = come(trained).open()
    place = amina.find_missed()
    tile = amina.tile
    west, _, east, _ = amina.task["bounds"]
    inside = Point(amina.degrees(*place))
    before = amina.outlines().count()
    amina.click(*place)
    expect(amina.outlines()).to_have_count(before + 1)
    amina.answer("KeyF")
    near = inside.buffer((east - west) * 12 / 256)  # the tool looks ten pixels around a click
    assert any(one.intersects(near) for one in amina.labelled(tile))


def test_a_shape_that_comes_late_does_not_land_on_the_next_tile(come: Come, trained: str) -> None:
    amina = come(trained).open()
    place = amina.find_missed()
    tile = amina.tile
    held: list[Route] = []
    amina.page.route("**/probability/**", lambda route: held.append(route))
    amina.click(*place)
    amina.until(lambda: len(held) == 9, "nobody asked what the model sees around the tile")
    amina.key("KeyQ")
    amina.leave(tile)
    shown = amina.outlines().count()
    for route in held:
        with amina.page.expect_request_finished(lambda one, url=route.request.url: one.url == url):
            route.continue_()
    amina.page.wait_for_timeout(500)  # for what must not happen
    expect(amina.outlines()).to_have_count(shown)


def test_the_slider_grows_all_outlines(come: Come, trained: str) -> None:
    amina = come(trained).open()
    tile = amina.find_outlined(1)
    before = max(amina.inner_outlines(), key=lambda one: one.area)
    amina.slide("PageUp", "PageUp", "PageUp")
    amina.answer("KeyF")
    # A neighbour's answer may hold another outline over the same place.
    after = max(amina.labelled(tile), key=lambda one: iou(before, one))
    assert after.area > before.area * 1.02


def test_arrow_keys_move_the_whole_layer(come: Come, trained: str) -> None:
    amina = come(trained).open()
    tile = amina.find_outlined(1)
    before = max(amina.inner_outlines(), key=lambda one: one.area)
    west, south, east, north = amina.task["bounds"]
    amina.key("KeyT")
    for code in ["ArrowRight"] * 6 + ["ArrowDown"] * 3:
        amina.key(code)
    amina.answer("KeyF")
    moved = translate(before, (east - west) * 6 / 256, -(north - south) * 3 / 256)
    assert best(moved, amina.labelled(tile)) > 0.8


def test_corners_are_dragged_inserted_and_deleted(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    draw_box(amina, *BOX)
    amina.key("KeyV")
    amina.drawing("edit")
    amina.drag((0.6, 0.5), (0.75, 0.65))  # a corner
    amina.drag((0.45, 0.3), (0.45, 0.15))  # the middle of a side: a new corner
    amina.click(0.3, 0.3, button="right")  # no corner any more
    wanted = polygon(amina, (0.45, 0.15), (0.6, 0.3), (0.75, 0.65), (0.3, 0.5))
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.95


def test_three_taps_make_a_right_angled_rectangle(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    wanted = polygon(amina, *BOX)
    draw_box(amina, BOX[0], BOX[1], (0.55, 0.5))  # the third tap need not be at the corner
    amina.answer("KeyF")
    (found,) = amina.labelled(tile)
    assert iou(found, wanted) > 0.97
    assert len(found.exterior.coords) == 5


def test_what_is_drawn_beside_the_tile_is_not_taken_and_the_page_says_why(
    come: Come, blank: str
) -> None:
    amina = come(blank).open()
    tile = amina.tile
    amina.key("KeyC")
    amina.drawing("rectangle")
    for corner in ((1.15, 0.3), (1.3, 0.3), (1.3, 0.5)):
        amina.click(*corner)
    expect(amina.page.get_by_text("outside the bright square")).to_be_visible()
    expect(amina.outlines()).to_have_count(0)
    assert amina.tile == tile


def test_a_polygon_grows_corner_by_corner(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    corners = [(0.2, 0.2), (0.7, 0.25), (0.6, 0.6), (0.25, 0.5)]
    wanted = polygon(amina, *corners)
    amina.key("Digit5")
    amina.drawing("polygon")
    for corner in [*corners, corners[0]]:
        amina.click(*corner)
    expect(amina.outlines()).to_have_count(1)
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.97


def test_brush_and_eraser_paint_and_rub(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    amina.key("KeyB")
    amina.drag((0.2, 0.4), (0.6, 0.4))
    amina.drag((0.6, 0.4), (0.6, 0.7))  # touches the first stroke: grows with it
    expect(amina.outlines()).to_have_count(1)
    amina.key("Digit6")
    amina.drag((0.2, 0.3), (0.2, 0.5))  # the left end
    bent = polygon(
        amina, (0.23, 0.373), (0.627, 0.373), (0.627, 0.727), (0.573, 0.727), (0.573, 0.427),
        (0.23, 0.427),
    )  # fmt: skip
    amina.answer("KeyF")
    assert best(bent, amina.labelled(tile)) > 0.85


def test_what_reaches_over_the_edge_is_painted_and_rubbed_there_too(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    draw_box(amina, (0.8, 0.3), (1.2, 0.3), (1.2, 0.5))
    amina.key("KeyB")
    amina.drag((1.4, 0.2), (1.4, 0.6))  # beside the tile, touching nothing
    expect(amina.page.get_by_text("outside the bright square")).to_be_visible()
    amina.drag((1.18, 0.4), (1.3, 0.4))  # beside the tile as well, but of the outline
    amina.key("Digit6")
    amina.drag((1.24, 0.35), (1.24, 0.45))
    expect(amina.outlines()).to_have_count(2)  # the tip is apart
    amina.key("KeyZ")
    expect(amina.outlines()).to_have_count(1)
    wanted = polygon(
        amina, (0.8, 0.3), (1.2, 0.3), (1.2, 0.373), (1.327, 0.373), (1.327, 0.427), (1.2, 0.427),
        (1.2, 0.5), (0.8, 0.5),
    )  # fmt: skip
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.95


def test_a_line_splits_an_outline_and_two_taps_merge_the_parts(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    draw_box(amina, *BOX)
    amina.key("Digit7")
    amina.drawing("line")
    for place in ((0.4, 0.2), (0.4, 0.6), (0.4, 0.6)):
        amina.click(*place)
    expect(amina.outlines()).to_have_count(2)
    left, right = (
        polygon(amina, (0.3, 0.3), (0.4, 0.3), (0.4, 0.5), (0.3, 0.5)),
        polygon(amina, (0.4, 0.3), (0.6, 0.3), (0.6, 0.5), (0.4, 0.5)),
    )
    amina.answer("KeyF")
    labels = amina.labelled(tile)
    assert min(best(left, labels), best(right, labels)) > 0.95
    amina.key("KeyZ")
    assert amina.tile == tile
    amina.key("Digit8")
    amina.click(0.35, 0.4)
    amina.click(0.5, 0.4)
    expect(amina.outlines()).to_have_count(1)
    wanted = polygon(amina, *BOX)
    amina.answer("KeyF")
    (joined,) = amina.labelled(tile)
    assert iou(joined, wanted) > 0.97


def test_a_keyboard_alone_draws_with_the_cross(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    amina.key("KeyC")
    amina.drawing("rectangle")
    for arrow in ("ArrowRight", "ArrowRight", "ArrowDown"):
        for _ in range(4):
            amina.key(f"Shift+{arrow}")  # 16 pixels of the tile each
        amina.key("Enter")
    expect(amina.outlines()).to_have_count(1)
    side = 64 / 256
    wanted = polygon(
        amina, (0.5 + side, 0.5), (0.5 + 2 * side, 0.5), (0.5 + 2 * side, 0.5 + side),
        (0.5 + side, 0.5 + side),
    )  # fmt: skip
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.97


def test_a_keyboard_alone_moves_adds_and_removes_corners(come: Come, blank: str) -> None:
    amina = come(blank).open()
    tile = amina.tile
    draw_box(amina, *BOX)
    amina.key("KeyV")
    amina.drawing("edit")
    told = amina.page.locator(".panel")
    amina.key("KeyE")  # to the first corner
    expect(told).to_contain_text("Corner 1 of 4")
    amina.key("Enter")
    expect(told).to_contain_text("is held")
    for _ in range(4):
        amina.key("Shift+ArrowLeft")  # 8 pixels of the tile each
    amina.key("Enter")
    amina.key("KeyE")
    amina.key("Delete")
    amina.key("KeyE")
    expect(told).to_contain_text("Corner 1 of 3")
    wanted = polygon(amina, (0.3 - 32 / 256, 0.3), (0.6, 0.5), (0.3, 0.5))
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.97


def test_an_outline_that_the_service_refuses_is_shown_where_it_is_wrong(
    come: Come, blank: str
) -> None:
    amina = come(blank).open()
    tile = amina.tile
    amina.key("Digit5")
    amina.drawing("polygon")
    bow_tie = [(0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6)]
    for corner in [*bow_tie, bow_tie[0]]:
        amina.click(*corner)
    expect(amina.outlines()).to_have_count(1)
    amina.answer("KeyF")
    refused = amina.page.get_by_role("alert")
    expect(refused).to_contain_text("crosses itself")
    amina.open()  # also after a reload
    refused.get_by_role("button", name="Show where").click()
    assert amina.tile == tile
    expect(amina.outlines()).to_have_count(1)
    amina.see(WRONG)
    amina.outlines().first.press("Enter")  # away with it
    draw_box(amina, *BOX)
    wanted = polygon(amina, *BOX)
    amina.answer("KeyF")
    assert best(wanted, amina.labelled(tile)) > 0.97
    expect(refused).to_have_count(0)
