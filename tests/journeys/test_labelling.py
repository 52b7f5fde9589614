"""Tile after tile: answers by keyboard alone, tools of the hand, and what the map has of them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Come

CYCLE = ("KeyS", "KeyW", "KeyS", "KeyQ", "KeyS")


def test_twenty_tiles_are_labelled_by_keyboard_alone(come: Come, trained: str) -> None:
    amina = come(trained).open()
    answered = []
    while len(answered) < 20:
        tile = amina.tile
        if amina.choice("accept").is_enabled():
            amina.answer("KeyF")
        else:
            amina.answer("KeyS")
        answered.append(tile)
    assert len(set(answered)) == 20
    amina.all_sent()
    given = [amina.reviews(tile)[-1]["answer"] for tile in answered]
    assert set(given) <= {"right", "nothing"}
    expect(amina.page.locator(".me b")).to_contain_text("20 squares")
