"""Curves with bands: IoU against tiles and people's time, and that of the map they draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt  # after the backend is chosen

from benchmarks.label_efficiency.summary import ENOUGH, Curves

_COLOURS = plt.get_cmap("tab10")


def draw(
    title: str,
    strategies: Mapping[str, Curves],
    full_iou: float | None,
    pool_tiles: float,
    file: Path,
) -> None:
    """Write the plots of one data set side by side as a PNG.

    Args:
        title: the data set.
        strategies: curves by name.
        full_iou: mean IoU of the whole pool, drawn with its 95 % line; None where nobody asks.
        pool_tiles: mean size of the pool.
        file: where to write.
    """
    figure, (by_tiles, by_time, of_map) = plt.subplots(1, 3, figsize=(16, 4.6))
    for number, (name, curves) in enumerate(strategies.items()):
        share = 100.0 * curves.tiles.mean(axis=0) / pool_tiles
        minutes = curves.seconds.mean(axis=0) / 60.0
        panels = (
            (by_tiles, share, curves.iou),
            (by_time, minutes, curves.iou),
            (of_map, minutes, curves.map_iou),
        )
        for axes, effort, iou in panels:
            colour = _COLOURS(number % 10)
            axes.plot(effort, iou.mean(axis=0), "o-", ms=3, lw=1.6, color=colour, label=name)
            axes.fill_between(effort, *_band(iou), color=colour, alpha=0.12, lw=0)
    for axes in (by_tiles, by_time):
        if full_iou is not None:
            axes.axhline(full_iou, color="0.3", lw=1)
            axes.axhline(ENOUGH * full_iou, color="0.3", lw=1, ls="--")
        axes.set(ylabel="IoU of the model on test places")
    by_time.sharey(by_tiles)
    for axes in (by_tiles, by_time, of_map):
        axes.grid(alpha=0.25)
    by_tiles.set(xlabel="labelled tiles, % of the pool", title=title)
    lines = "" if full_iou is None else "lines: whole pool, and 95 % of it"
    by_time.set(xlabel="modelled people-minutes", title=lines)
    of_map.set(
        xlabel="modelled people-minutes",
        ylabel="IoU of the pool's map",
        title="people's answers, the model elsewhere",
    )
    of_map.legend(fontsize=8, frameon=False)
    figure.tight_layout()
    figure.savefig(file, dpi=130)
    plt.close(figure)


def draw_differences(
    rows: Mapping[str, Mapping[str, Any]], file: Path, *, over: str = "the recipe as it is"
) -> None:
    """Write what each variant of an ablation gains, with its interval, as a PNG.

    Args:
        rows: variant → ``gain`` with ``estimate``, ``low`` and ``high`` in IoU; the ends may be
            None.
        file: where to write.
        over: what they are compared with.
    """
    ordered = sorted(rows.items(), key=lambda item: item[1]["gain"]["estimate"])
    gains = [row["gain"] for _, row in ordered]
    middle = np.array([gain["estimate"] for gain in gains])
    ends = np.array(
        [[middle[k] if gain[end] is None else gain[end] for k, gain in enumerate(gains)]
         for end in ("low", "high")]
    )  # fmt: skip
    figure, axes = plt.subplots(figsize=(7, 1.2 + 0.3 * len(ordered)))
    places = np.arange(len(ordered))
    axes.errorbar(middle, places, xerr=np.abs(ends - middle), fmt="o", ms=4, color=_COLOURS(0))
    axes.axvline(0.0, color="0.3", lw=1)
    axes.set(yticks=places, yticklabels=[name for name, _ in ordered])
    axes.set(xlabel=f"IoU gained over {over}")
    axes.grid(alpha=0.25, axis="x")
    figure.tight_layout()
    figure.savefig(file, dpi=130)
    plt.close(figure)


def _band(iou: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % bootstrap band of the mean over seeds ``(S, R)``; the same resamples for all curves."""
    rng = np.random.default_rng(0)
    means = iou[rng.integers(len(iou), size=(1000, len(iou)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return low, high
