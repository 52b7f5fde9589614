"""Journeys: real people's ways through the real page, service, PostGIS and Redis, in Chromium.

All of them share one service and one trained campaign, so they run in one process of the run
(``--dist loadgroup``), which has both and the browser for as long as the journeys last.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from redis import Redis

from service.api.pages import BUILT
from service.artefacts import Artefacts
from service.database import open_database
from service.jobs.context import Services
from service.settings import Settings
from tests.journeys.slowness import Slowness
from tests.journeys.volunteer import PATIENCE_MS, Volunteer
from tests.journeys.world import TRAINING, World, free_port, make_world, workers_of
from tests.servers import TestServers
from tests.service.towns import write_town

COLUMNS, ROWS = 16, 12
TAUGHT, MEASURED = 40, 6  # tiles that the trained campaign's model learned from, and audit tiles
# Beside those of the other tests: PrivateRedis.DATABASES is 64.
REDIS_FROM = 32

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Drawing by software, as there is no graphics card; and nothing that speaks to the world.
FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-quic",
)
# With the training that the first of them waits for, on a machine that does much else besides.
JOURNEY_S = 900
DESKTOP = {"width": 1280, "height": 800}


def pytest_addoption(parser: pytest.Parser) -> None:
    Slowness.add_options(parser)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process plays all journeys, while the others do other tests; the first one trains."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))
            item.add_marker(pytest.mark.timeout(JOURNEY_S))


@pytest.fixture(scope="package")
def world(
    servers: TestServers, process_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The running service, without campaigns; its API can be stopped and started again."""
    if not (BUILT / "index.html").is_file():
        pytest.fail("The labeling UI is not built: run `make ui`.")
    folder = tmp_path_factory.mktemp("journeys")
    number = int(process_name.removeprefix("gw")) + 1 if process_name.startswith("gw") else 0
    settings = Settings(
        home=folder / "home",
        database_url=servers.create_database(f"journeys_{process_name}"),
        redis_url=f"{servers.places.redis_url}?db={REDIS_FROM + number}",
        artefact_url=str(folder / "artefacts"),
        port=free_port(),
        threads=1,
    )
    services = Services(
        settings,
        open_database(settings),
        Artefacts.open(settings),
        Redis.from_url(settings.redis_address),
    )
    world = make_world(services, write_town(folder / "town", COLUMNS, ROWS))
    world.start()
    yield world
    world.stop()
    services.redis.close()
    services.database.close()


@pytest.fixture(scope="package")
def trained(world: World) -> str:
    """A campaign over the whole town whose model has really learned something; its id."""
    campaign = world.campaign(
        COLUMNS, ROWS, training=TRAINING, batch_size=100, audit_min=MEASURED, audit_every=100
    )
    world.label(campaign, pool=TAUGHT, audit=MEASURED)
    world.play_round(campaign)
    return campaign


@pytest.fixture
def workers(world: World) -> Iterator[None]:
    """The train, predict and light workers, running beside the API."""
    running = workers_of(world.settings)
    yield
    for one in running:
        one.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


def launch_options() -> dict[str, Any]:
    """Which Chromium, and how it is started."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail(
            "The journeys need Chromium: run `scripts/install.sh --system --browser`, "
            f"or install one of {', '.join(BROWSERS)}."
        )
    return {"executable_path": program, "args": list(FLAGS)}


Visit = Callable[..., BrowserContext]
Come = Callable[..., Volunteer]


@pytest.fixture
def visit(browser: Browser, world: World, pytestconfig: pytest.Config) -> Iterator[Visit]:
    """Opens browsers of people, each with a memory of its own; ``visit(viewport=…)``."""
    opened: list[BrowserContext] = []
    slowness = Slowness.of(pytestconfig)

    def visit(**options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=world.url, **({"viewport": DESKTOP, "locale": "en-GB"} | options)
        )
        context.set_default_timeout(PATIENCE_MS)
        slowness.befall(context)
        opened.append(context)
        return context

    yield visit
    for context in opened:
        for page in context.pages:
            # What a test's own handler still fetches would fail in the test that comes next.
            page.unroute_all(behavior="ignoreErrors")
        context.close()


@pytest.fixture
def come(visit: Visit, world: World) -> Iterator[Come]:
    """Volunteers with a browser of their own; no page of theirs may throw an error."""
    came: list[Volunteer] = []

    def come(campaign: str, name: str = "Amina", **options: Any) -> Volunteer:
        came.append(Volunteer(visit(**options), world, campaign, name))
        return came[-1]

    yield come
    complaints = [words for volunteer in came for words in volunteer.complaints]
    assert complaints == []
