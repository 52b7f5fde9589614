from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from service.cli.bars import Bar, Bars, bars_of_round


def job(kind: str, state: str = "running", **progress: Any) -> dict[str, Any]:
    return {"kind": kind, "state": state, "jobs": 4, "jobs_done": 1, "progress": progress}


def test_a_bar_shows_what_the_job_reports_in_its_unit() -> None:
    view = {"number": 2, "jobs": [job("train", done=3, total=40, unit="epochs")]}

    assert bars_of_round(view) == [Bar("2-train", "round 2: train (epochs)", 3, 40)]


def test_jobs_that_have_not_said_how_much_there_is_are_counted_themselves() -> None:
    view = {"number": 2, "jobs": [job("predict")]}

    assert bars_of_round(view) == [Bar("2-predict", "round 2: predict", 1, 4)]


def test_a_finished_job_fills_its_bar_although_its_last_report_came_earlier() -> None:
    view = {"number": 0, "jobs": [job("select", "done", done=7, total=8)]}

    assert bars_of_round(view) == [Bar("0-select", "round 0: choose tiles", 8, 8)]


def test_a_log_gets_one_line_when_a_bar_is_full_and_none_before() -> None:
    written = io.StringIO()
    with Bars(Console(file=written, width=100)) as bars:
        bars.bar("upload", "upload town.tif", 1, 2)
        assert written.getvalue() == ""
        bars.bar("upload", "upload town.tif", 2, 2)
        bars.bar("upload", "upload town.tif", 2, 2)

    assert written.getvalue().strip() == "upload town.tif: 2 of 2"


def test_an_upload_is_told_in_kilobytes() -> None:
    written = io.StringIO()
    with Bars(Console(file=written, width=100)) as bars:
        bars.upload("town.tif", 3_020_510, 3_020_510)

    assert written.getvalue().strip() == "upload town.tif (kB): 3,020 of 3,020"
