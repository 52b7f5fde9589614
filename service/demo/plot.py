"""The accuracy-over-rounds picture: IoU on the audit set against labels, with its 95 % band."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

INK, QUIET, LINE, HELD, TRUTH = "#1b2733", "#6b7885", "#0b6e99", "#c2410c", "#7c8a3a"


def plot_accuracy(rounds: Sequence[dict[str, Any]], title: str, path: Path) -> bool:
    """Draw the measured rounds of a report as a PNG at ``path``.

    Args:
        rounds: the ``rounds`` of :func:`service.demo.report.build_report`.
        title: the picture's heading.
        path: where the PNG goes; parent folders are made.

    Returns:
        False, and no picture, when no round has been measured.
    """
    measured = [row for row in rounds if row["iou"] and row["iou"]["estimate"] is not None]
    if not measured:
        return False
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8.0, 4.5), dpi=160, layout="constrained")
    _draw_band(axes, measured)
    _draw_truth(axes, measured)
    _dress(axes, measured, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    pyplot.close(figure)
    return True


def _draw_band(axes: Any, measured: Sequence[dict[str, Any]]) -> None:
    labels = [row["labels"] for row in measured]
    iou = [row["iou"]["estimate"] for row in measured]
    # A single audit tile has no interval: no band there (None is drawn as NaN).
    low, high = (np.array([row["iou"][end] for row in measured], float) for end in ("low", "high"))
    axes.fill_between(labels, low, high, color=LINE, alpha=0.16, linewidth=0)
    if len(measured) == 1:  # a band needs two places; one round gets a bar
        axes.vlines(labels, low, high, color=LINE, alpha=0.4, linewidth=6)
    axes.plot(labels, iou, color=LINE, linewidth=2.2, zorder=3)
    for row, lowest in zip(measured, np.where(np.isnan(low), iou, low), strict=True):
        held = row["verdict"] == "held"
        axes.plot(
            row["labels"],
            row["iou"]["estimate"],
            marker="o",
            markersize=7,
            markerfacecolor="white" if held else LINE,
            markeredgecolor=HELD if held else LINE,
            markeredgewidth=1.8,
            zorder=4,
        )
        note = f"round {row['round']}" + ("\nheld" if held else "")
        axes.annotate(
            note,
            (row["labels"], lowest),
            xytext=(0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8,
            color=HELD if held else QUIET,
        )
    last = measured[-1]
    axes.annotate(
        f"{last['iou']['estimate']:.2f}",
        (last["labels"], last["iou"]["estimate"]),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize=12,
        fontweight="bold",
        color=LINE,
    )


def _draw_truth(axes: Any, measured: Sequence[dict[str, Any]]) -> None:
    checked = [row for row in measured if row.get("truth_iou_all_pool") is not None]
    if checked:
        axes.plot(
            [row["labels"] for row in checked],
            [row["truth_iou_all_pool"] for row in checked],
            color=TRUTH,
            linewidth=1.2,
            linestyle=(0, (4, 3)),
            marker=".",
            markersize=5,
            label="independent check: the scene's own labels, all pool tiles",
            zorder=2,
        )


def _dress(axes: Any, measured: Sequence[dict[str, Any]], title: str) -> None:
    from matplotlib.patches import Patch

    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=12)
    axes.set_xlabel("labels: tiles that people have settled", color=QUIET)
    axes.set_ylabel("IoU on the audit set", color=QUIET)
    axes.set_ylim(0.0, 1.0)
    first, last = measured[0]["labels"], measured[-1]["labels"]
    room = max(1.0, 0.08 * (last - first))
    axes.set_xlim(first - room, last + 1.6 * room)
    axes.set_xticks(sorted({row["labels"] for row in measured}))
    axes.grid(axis="y", color=INK, alpha=0.08)
    axes.tick_params(colors=QUIET, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#c9d1d9")
    handles, _ = axes.get_legend_handles_labels()
    band = Patch(color=LINE, alpha=0.25, label="95 % interval, bootstrap over audit tiles")
    axes.figure.legend(
        handles=[band, *handles], loc="outside lower right", ncols=2, frameon=False, fontsize=8
    )
