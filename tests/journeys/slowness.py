"""Slow machines and networks, on purpose: what only works when things are quick shows itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page

# Each answer is late by another time, so they overtake each other. What is sent while the page
# closes cannot wait. Tests may stop the page's clock; the network goes on.
LATE_ANSWERS = """(() => {
    const ask = globalThis.fetch;
    const later = globalThis.setTimeout.bind(globalThis);
    const wait = (ms) => new Promise((resolve) => later(resolve, ms));
    globalThis.fetch = async (what, how) => {
        if (!(what.keepalive || how?.keepalive)) await wait(Math.random() * NETWORK_MS);
        return ask(what, how);
    };
})()"""


@dataclass(frozen=True)
class Slowness:
    """How late answers come to a page at most, and how many times slower its scripts run."""

    network_ms: float = 0.0
    processor_times: float = 1.0

    @classmethod
    def add_options(cls, parser: pytest.Parser) -> None:
        """``pytest tests/journeys --network-ms 800 --processor-times 6``."""
        late, slow = cls.network_ms, cls.processor_times
        parser.addoption(
            "--network-ms", type=float, default=late, help="the latest an answer comes"
        )
        parser.addoption("--processor-times", type=float, default=slow, help="how slow pages run")

    @classmethod
    def of(cls, config: pytest.Config) -> Slowness:
        """As asked for; a run of all tests does not know the options, and is not slowed."""
        return cls(
            config.getoption("--network-ms", cls.network_ms),
            config.getoption("--processor-times", cls.processor_times),
        )

    def befall(self, context: BrowserContext) -> None:
        """Slow down every page that is opened in this browser."""

        def throttle(page: Page) -> None:
            wire = context.new_cdp_session(page)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": self.processor_times})

        if self.network_ms > 0:
            context.add_init_script(LATE_ANSWERS.replace("NETWORK_MS", str(self.network_ms)))
        if self.processor_times > 1:
            context.on("page", throttle)
