"""Measurements against their goals as a picture: one bar each, one line that all should reach."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # after the backend is chosen

from benchmarks.reporting import Measurement

_MET, _MISSED = "#4477aa", "#cc6677"  # told apart by colour-blind people too


def plot_goals(title: str, measurements: Sequence[Measurement], path: Path) -> None:
    """Bars of how many times over each goal is met; left of 1 it is missed.

    Where small is good that is goal / measured, elsewhere measured / goal. Measurements without a
    goal have no bar.

    Args:
        title: above the picture.
        measurements: from the top down.
        path: of the PNG.
    """
    judged = [found for found in measurements if found.goal is not None]
    times = [times_met(found) for found in judged]
    figure, axes = plt.subplots(figsize=(8, 0.8 + 0.36 * len(judged)), layout="constrained")
    colours = [_MET if found.met else _MISSED for found in judged]
    bars = axes.barh(range(len(judged)), [each - 1 for each in times], left=1, color=colours)
    labels = [f"{found.value:,.3g} {found.unit}".strip() for found in judged]
    axes.bar_label(bars, labels, padding=3, fontsize=8)
    names = [f"{found.name} ({found.goal_text.strip()})" for found in judged]
    axes.set_yticks(range(len(judged)), names, fontsize=8)
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")  # half and double look alike
    axes.set_xlim(min(0.2, *times) / 1.5, max(5.0, *times) * 2)
    axes.set_xlabel("times the goal: blue meets it, red misses it")
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def times_met(found: Measurement) -> float:
    """How many times over a measurement meets its goal; below 1 it misses it.

    Raises:
        ValueError: it has no goal.
    """
    if found.goal is None:
        raise ValueError(f"{found.name} has no goal")
    return found.goal / found.value if found.smaller_is_better else found.value / found.goal
