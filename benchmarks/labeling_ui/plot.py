"""The table as a picture: each figure as a share of its goal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # after the backend is chosen

from benchmarks.reporting import Measurement

MET, MISSED = "#1b7f79", "#c4472b"


def plot(measurements: Sequence[Measurement], drawing: str, path: Path) -> None:
    """Bars of measured / goal; a rate, which should be large, as goal / measured: under 1 is met.

    Args:
        measurements: those without a goal are left out.
        drawing: what painted the page, for the title.
        path: of the PNG.
    """
    held = [found for found in measurements if found.goal]
    shares = [_share_of_goal(found) for found in held]
    figure, axes = plt.subplots(figsize=(8.5, 0.55 * len(held) + 1.2), layout="constrained")
    bars = axes.barh(
        [found.name for found in held],
        shares,
        color=[MET if found.met else MISSED for found in held],
        hatch=["" if found.met else "//" for found in held],
    )
    texts = [f"{found.value:.3g} {found.unit} ({found.goal_text})" for found in held]
    axes.bar_label(bars, texts, padding=4, fontsize=8)
    axes.axvline(1.0, color="k", linestyle="dashed")
    axes.set_xlim(0, max(1.6, *shares) * 1.5)
    axes.set_xlabel("share of the goal; left of the line it is met")
    axes.set_title(f"The labeling UI, drawn by {drawing}", fontsize=10)
    axes.invert_yaxis()
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _share_of_goal(found: Measurement) -> float:
    goal = found.goal or 1.0
    return found.value / goal if found.smaller_is_better else goal / found.value
