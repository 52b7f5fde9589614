"""What the demo needs of a screen; the command line draws it, tests record it."""

from __future__ import annotations

from typing import Any, Protocol


class Screen(Protocol):
    """Where the demo says what it does. Every long thing has a bar."""

    def say(self, text: str) -> None:
        """One line that stays."""

    def bar(self, key: str, label: str, done: float, total: float | None) -> None:
        """Draw or move the bar ``key``; ``total`` is None while it is not known."""

    def upload(self, name: str, sent_bytes: int, total_bytes: int) -> None:
        """Draw how much of a file has been sent."""

    def round(self, view: dict[str, Any]) -> None:
        """Draw the bars of a round's jobs from its view."""
