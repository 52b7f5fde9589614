"""The command line as a script meets it: exit codes, words, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from learner.people.mapper import MapperAnswer
from service.cli import app
from service.cli.campaigns import forecast_line, parse_policy, quality_line
from service.cli.exits import Exit
from service.cli.output import print_json
from service.cli.simulate import summarise
from service.simulation import Answered

NOBODY = {"TILEWISE_URL": "http://127.0.0.1:9"}  # the discard port: nothing listens there


def run(*words: str, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), env=environment)
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TILEWISE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "list"),
        ("campaign", "show"),
        ("round", "start"),
        ("round", "show"),
        ("round", "watch"),
        ("round", "resume"),
        ("round", "close"),
        ("labels", "export"),
    ],
)
def test_a_command_without_a_service_ends_with_three_and_says_what_to_do(
    words: tuple[str, ...],
) -> None:
    code, output = run(*words)
    assert code == Exit.UNREACHABLE
    assert "tilewise up" in output

    code, output = run(*words, **NOBODY)
    assert code == Exit.UNREACHABLE
    assert "http://127.0.0.1:9" in output


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "create"),
        ("round", "dance"),
        ("simulate", "--truth", "t.geojson", "--speed", "-1"),
        ("nonsense",),
    ],
)
def test_a_wrong_command_line_ends_with_two(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == Exit.USAGE


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TILEWISE_PORT": "eighty"}, "TILEWISE_PORT: "),
        ({"TILEWISE_URL": "http://localhost:8o65"}, "TILEWISE_URL: must be an address like"),
        ({"TILEWISE_HEARTBEAT_S": "900"}, "job_stale_s"),  # a fault of two settings together
    ],
)
def test_a_wrong_setting_ends_with_two_and_is_named(environment: dict[str, str], said: str) -> None:
    code, output = run("campaign", "list", **environment)

    assert code == Exit.USAGE
    assert said in output
    assert "Value error" not in output


def test_a_scene_that_cannot_be_used_ends_with_one_before_anything_is_started(
    tmp_path: Path, home: Path
) -> None:
    code, output = run("demo", "--scene", str(tmp_path))

    assert code == Exit.FAILURE
    assert "no imagery.tif and no labels.geojson" in output.replace("\n", " ")
    assert not home.exists()


def test_a_report_that_cannot_be_written_is_told_before_the_demo_plays(
    tmp_path: Path, home: Path
) -> None:
    (tmp_path / "file").touch()

    code, output = run("demo", "--report", str(tmp_path / "file" / "report.json"))

    assert code == Exit.FAILURE
    assert "report.json cannot be written" in output.replace("\n", "")
    assert not home.exists()


def test_a_truth_file_that_cannot_be_used_ends_with_one(tmp_path: Path) -> None:
    code, output = run("simulate", "--truth", str(tmp_path / "gone.geojson"), **NOBODY)

    assert code == Exit.FAILURE
    assert "gone.geojson cannot be read" in output


def test_policy_values_are_json_where_they_can_be_and_text_otherwise() -> None:
    assert parse_policy(["batch_size=60", "acquisition=random", "auto_rounds=true"]) == {
        "batch_size": 60,
        "acquisition": "random",
        "auto_rounds": True,
    }
    assert parse_policy(['training={"epochs": 3}']) == {"training": {"epochs": 3}}


def test_map_quality_is_that_of_the_checkpoint_that_serves_not_of_a_newer_held_one() -> None:
    def row(number: int, iou: float) -> dict[str, Any]:
        score = {"estimate": iou, "low": iou - 0.1, "high": iou + 0.1}
        return {"round": number, "checkpoint_id": f"c{number}", "tile_count": 29, "iou": score}

    accuracy = {"rounds": [row(1, 0.32), row(2, 0.27)]}

    assert quality_line("c1", accuracy) == (
        "map quality (IoU on 29 audit tiles): 0.32, 95 % interval 0.22 to 0.42; from round 1"
    )
    assert quality_line(None, accuracy) == "map quality: not measured yet"
    accuracy["rounds"][0]["iou"] |= {"low": None, "high": None}
    assert "0.32, too few tiles for an interval; from round 1" in quality_line("c1", accuracy)
    accuracy["rounds"][0]["iou"]["estimate"] = None
    assert quality_line("c1", accuracy) == "map quality: not measured yet"


def test_a_forecast_is_one_line_with_where_it_counts_from_or_why_it_cannot_be_told() -> None:
    told = {
        "target": 0.75,
        "outlook": "within_reach",
        "why": None,
        "more_tiles": {"estimate": 60, "low": 40, "high": 110},
        "gain": {"estimate": 0.012, "low": 0.005, "high": 0.019},
        "gain_tiles": 20,
        "labels": 200,
        "rounds": 5,
        "rounds_needed": 4,
    }
    assert forecast_line(told) == (
        "forecast: About 60 more tiles to reach 0.75 (40 to 110). The next 20 tiles are worth "
        "about +0.012 (+0.005 to +0.019). "
        "Counted from the 200 tiles that the checkpoint has learned from."
    )
    told |= {"outlook": "cannot_tell", "more_tiles": None, "gain": None, "rounds": 1}
    assert forecast_line(told | {"why": "too_few_rounds"}) == (
        "forecast: It cannot be told yet how many tiles it takes to reach 0.75. "
        "Why: it takes 4 measured checkpoints that have served; so far: 1."
    )


def test_a_summary_of_answers_is_json_with_percentiles_in_milliseconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = [
        Answered(MapperAnswer.RIGHT, 3.0, claim_s=0.010, submit_s=0.020),
        Answered(MapperAnswer.NOTHING, 2.0, claim_s=0.030, submit_s=0.040),
    ]

    print_json(summarise(answers, wall_s=1.234))

    assert json.loads(capsys.readouterr().out) == {
        "answers": 2,
        "by_answer": {"right": 1, "nothing": 1},
        "mapper_seconds": 5.0,
        "wall_seconds": 1.23,
        "claim_ms": {"p50": 20.0, "p95": 29.0},
        "submit_ms": {"p50": 30.0, "p95": 39.0},
    }


@pytest.mark.parametrize("pair", ["batch_size", "=60"])
def test_a_policy_item_without_key_or_value_is_refused(pair: str) -> None:
    with pytest.raises(typer.BadParameter, match="KEY=VALUE"):
        parse_policy([pair])
