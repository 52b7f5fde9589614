"""The demo's report, table and plot, from views as the API gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from service.demo.machine import describe_machine, describe_versions
from service.demo.plot import plot_accuracy
from service.demo.report import round_row, verdict, with_earlier_checks
from service.demo.table import cells, markdown_table
from service.demo.truth_check import TruthCheck

STAGES = {"train": 41.23, "predict": 10.0, "stitch": 2.5, "select": 0.26}


def view(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "state": "labelling",
        "held_reason": None,
        "label_count": 27,
        "person_seconds": 600.04,
        "checkpoint_id": "c1",
        "promotion_reason": "better",
        "stage_seconds": STAGES,
        **changes,
    }


def measured(state: str = "promoted", iou: float = 0.612) -> dict[str, Any]:
    score = {"estimate": iou, "low": iou - 0.05, "high": iou + 0.05}
    scores = dict.fromkeys(("iou", "precision", "recall", "f1", "object_f1"), score)
    return {"state": state, "tile_count": 30, "gain": None, **scores}


def row(number: int = 1, **changes: Any) -> dict[str, Any]:
    return round_row(view(number), measured(**changes), None)


def test_a_row_says_what_the_round_learned_from_and_how_good_it_is() -> None:
    found = round_row(view(), measured(), TruthCheck(both_px=1, either_px=3))

    assert found["labels"] == 27
    assert found["mapper_seconds"] == 600.0
    assert found["iou"]["estimate"] == 0.612
    assert found["audit_tiles"] == 30
    assert found["truth_iou_all_pool"] == 0.3333
    assert (found["verdict"], found["reason"]) == ("promoted", "better")


def test_comparisons_of_an_earlier_run_stay_with_their_checkpoint() -> None:
    def checked(checkpoint: str | None, iou: float | None) -> dict[str, Any]:
        return {"checkpoint": checkpoint, "truth_iou_all_pool": iou}

    rows = [checked(None, None), checked("a", None), checked("b", 0.5), checked("c", None)]
    before = [checked(None, None), checked("a", 0.3), checked("b", 0.4)]

    filled = with_earlier_checks(rows, before)

    assert [row["truth_iou_all_pool"] for row in filled] == [None, 0.3, 0.5, None]


@pytest.mark.parametrize(
    ("state", "known", "expected"),
    [
        ("labelling", {}, "cold start"),
        ("labelling", {"state": "held"}, "held"),
        ("closed", {"state": "retired"}, "promoted"),
        ("held", {}, "round held"),
    ],
)
def test_the_verdict_is_a_word_or_two(state: str, known: dict[str, Any], expected: str) -> None:
    assert verdict(view(state=state), known) == expected


def test_a_row_of_the_table_counts_joining_outlines_as_predicting() -> None:
    assert cells(row()) == (
        "1",
        "27",
        "10.0",
        "0.612 (0.56–0.66)",
        "0.612",
        "0.612",
        "41.2",
        "12.5",
        "0.3",
        "promoted",
    )


def test_a_cold_start_shows_dashes_where_nothing_was_measured() -> None:
    cold = round_row(view(0, stage_seconds={"select": 1.0}, label_count=0), None, None)

    assert cells(cold)[3:8] == ("–", "–", "–", "–", "–")


def test_the_markdown_table_has_a_line_a_round() -> None:
    lines = markdown_table({"rounds": [row(1), row(2)]}).splitlines()

    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1


def test_the_plot_is_a_picture_when_something_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "new" / "accuracy.png"

    assert plot_accuracy([row(1), row(2, state="held", iou=0.5)], "A town", path)
    with Image.open(path) as picture:
        assert picture.size == (1280, 720)


def test_there_is_no_plot_before_the_first_measurement(tmp_path: Path) -> None:
    cold = round_row(view(0), None, None)

    assert not plot_accuracy([cold], "A town", tmp_path / "accuracy.png")
    assert not (tmp_path / "accuracy.png").exists()


def test_the_machine_and_versions_are_those_of_this_process() -> None:
    machine, versions = describe_machine(), describe_versions()

    assert machine["cores"] >= 1
    assert machine["memory_gb"] > 0
    assert {"tilewise", "python", "torch", "segmentation-models-pytorch"} <= set(versions)


def test_what_too_few_audit_tiles_cannot_tell_is_left_out_of_table_and_plot(
    tmp_path: Path,
) -> None:
    alone = row() | {"iou": {"estimate": 0.4, "low": None, "high": None}}
    unknown = row(2) | {"f1": {"estimate": None, "low": None, "high": None}}
    unknown["iou"] = unknown["f1"]

    assert cells(alone)[3] == "0.400"
    assert cells(unknown)[3:5] == ("–", "–")
    assert plot_accuracy([alone, unknown], "t", tmp_path / "alone.png")
    assert plot_accuracy([alone, row(2)], "t", tmp_path / "two.png")
    assert not plot_accuracy([unknown], "t", tmp_path / "nothing.png")
