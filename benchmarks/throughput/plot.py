"""The table as a picture: each backend's speed under its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot as plt  # after the backend is chosen

from benchmarks.throughput.prediction import PredictionSpeed


def plot(speeds: Sequence[PredictionSpeed], limits: Mapping[str, float], path: Path) -> None:
    """Bars of the bare network, of the learner, and end to end; limits as lines above.

    Args:
        speeds: one a backend.
        limits: backend → tiles a second that its arithmetic allows.
        path: of the PNG.
    """
    figure, axes = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    kinds = {"bare network": "bare", "learner": "learner", "end to end": "end_to_end"}
    width = 0.26
    for place, (name, attribute) in enumerate(kinds.items()):
        heights = [getattr(speed, attribute) for speed in speeds]
        left = [index + (place - 1) * width for index in range(len(speeds))]
        bars = axes.bar(left, heights, width, label=name)
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
    for index, speed in enumerate(speeds):
        label = "arithmetic limit" if index == 0 else ""
        axes.hlines(limits[speed.backend], index - 0.45, index + 0.45, "k", "dashed", label=label)
    axes.set_xticks(range(len(speeds)), [speed.backend for speed in speeds])
    axes.set_yscale("log")
    axes.set_ylabel("tiles of 256 px a second")
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=130)
    plt.close(figure)
