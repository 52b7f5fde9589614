"""What axe finds on a page: faults that keep people with a screen reader or a keyboard out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "labeling_ui" / "node_modules" / "axe-core" / "axe.min.js"


def faults(page: Page, *, live: bool = False) -> list[str]:
    """Serious and critical findings of axe on the page as it is now.

    Args:
        page: to look at.
        live: it follows a round, so that its network is never at rest.
    """
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run `make ui`.")
    # Evaluated, not added as a script: the page's own policy allows no other scripts.
    if not live:
        page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
