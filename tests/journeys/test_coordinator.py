"""The coordinator's way: from a scene on disk to a chart of how good its map is."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import faults
from tests.journeys.conftest import Come, Visit
from tests.journeys.world import World
from tests.service.curves import Curve, saturating
from tests.service.made import MadeCampaign
from tests.service.towns import QUICK_TRAINING

COLUMNS, ROWS = 6, 4
DENSE = (5, 4)  # of the town: roofs on every square, so whichever are drawn can be measured
POOL, AUDIT = 18, 6  # a quarter of so few tiles is for measuring
ANSWERED = 10
ROUND_MS = 180_000  # processes that train and predict share two cores with other tests


@pytest.fixture
def desk(visit: Visit, world: World) -> Page:
    page = visit().new_page()
    page.goto(f"/desk#token={world.token}")
    # Only now is the token kept, and other addresses know it.
    expect(page.get_by_role("link", name="New campaign")).to_be_visible()
    return page


def create_campaign(page: Page, world: World, area: Path) -> str:
    """Fill in the form as somebody with a drone's picture does; the campaign's id."""
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("GeoTIFF, COG or MBTiles").set_input_files(world.town.imagery)
    expect(page.get_by_text("The imagery answers")).to_be_visible()
    page.get_by_label("Or a GeoJSON file").set_input_files(area)
    expect(page.get_by_text(f"The area takes {COLUMNS * ROWS} squares.")).to_be_visible()
    page.get_by_label("Name of the campaign").fill("Rooftown by hand")
    page.get_by_role("button", name="Make the campaign").click()
    expect(page.get_by_role("heading", name="Rooftown by hand")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


def start_round(page: Page, number: int) -> None:
    """Ask for a round before the one before is through, and follow it to the people."""
    page.get_by_role("button", name="Start the next round").click()
    page.get_by_role("dialog").get_by_role("button", name="Start the next round").click()
    expect(page.get_by_role("heading", name=f"Round {number}: the model")).to_be_visible()
    expect(page.get_by_role("heading", name=f"Round {number}: people answer")).to_be_visible(
        timeout=ROUND_MS
    )


@pytest.mark.usefixtures("workers")
def test_a_coordinator_makes_a_campaign_and_follows_its_rounds_to_the_chart(
    desk: Page, world: World, tmp_path: Path
) -> None:
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(world.area(COLUMNS, ROWS, DENSE)))
    campaign = create_campaign(desk, world, area)
    with world.coordinator as coordinator:
        made = coordinator.campaign(campaign)
        assert sum(made["tiles"]["pool"].values()) == POOL
        assert sum(made["tiles"]["audit"].values()) == AUDIT
        # Minutes of training, as a real campaign takes them, would show nothing else.
        coordinator.update_campaign(campaign, policy={"training": QUICK_TRAINING, "views": 1})

    desk.get_by_role("button", name="Start the first round").click()
    expect(desk.get_by_role("heading", name="Round 0: people answer")).to_be_visible(
        timeout=ROUND_MS
    )
    expect(desk.get_by_text("There is no model yet")).to_be_visible()
    world.label(campaign, pool=ANSWERED, audit=AUDIT)
    start_round(desk, 1)

    chart = desk.get_by_role("img", name=re.compile("Accuracy of one measured round"))
    expect(chart).to_be_visible()
    with world.coordinator as coordinator:
        [measured] = coordinator.accuracy(campaign)["rounds"]
    desk.get_by_text("The same as a table").click()
    row = desk.get_by_role("row", name=re.compile("^1 "))
    expect(row.first).to_contain_text(f"{measured['iou']['estimate']:.1%}")
    answered = desk.get_by_text("answered", exact=True).locator("..")
    expect(answered).to_contain_text(str(ANSWERED + AUDIT))

    with desk.expect_download() as download:
        desk.get_by_role("button", name="Download the labels").click()
    labels = json.loads(Path(download.value.path()).read_text())
    with world.coordinator as coordinator:
        kept = [label for page in coordinator.label_pages(campaign) for label in page["features"]]
    assert {one["id"] for one in labels["features"]} == {one["id"] for one in kept}

    start_round(desk, 2)
    roll_back(desk, world, campaign)
    pause(desk, world, campaign)


def roll_back(page: Page, world: World, campaign: str) -> None:
    with world.coordinator as coordinator:
        older = next(one for one in coordinator.checkpoints(campaign) if one["state"] != "promoted")
    models = page.get_by_role("region", name="Models").get_by_role("table")
    row = models.get_by_role("row", name=re.compile(f"^{older['round']} "))
    row.get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(row).to_contain_text("serving")
    with world.coordinator as coordinator:
        assert coordinator.campaign(campaign)["promoted_checkpoint_id"] == older["id"]


def pause(page: Page, world: World, campaign: str) -> None:
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    with world.coordinator as coordinator:
        assert coordinator.campaign(campaign)["state"] == "paused"


def test_imagery_that_cannot_be_used_is_explained_before_anything_is_made(
    desk: Page, world: World
) -> None:
    desk.get_by_role("link", name="New campaign").click()
    desk.get_by_label("Tiles from the web").check()
    desk.get_by_label("Template of the tiles").fill("https://tiles.example.org/{a}/{b}.png")
    expect(desk.get_by_text("The imagery cannot be used like this")).to_be_visible()
    expect(desk.get_by_role("button", name="Make the campaign")).to_be_disabled()


def test_a_volunteer_at_the_desk_is_told_whom_it_is_for(come: Come, world: World) -> None:
    amina = come(world.campaign(2, 2))
    amina.page.goto("/desk")
    expect(amina.page.get_by_role("heading", name="This page is for coordinators")).to_be_visible()
    expect(amina.page.get_by_role("link", name="To the campaigns")).to_be_visible()


def test_rules_of_a_campaign_that_runs_can_be_changed(desk: Page, world: World) -> None:
    campaign = world.campaign(2, 2)
    desk.goto(f"/desk/{campaign}")
    rules = desk.get_by_role("region", name="Rules")
    rules.locator("summary").click()
    save = rules.get_by_role("button", name="Save the rules")
    expect(save).to_be_disabled()
    rules.get_by_label("Start the next round by itself").check()
    with desk.expect_response(lambda found: found.request.method == "PATCH"):
        save.click()
    expect(save).to_be_disabled()
    with world.coordinator as coordinator:
        assert coordinator.campaign(campaign)["policy"]["auto_rounds"] is True


def test_a_coordinator_reads_how_many_more_squares_a_target_takes(desk: Page, world: World) -> None:
    campaign = world.campaign(6, 5, batch_size=20, audit_min=8, audit_share=0.2)
    curve = Curve.of(MadeCampaign(uuid.UUID(campaign), world.services.database))
    for labels, recall in saturating(range(40, 320, 40)):
        curve.add(labels, recall)
    desk.goto(f"/desk/{campaign}")
    card = desk.get_by_role("region", name="Accuracy over rounds")
    told = card.get_by_role("status")
    card.get_by_label("Good enough for me").fill("80")
    expect(told).to_contain_text(re.compile(r"^About \d+ more squares to reach 80% \("))
    expect(told).to_contain_text("Counted from the 280 squares")
    card.get_by_label("Good enough for me").fill("60")
    expect(told).to_contain_text("Your target of 60% is most likely reached.")
    assert faults(desk, live=True) == []


def test_arrow_keys_walk_over_the_map_of_tiles(desk: Page, world: World) -> None:
    campaign = world.campaign(3, 3)
    desk.goto(f"/desk/{campaign}")
    squares = desk.get_by_role("region", name="Map of squares")
    expect(squares).to_have_attribute("aria-busy", "false")
    told = squares.locator("h3", has_text="Square")
    desk.get_by_label("Map", exact=True).focus()
    desk.keyboard.press("ArrowRight")
    middle = square_in(told)
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown"):
        before = told.inner_text()
        desk.keyboard.press(key)
        expect(told).not_to_have_text(before)
    assert square_in(told) == (middle[0] - 1, middle[1])


def test_where_one_person_sees_nothing_another_is_asked_and_the_desk_says_so(
    come: Come, desk: Page, world: World
) -> None:
    campaign = world.campaign(1, 1, second_looks=True)
    amina = come(campaign).open()
    empty = amina.answer("KeyS")
    amina.all_sent()
    expect(amina.page.get_by_text("Nothing is left to answer")).to_be_visible()
    desk.goto(f"/desk/{campaign}")
    squares = desk.get_by_role("region", name="Map of squares")
    waiting = squares.get_by_text("1 answered square waits for a second look.")
    expect(waiting).to_be_visible()
    expect(squares).to_have_attribute("aria-busy", "false")
    desk.get_by_label("Map", exact=True).focus()
    desk.keyboard.press("ArrowRight")
    expect(squares.get_by_text("one saw nothing here, and no model had looked")).to_be_visible()
    bea = come(campaign, "Bea").open()
    assert bea.tile == empty
    bea.answer("KeyS")
    bea.all_sent()
    desk.reload()
    expect(squares).to_have_attribute("aria-busy", "false")
    expect(waiting).to_have_count(0)


def square_in(told: Locator) -> tuple[int, int]:
    """Column and row of the square that is told about."""
    expect(told).to_be_visible()
    _, x, y = told.locator("bdi").inner_text().split("/")
    return int(x), int(y)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_desk_has_serious_faults_for_screen_readers(
    visit: Visit, world: World, trained: str, scheme: str
) -> None:
    page = visit(color_scheme=scheme).new_page()
    page.goto(f"/desk#token={world.token}")
    expect(page.get_by_role("link", name="New campaign")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="New campaign").click()
    expect(page.get_by_role("button", name="Make the campaign")).to_be_visible()
    assert faults(page) == []
    page.goto(f"/desk/{trained}")
    squares = page.get_by_role("region", name="Map of squares")
    expect(squares).to_have_attribute("aria-busy", "false")
    page.get_by_role("region", name="Rules").locator("summary").click()
    assert faults(page, live=True) == []
