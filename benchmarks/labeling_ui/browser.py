"""Chromium, a volunteer's page in it, and the conditions of slow machines and networks."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Playwright

from benchmarks.labeling_ui.campaigns import Grounds

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--no-first-run", "--disable-quic")
SOFTWARE = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PAINTED = ".label-screen .map[data-painted]"
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Network:
    """Conditions as Chromium's own tools have them."""

    latency_ms: float
    bytes_per_s: float = -1.0  # no limit


FAST_3G = Network(latency_ms=150.0, bytes_per_s=1.6e6 / 8)  # Lighthouse's: 1.6 Mbit/s, 150 ms


@dataclass(frozen=True)
class Seat:
    """A volunteer's page, and the wire to its browser."""

    context: BrowserContext
    page: Page
    wire: CDPSession

    def slow_network(self, network: Network) -> None:
        self.wire.send("Network.enable")
        self.wire.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": network.latency_ms,
                "downloadThroughput": network.bytes_per_s,
                "uploadThroughput": network.bytes_per_s,
            },
        )

    def slow_processor(self, times: float) -> None:
        self.wire.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def heap_mb(self) -> float:
        """JavaScript's heap after everything that can go has gone."""
        self.wire.send("HeapProfiler.collectGarbage")
        used: dict[str, Any] = self.wire.send("Runtime.getHeapUsage")
        return float(used["usedSize"]) / 1e6


def launch(playwright: Playwright, *, gpu: bool) -> Browser:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("Chromium is needed: run `scripts/install.sh --system --browser`.")
    flags = FLAGS if gpu else (*FLAGS, *SOFTWARE)
    return playwright.chromium.launch(executable_path=program, args=list(flags))


def seat(browser: Browser, grounds: Grounds, **options: Any) -> Seat:
    """A signed-in volunteer in a browser that has never been here."""
    actor = grounds.volunteer()
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    context.set_default_timeout(PATIENCE_MS)
    me = {key: actor[key] for key in ("id", "name", "role")}
    session = json.dumps({"actor": me, "token": actor["token"]})
    context.add_init_script(
        f"localStorage.setItem('tilewise.session', {json.dumps(session)});"
        "localStorage.setItem('tilewise.settings', '{\"locale\": \"en\"}');"
    )
    page = context.new_page()
    return Seat(context, page, context.new_cdp_session(page))
