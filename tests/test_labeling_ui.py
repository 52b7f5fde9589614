"""What the labeling UI's own tests cannot see: that it fits the service it is built against."""

from __future__ import annotations

import re
from pathlib import Path

from service.openapi import description

UI = Path(__file__).parents[1] / "labeling_ui"


def test_the_types_of_the_api_are_made_from_this_api() -> None:
    assert (UI / "openapi.json").read_text(encoding="utf-8") == description(), "run `make ui-api`"


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (UI / "package-lock.json").read_text(encoding="utf-8")


def test_no_page_says_a_sentence_outside_the_catalogues() -> None:
    """Text between tags is words of a language; the one exception has no catalogue to ask."""
    sentence = re.compile(r">\s*([A-Z][a-z]+ [a-z][^<>{}]*)<")
    found = {
        (path.name, match.group(1).strip())
        for path in (UI / "src").rglob("*.tsx")
        for match in sentence.finditer(path.read_text(encoding="utf-8"))
    }
    assert {name for name, _ in found} <= {"App.tsx"}
