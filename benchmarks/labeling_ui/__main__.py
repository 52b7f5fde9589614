"""How fast the labeling UI is, in real Chromium against a running service.

    python -m benchmarks.labeling_ui
    python -m benchmarks.labeling_ui --out build/labeling_ui --port 8866

Starts an embedded stack of its own, trains one cheap round on a generated town of 400 tiles, and
measures in a browser: key press to the next tile painted (plain, and on a slow machine with a slow
network), the first tile over "fast 3G", the JavaScript of a volunteer's way, memory over 400
answers, and frames a second under the threshold slider. Prints a table with the goals and writes
``labeling_ui.json`` and ``labeling_ui.png``. Drawing is by software unless ``--gpu``: real devices
draw faster.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console

from benchmarks.labeling_ui.browser import launch
from benchmarks.labeling_ui.campaigns import Grounds, prepare
from benchmarks.labeling_ui.measures import first_tile, memory, paint_times, slider
from benchmarks.labeling_ui.plot import plot
from benchmarks.reporting import Measurement, print_table, write_json
from service.client import TilewiseClient
from service.settings import Settings
from service.stack import EmbeddedStack

ANSWERS = 400  # an hour of somebody quick


def main(argv: Sequence[str] | None = None) -> None:
    """Run everything; takes some five minutes on two cores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labeling_ui")
    parser.add_argument("--out", type=Path, default=Path("build/labeling_ui"))
    parser.add_argument("--port", type=int, default=8866)
    parser.add_argument("--gpu", action="store_true", help="draw with the graphics card")
    arguments = parser.parse_args(argv)
    console = Console()
    settings = Settings(home=arguments.out / "home", port=arguments.port)
    stack = EmbeddedStack(settings)
    before = os.getloadavg()
    with stack.running(console.print) as standing:
        token = settings.places.coordinator_token.read_text().strip()
        with TilewiseClient(standing.address, token) as client:
            grounds = prepare(client, arguments.out / "town", console)
        measurements = _measure(grounds, console, gpu=arguments.gpu)
    print_table("The labeling UI on a campaign of 400 tiles", measurements, console)
    drawing = "graphics card" if arguments.gpu else "software (SwiftShader)"
    details = {
        "drawing": drawing,
        "load_before": before,
        "load_after": os.getloadavg(),
    }
    write_json(arguments.out / "labeling_ui.json", "labeling_ui", measurements, details)
    plot(measurements, drawing, arguments.out / "labeling_ui.png")
    console.print(f"{arguments.out / 'labeling_ui.json'}, {arguments.out / 'labeling_ui.png'}")


def _measure(grounds: Grounds, console: Console, *, gpu: bool) -> list[Measurement]:
    found: list[Measurement] = []
    with sync_playwright() as playwright:
        browser = launch(playwright, gpu=gpu)
        console.print("the first tile, and what it weighs")
        found += first_tile(browser, grounds)
        console.print("from key press to paint")
        found += paint_times(browser, grounds)
        console.print("the slider")
        found += slider(browser, grounds)
        console.print("memory")
        found += memory(browser, grounds, ANSWERS)
        browser.close()
    return found


if __name__ == "__main__":
    main()
