"""The demo's table: one row a round, from its report."""

from __future__ import annotations

from typing import Any

from rich.table import Table

HEADINGS = (
    "round",
    "labels",
    "mapper min",
    "IoU (95 % interval)",
    "F1",
    "object F1",
    "train s",
    "predict s",
    "select s",
    "verdict",
)


def rounds_table(report: dict[str, Any]) -> Table:
    """The rounds of a report for the terminal; fits 80 columns.

    Labels and mapper-minutes are what had been given before the round trained, audit included.
    Joining outlines over tile edges and measuring counts as predicting.
    """
    table = Table(
        title=f"{report['scene']}: accuracy by round",
        title_justify="left",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        header_style="bold dim",
    )
    for heading in HEADINGS:
        narrow = heading.replace(" ", "\n", 1)
        if heading == "verdict":
            table.add_column(narrow, min_width=8)
        else:
            table.add_column(narrow, justify="right", no_wrap=True)
    for row in report["rounds"]:
        table.add_row(*cells(row))
    return table


def markdown_table(report: dict[str, Any]) -> str:
    """The same table for a Markdown page."""
    lines = [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    lines += [f"| {' | '.join(cells(row))} |" for row in report["rounds"]]
    return "\n".join(lines)


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """One round as text, in the order of ``HEADINGS``."""
    took = row["stage_seconds"]
    predict_s = took.get("predict", 0.0) + took.get("stitch", 0.0)
    return (
        str(row["round"]),
        str(row["labels"]),
        f"{row['mapper_seconds'] / 60:.1f}",
        _interval(row["iou"]),
        _estimate(row["f1"]),
        _estimate(row["object_f1"]),
        _seconds(took.get("train")),
        _seconds(predict_s or None),
        _seconds(took.get("select")),
        row["verdict"],
    )


def _interval(score: dict[str, float | None] | None) -> str:
    """The estimate and its interval, which a single audit tile does not give."""
    if score is None or score["low"] is None:
        return _estimate(score)
    return f"{_estimate(score)} ({score['low']:.2f}–{score['high']:.2f})"


def _estimate(score: dict[str, float | None] | None) -> str:
    known = None if score is None else score["estimate"]
    return "–" if known is None else f"{known:.3f}"


def _seconds(took_s: float | None) -> str:
    return "–" if took_s is None else f"{took_s:.1f}"
