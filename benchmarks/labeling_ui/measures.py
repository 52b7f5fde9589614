"""What is measured, each in a browser that has never been here before."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Browser, Page, Response

from benchmarks.labeling_ui.browser import FAST_3G, PAINTED, Network, Seat, seat
from benchmarks.labeling_ui.campaigns import Grounds
from benchmarks.reporting import Measurement

WARM_ANSWERS, SLOW_ANSWERS = 60, 40
# A person looks at a tile at least so long; the tiles behind it are fetched meanwhile.
LOOK_MS, SLOW_LOOK_MS = 700, 2_000
SLOW_PROCESSOR = 4
SLOW_NETWORK = Network(latency_ms=150.0)
HEAP_EVERY = 50
SLIDES = 90
STANDING = ".label-screen .map[data-map='ready']"

# From the moment of the key press, as the system had it, to the frame after the tile was painted.
TIME_ANSWERS = """() => {
    window.paintTimes = [];
    let pressed = null;
    const map = document.querySelector('.label-screen .map');
    addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
        if (!map.dataset.painted || pressed === null) return;
        const from = pressed;
        pressed = null;
        requestAnimationFrame(() => paintTimes.push(performance.now() - from));
    }).observe(map, { attributes: true, attributeFilter: ['data-painted'] });
}"""
PAINTED_SINCE = """(count) => new Promise((resolve) => {
    const look = () => (paintTimes.length > count ? resolve() : requestAnimationFrame(look));
    look();
})"""
# One step of the slider a frame, as fast as frames come.
SLIDE = """(steps) => new Promise((resolve) => {
    const slider = document.querySelector('.slider input');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const began = performance.now();
    let step = 0;
    const next = () => {
        if (step === steps) return resolve(1000 * steps / (performance.now() - began));
        set.call(slider, String(Math.round(80 * Math.sin(step / 8))));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        step += 1;
        requestAnimationFrame(next);
    };
    next();
})"""

REPAINT = """(steps) => new Promise((resolve) => {
    const panel = document.querySelector('.panel');
    const began = performance.now();
    let step = 0;
    const next = () => {
        if (step === steps) return resolve(1000 * steps / (performance.now() - began));
        panel.style.opacity = 1 - 0.001 * (step % 50);
        step += 1;
        requestAnimationFrame(next);
    };
    next();
})"""


def first_tile(browser: Browser, grounds: Grounds) -> list[Measurement]:
    """From nothing to a painted tile over fast 3G, by a deep link; and the JavaScript it took."""
    there = seat(browser, grounds, service_workers="block")
    there.slow_network(FAST_3G)
    scripts: list[Response] = []
    there.page.on("response", lambda found: _note_script(found, scripts))
    there.page.goto(f"{grounds.url}/c/{grounds.untrained}/label", wait_until="commit")
    there.page.wait_for_selector(PAINTED)
    ready_ms = float(there.page.evaluate("performance.now()"))
    there.page.wait_for_selector(STANDING)
    map_ms = float(there.page.evaluate("performance.now()"))
    there.page.wait_for_load_state("networkidle")
    script_bytes = sum(one.request.sizes()["responseBodySize"] for one in scripts)
    # Chromium does not tell the page of what its workers load.
    workers = {worker.url for worker in there.page.workers}
    script_bytes += sum(_packed_bytes(there, url) for url in workers)
    there.context.close()
    return [
        Measurement(
            "first tile ready, fast 3G, nothing cached", ready_ms / 1000, "s", 3.0,
            note="seen, can be answered, outlines can be tapped",
        ),
        Measurement(
            "the map beneath it, for moving and drawing by hand", map_ms / 1000, "s",
            note="the same network, after the tile and its surroundings",
        ),
        Measurement(
            "JavaScript on the volunteer's way", script_bytes / 1000, "kB", 450.0,
            note=f"as sent, brotli; {len(scripts)} files and {len(workers)} worker",
        ),
    ]  # fmt: skip


def _packed_bytes(there: Seat, url: str) -> int:
    found = there.page.request.get(url, headers={"Accept-Encoding": "br"})
    return int(found.headers["content-length"])


def _note_script(found: Response, scripts: list[Response]) -> None:
    if found.url.endswith((".js", ".mjs")):
        scripts.append(found)


def paint_times(browser: Browser, grounds: Grounds) -> list[Measurement]:
    """Key press to the next tile painted: plain, and where all is slow."""
    plain = _times(seat(browser, grounds), grounds, WARM_ANSWERS, LOOK_MS)
    slow_seat = seat(browser, grounds)
    slow_seat.slow_network(SLOW_NETWORK)
    slow_seat.slow_processor(SLOW_PROCESSOR)
    slow = _times(slow_seat, grounds, SLOW_ANSWERS, SLOW_LOOK_MS)
    return [
        Measurement(
            "key press to next tile, p95", float(np.percentile(plain, 95)), "ms", 100.0,
            note=f"median {np.median(plain):.0f} ms, {len(plain)} answers",
        ),
        Measurement(
            "the same, processor ÷ 4, network + 150 ms", float(np.percentile(slow, 95)), "ms",
            250.0, note=f"median {np.median(slow):.0f} ms, {len(slow)} answers",
        ),
    ]  # fmt: skip


def _times(there: Seat, grounds: Grounds, answers: int, look_ms: int) -> list[float]:
    page = there.page
    page.goto(f"{grounds.url}/c/{grounds.trained}/label")
    page.wait_for_selector(PAINTED)
    page.evaluate(TIME_ANSWERS)
    for count in range(answers):
        page.wait_for_timeout(look_ms)
        page.keyboard.press("KeyS")
        page.evaluate(PAINTED_SINCE, count)
    times = [float(one) for one in page.evaluate("paintTimes")]
    there.context.close()
    return times


def slider(browser: Browser, grounds: Grounds) -> list[Measurement]:
    """Frames a second while the threshold slider moves and all outlines are traced anew."""
    there = seat(browser, grounds)
    page = there.page
    page.goto(f"{grounds.url}/c/{grounds.trained}/label")
    _find_outlines(page)
    page.keyboard.press("KeyG")
    page.wait_for_selector(".slider input")
    page.wait_for_selector(STANDING)
    page.wait_for_load_state("networkidle")
    count = page.locator(".outline-list button").count()
    bare = float(page.evaluate(REPAINT, SLIDES))
    rate = float(page.evaluate(SLIDE, SLIDES))
    there.context.close()
    return [
        Measurement(
            "threshold slider", rate, "frames/s", 30.0, smaller_is_better=False,
            note=f"a tile of {count} outlines, and what grows beside them",
        ),
        Measurement(
            "the same page where only its panel's shade changes", bare, "frames/s",
            smaller_is_better=False, note="as many as this browser and machine paint of anything",
        ),
    ]  # fmt: skip


def _find_outlines(page: Page) -> None:
    """Skip on to a tile that has outlines to slide."""
    page.wait_for_selector(PAINTED)
    for _ in range(20):
        if page.locator(".outline-list button").count() >= 2:
            return
        tile = page.locator(".label-screen").get_attribute("data-tile")
        page.keyboard.press("KeyQ")
        page.wait_for_selector(f".label-screen:not([data-tile='{tile}'])")


def memory(browser: Browser, grounds: Grounds, answers: int) -> list[Measurement]:
    """The heap over so many answers, from the fiftieth on: by then all caches are full."""
    there = seat(browser, grounds)
    page = there.page
    page.goto(f"{grounds.url}/c/{grounds.untrained}/label")
    page.wait_for_selector(PAINTED)
    page.evaluate(TIME_ANSWERS)
    heaps: list[float] = []
    for count in range(answers - HEAP_EVERY // 2):  # a few tiles are at hand, unanswered
        page.keyboard.press("KeyS")
        page.evaluate(PAINTED_SINCE, count)
        if (count + 1) % HEAP_EVERY == 0:
            heaps.append(there.heap_mb())
    there.context.close()
    return [
        Measurement(
            "memory gained over an hour's answers", heaps[-1] - heaps[0], "MB", 5.0,
            note="heap after collection, MB: " + ", ".join(f"{one:.1f}" for one in heaps),
        )
    ]  # fmt: skip
