"""Tile after tile: answers by keyboard, what they leave behind, and how they can be taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Come
from tests.journeys.world import World

# The model's outlines where it is sure, and where it is not: styles/tokens.css.
SURE, UNSURE = (0x56, 0xD4, 0xFF), (0xFF, 0xC2, 0x47)


def test_twenty_tiles_are_labelled_by_keyboard_alone(come: Come, trained: str) -> None:
    amina = come(trained).open()
    answered = [
        amina.answer("KeyF" if amina.choice("accept").is_enabled() else "KeyS") for _ in range(20)
    ]
    assert len(set(answered)) == 20
    expect(amina.page.locator(".me b")).to_contain_text("20 squares")
    amina.all_sent()
    given = [[one["answer"] for one in amina.reviews(tile)] for tile in answered]
    assert all(len(one) == 1 for one in given)
    assert {one[0] for one in given} <= {"right", "nothing"}


def test_a_keyboard_alone_removes_an_outline_and_brings_it_back(come: Come, trained: str) -> None:
    amina = come(trained).open()
    amina.find_outlined(2)
    first = amina.outlines().first
    amina.key("KeyE")  # the next outline
    amina.key("KeyR")
    expect(first).to_have_attribute("aria-pressed", "false")
    amina.key("KeyR")
    expect(first).to_have_attribute("aria-pressed", "true")
    first.focus()  # as the Tab key does
    amina.key("Enter")
    expect(first).to_have_attribute("aria-pressed", "false")


def test_every_answer_arrives_as_it_was_meant(come: Come, world: World) -> None:
    amina = come(world.campaign(4, 2)).open()
    wrong = amina.answer("KeyW")
    nothing = amina.answer("KeyS")
    skipped = amina.answer("KeyQ")
    cloudy = amina.tile
    amina.key("KeyA")
    expect(amina.page.get_by_role("dialog")).to_contain_text("What is in the way?")
    amina.key("Digit1")
    amina.leave(cloudy)
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(wrong)] == ["wrong"]
    assert [one["answer"] for one in amina.reviews(nothing)] == ["nothing"]
    assert amina.reviews(skipped) == []
    (told,) = amina.reviews(cloudy)
    assert (told["answer"], told["cant_tell_reason"]) == ("cant_tell", "cloud")


def test_who_skips_a_lot_is_never_without_a_tile(come: Come, trained: str) -> None:
    amina = come(trained).open()
    for _ in range(30):  # a person holds 24 leases at most
        amina.answer("KeyQ")
    amina.answer("KeyS")


def test_outlines_are_hidden_while_a_key_is_held(come: Come, trained: str) -> None:
    amina = come(trained).open()
    amina.find_outlined(1)
    line = amina.see(SURE, UNSURE)
    amina.page.keyboard.down("Space")
    amina.see_no_more(line)
    amina.page.keyboard.up("Space")
    amina.see(line)


def test_undo_goes_back_across_tiles_and_the_newer_answer_stands(come: Come, world: World) -> None:
    amina = come(world.campaign(3, 2)).open()
    first = amina.answer("KeyS")
    second = amina.answer("KeyS")
    third = amina.tile
    amina.key("KeyZ")
    amina.key("KeyZ")
    assert amina.tile == first
    expect(amina.page.locator(".why")).to_contain_text("You have answered this one")
    amina.key("KeyW")
    amina.leave(first)
    assert amina.tile == second
    amina.key("KeyX")  # forward again
    assert amina.tile == third
    amina.all_sent()
    standing = {one["answer"]: one["standing"] for one in amina.reviews(first)}
    assert standing == {"nothing": "superseded", "wrong": "counted"}
    assert [one["answer"] for one in amina.reviews(second)] == ["nothing"]


def test_a_key_can_be_chosen_anew_and_none_does_two_things(come: Come, world: World) -> None:
    amina = come(world.campaign(2, 2)).open()
    tile = amina.tile
    amina.page.get_by_role("button", name="Settings").click()
    dialog = amina.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Nothing here").click()
    amina.key("KeyF")  # was: All right
    dialog.get_by_role("button", name="Close").click()
    expect(amina.choice("nothing").locator("kbd")).to_have_text("F")
    expect(amina.choice("accept").locator("kbd")).to_have_text("S")
    amina.answer("KeyF")
    amina.all_sent()
    assert [one["answer"] for one in amina.reviews(tile)] == ["nothing"]


def test_the_practice_teaches_and_lets_go(come: Come, world: World) -> None:
    amina = come(world.campaign(2, 2)).open("/learn")
    expect(amina.page.locator(".why")).to_contain_text("Practice 1 of 4")
    amina.key("KeyS")  # not so: the model was right
    expect(amina.page.get_by_role("alertdialog")).to_contain_text("Not quite")
    amina.page.get_by_role("button", name="Try again").click()
    amina.key("KeyF")
    expect(amina.page.get_by_role("alertdialog")).to_contain_text("Exactly")
    amina.page.get_by_role("button", name="Next").click()
    expect(amina.page.locator(".why")).to_contain_text("Practice 2 of 4")
    amina.page.get_by_role("button", name="Skip the practice").click()
    assert amina.task["class_name"] == "building"
    assert amina.page.url.endswith("/label")


def test_a_name_is_all_it_takes_to_begin(visit: object, world: World) -> None:
    """From the link to the first tile, as somebody who has never been here."""
    campaign = world.campaign(2, 2)
    page = visit().new_page()  # type: ignore[operator]  # a fixture that opens browsers
    page.goto(f"/c/{campaign}")
    page.get_by_label("Your name").fill("Wanjiru")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Skip the practice").click()
    page.wait_for_selector(".label-screen .map[data-painted]")
    page.go_back()
    expect(page.get_by_role("heading", name="Rooftown")).to_be_visible()
