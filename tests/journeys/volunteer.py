"""A person at a browser: what they see, press and draw on the label screen."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Request, Response, expect
from playwright.sync_api import Error as PlaywrightError
from scipy import ndimage
from shapely.geometry import Polygon, box, shape

from learner.data.rasterise import rasterise
from learner.grid import PixelWindow
from tests.journeys.world import World

Colour = tuple[int, int, int]
Place = tuple[float, float]  # shares of the tile's side from the north-west, or pixels
# Software drawing on a busy machine: how long anything may take says nothing about the page.
PATIENCE_MS = 60_000
# A finger that rests for so long has not tapped.
LONG_PRESS_MS = 800

WAIT_FOR_TILE = """() => new Promise((resolve) => {
    const look = () => {
        const tile = document.querySelector('.label-screen')?.dataset.tile;
        const painted = document.querySelector('.label-screen .map')?.dataset.painted;
        if (tile && tile === painted) resolve(tile);
        else requestAnimationFrame(look);
    };
    look();
})"""
# Of 255: so sure must the model be where it is said to have seen something.
SEEN = 60
# Fewer dots of a colour are no line.
LINE_DOTS = 40

COUNT_ANSWERS = """() => new Promise((resolve, reject) => {
    const asked = indexedDB.open('tilewise');
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
        const base = asked.result;
        const count = base.transaction('answers').objectStore('answers').count();
        count.onsuccess = () => { base.close(); resolve(count.result); };
    };
})"""


class Volunteer:
    """A signed-in person on one campaign's label screen."""

    def __init__(self, context: BrowserContext, world: World, campaign: str, name: str) -> None:
        self.world = world
        self.campaign = campaign
        self.actor = world.volunteer(name)
        self.context = context
        remember(context, self.actor)
        self.page = context.new_page()
        self.tasks: dict[str, dict[str, Any]] = {}
        self.pictures: set[str] = set()  # tiles whose picture has been fetched
        self.complaints: list[str] = []
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        page.on("response", self._hear)
        page.on("requestfinished", self._note_picture)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, response: Response) -> None:
        if not response.url.endswith("/tasks/claim") or not response.ok:
            return
        try:
            tasks = response.json()["tasks"]
        except PlaywrightError:
            return  # the page went on, or was closed, and the answer with it
        for task in tasks:
            tile = task["tile"]
            self.tasks[f"{tile['z']}/{tile['x']}/{tile['y']}"] = task

    def _note_picture(self, request: Request) -> None:
        _, found, tile = request.url.partition("/imagery/")
        if found:
            self.pictures.add(tile.removesuffix(".jpg"))

    # Where they are

    def open(self, path: str = "/label") -> Volunteer:
        self.page.goto(f"{self.world.url}/c/{self.campaign}{path}")
        return self

    def reopen(self) -> Volunteer:
        """Close the tab, and open another one."""
        self.page.close()
        self.page = self.context.new_page()
        self._listen(self.page)
        return self.open()

    def open_second_tab(self) -> Page:
        """The same page once more, in the same browser."""
        page = self.context.new_page()
        self._listen(page)
        page.goto(self.page.url)
        return page

    def go_on_in(self, context: BrowserContext) -> Volunteer:
        """Come back in a browser that was started anew."""
        self.context = context
        self.page = context.new_page()
        self._listen(self.page)
        return self.open()

    @property
    def tile(self) -> str:
        """The tile on the screen (``z/x/y``), once its picture is painted."""
        self.page.wait_for_selector(".label-screen .map[data-painted]", timeout=PATIENCE_MS)
        return str(self.page.evaluate(WAIT_FOR_TILE))

    @property
    def task(self) -> dict[str, Any]:
        """What was claimed with the tile on the screen; it may be heard later than it is seen."""
        tile = self.tile
        self.until(lambda: tile in self.tasks, f"nobody has claimed {tile}")
        return self.tasks[tile]

    def find_outlined(self, fewest: int = 1) -> str:
        """Skip on to a tile with so many outlines that lie well inside of it."""
        for _ in range(24):
            tile = self.tile
            if len(self.inner_outlines()) >= fewest:
                return tile
            self.key("KeyQ")
            self.leave(tile)
        raise AssertionError(f"no tile with {fewest} outlines among 24")

    def inner_outlines(self) -> list[Polygon]:
        """The outlines of the model that lie in this tile whole: no neighbour has a say in them."""
        outlines = self.task["outlines"]
        features = [] if outlines is None else outlines["features"]
        west, south, east, north = self.task["bounds"]
        edge_x, edge_y = (east - west) * 0.06, (north - south) * 0.06
        inner = box(west + edge_x, south + edge_y, east - edge_x, north - edge_y)
        found = [shape(feature["geometry"]) for feature in features]
        return [one for one in found if inner.contains(one)]

    def find_missed(self) -> Place:
        """Skip on to a tile where the model saw something that it did not outline; where."""
        for _ in range(24):
            tile = self.tile
            place = self._missed() if self.task["checkpoint_id"] else None
            if place is not None:
                return place
            self.key("KeyQ")
            self.leave(tile)
        raise AssertionError("the model has missed nothing on 24 tiles")

    def _missed(self) -> Place | None:
        z, x, y = map(int, self.tile.split("/"))
        with self.world.coordinator as client:
            png = client.probability_tile(self.campaign, z, x, y)
        seen = np.asarray(Image.open(io.BytesIO(png))).copy()
        window = PixelWindow.of_tiles(z, x, y, 1, 1)
        outlines = [shape(one["geometry"]) for one in self.task["outlines"]["features"]]
        taken = ndimage.binary_dilation(rasterise(outlines, window), iterations=24)
        seen[taken] = 0
        inner = seen[40:-40, 40:-40]
        row, column = np.unravel_index(np.argmax(inner), inner.shape)
        if inner[row, column] < SEEN:
            return None
        return (float(column) + 40.5) / 256, (float(row) + 40.5) / 256

    # What they do

    def key(self, code: str) -> None:
        self.page.keyboard.press(code)

    def leave(self, tile: str) -> None:
        """Wait until another tile, or none, is on the screen."""
        expect(self.page.locator(".label-screen")).not_to_have_attribute(
            "data-tile", tile, timeout=PATIENCE_MS
        )

    def answer(self, code: str) -> str:
        """Answer by a key; returns the tile that was answered, when the next one is there."""
        tile = self.tile
        self.key(code)
        self.leave(tile)
        return tile

    def place(self, x: float, y: float) -> Place:
        """Pixel of the screen for a place in the tile: shares of its side from the north-west."""
        left, top, side = (
            float(part) for part in (self.map.get_attribute("data-frame") or "").split()
        )
        return left + x * side, top + y * side

    def share(self, longitude: float, latitude: float) -> Place:
        """Shares of the tile's side from the north-west, for a place on Earth."""
        west, south, east, north = self.task["bounds"]
        return (longitude - west) / (east - west), (north - latitude) / (north - south)

    def degrees(self, x: float, y: float) -> Place:
        """Longitude and latitude of a place in the tile: shares from the north-west."""
        west, south, east, north = self.task["bounds"]
        return west + x * (east - west), north - y * (north - south)

    def click(self, x: float, y: float, **options: Any) -> None:
        self.page.mouse.click(*self.place(x, y), **options)

    def slide(self, *codes: str) -> None:
        """Take the threshold slider and press keys on it."""
        self.key("KeyG")
        slider = self.page.locator(".slider input")
        slider.focus()
        for code in codes:
            self.key(code)
        expect(slider).not_to_have_value("0")
        slider.blur()

    def drawing(self, mode: str) -> None:
        """Wait until the drawing tools, fetched when first needed, are in hand."""
        expect(self.map).to_have_attribute("data-pen", mode, timeout=PATIENCE_MS)

    def drag(self, *path: Place, steps: int = 8) -> None:
        """Press at the first place, pass through the others, let go."""
        self.page.mouse.move(*self.place(*path[0]))
        self.page.mouse.down()
        for point in path[1:]:
            self.page.mouse.move(*self.place(*point), steps=steps)
        self.page.mouse.up()

    def drag_by_finger(self, *path: Place, rests_ms: float = 0) -> None:
        """Put a finger down at the first place, rest, pass through the others, lift it."""
        session = self.context.new_cdp_session(self.page)
        for step, (x, y) in enumerate(self.place(*place) for place in path):
            kind = "touchMove" if step else "touchStart"
            at = [{"x": x, "y": y}]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
            if step == 0 and rests_ms:
                self.page.wait_for_timeout(rests_ms)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def press_long(self, x: float, y: float) -> None:
        """Put a finger down, leave it there for longer than a tap, lift it."""
        self.drag_by_finger((x, y), rests_ms=LONG_PRESS_MS)

    # What they see

    @property
    def map(self) -> Locator:
        return self.page.locator(".label-screen .map")

    def tool(self, name: str) -> Locator:
        return self.page.locator(f".tools [data-command='{name}']")

    def choice(self, name: str) -> Locator:
        return self.page.locator(f".bar [data-command='{name}']")

    def outlines(self) -> Locator:
        """The outlines in words: one button each."""
        return self.page.locator(".outline-list button")

    def see(self, *colours: Colour) -> Colour:
        """Wait until one of the colours is in the picture of the tile; which."""
        found: list[Colour] = []

        def look() -> bool:
            found.extend(one for one in colours if self._dots_of(one) > LINE_DOTS)
            return bool(found)

        self.until(look, f"none of {colours} is to be seen")
        return found[0]

    def see_no_more(self, colour: Colour) -> None:
        self.until(lambda: self._dots_of(colour) == 0, f"{colour} is still to be seen")

    def until(self, is_so: Callable[[], bool], otherwise: str) -> None:
        """Wait for what the page does not announce; ``otherwise``: what to say if it never is."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not is_so():
            assert time.monotonic() < deadline, otherwise
            self.page.wait_for_timeout(50)

    def _dots_of(self, colour: Colour) -> int:
        left, top = self.place(0.0, 0.0)
        right, bottom = self.place(1.0, 1.0)
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        png = self.page.screenshot(clip=clip)  # type: ignore[arg-type]  # a FloatRect
        pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
        return int((np.abs(pixels - colour).max(axis=2) < 6).sum())

    def drafted(self) -> list[list[list[Place]]]:
        """The outlines of the work begun, as the browser keeps them a moment after each step."""
        kept = json.loads(self.page.evaluate("localStorage.getItem('tilewise.draft')") or "null")
        return [] if kept is None else [one["rings"] for one in kept["work"]["outlines"]]

    def waits(self) -> int:
        """Answers in the outbox of this browser, as IndexedDB has them."""
        return int(self.page.evaluate(COUNT_ANSWERS))

    def keeps(self, answers: int) -> None:
        """Wait until so many answers lie in the outbox: the next tile is there before they do."""
        self.until(lambda: self.waits() == answers, f"the outbox does not hold {answers}")

    def all_sent(self) -> None:
        """Wait until nothing waits any more; an answer just given may not be in the outbox yet."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        empty = 0
        while empty < 3:
            assert time.monotonic() < deadline, "answers are still waiting to be sent"
            self.page.wait_for_timeout(50)
            empty = empty + 1 if self.waits() == 0 else 0

    def wait_for_review(self, tile: str) -> None:
        """Wait until the service has an answer to a tile."""
        self.until(lambda: bool(self.reviews(tile)), f"no answer to {tile} has arrived")

    def have_tiles_at_hand(self, fewest: int = 3) -> None:
        """Wait until tiles wait behind the one on the screen, their pictures fetched."""
        here = self.tile
        self.until(
            lambda: len((self.tasks.keys() & self.pictures) - {here}) >= fewest,
            f"fewer than {fewest} tiles have come",
        )

    @contextmanager
    def offline(self) -> Iterator[None]:
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)

    # What the service has of it

    def reviews(self, tile: str) -> list[dict[str, Any]]:
        """This person's answers to one tile, oldest first."""
        z, x, y = map(int, tile.split("/"))
        with self.world.client_of(self.actor["token"]) as client:
            return client.reviews(self.campaign, z=z, x=x, y=y)

    def labelled(self, tile: str) -> list[Polygon]:
        """What the labels API says of a tile, once everything has been sent."""
        self.all_sent()
        z, x, y = map(int, tile.split("/"))
        return self.world.labels_of(self.campaign, (z, x, y))


def remember(context: BrowserContext, actor: dict[str, Any], **settings: Any) -> None:
    """Let the browser know who works here, as if they had signed in before."""
    me = {key: actor[key] for key in ("id", "name", "role")}
    session = json.dumps({"actor": me, "token": actor["token"]})
    known = json.dumps(settings)
    context.add_init_script(
        f"""if (!localStorage.getItem('tilewise.session')) {{
            localStorage.setItem('tilewise.session', {json.dumps(session)});
            localStorage.setItem('tilewise.settings', {json.dumps(known)});
        }}"""
    )
