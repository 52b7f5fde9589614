"""A campaign from imagery to labels by the commands alone, against a service that runs."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli import app
from service.cli.exits import Exit
from tests.service.towns import QUICK_TRAINING, TownScene

pytestmark = pytest.mark.usefixtures("service")


def tilewise(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def create(town: TownScene, *words: str) -> Result:
    return tilewise(
        "campaign", "create", "Town", "--imagery", str(town.imagery),
        "--area", str(town.folder / "aoi.geojson"), "--policy", "batch_size=4",
        "--policy", f"training={json.dumps(QUICK_TRAINING)}", "--seed", "3", *words,
    )  # fmt: skip


def test_from_imagery_to_labels_by_commands_alone(town: TownScene, tmp_path: Path) -> None:
    created = create(town)
    assert created.exit_code == Exit.OK, created.output
    assert "23 tiles in the pool, 7 in the audit set" in created.stdout

    watched = tilewise("round", "start", "--watch", "--json")
    assert watched.exit_code == Exit.OK, watched.output
    assert json.loads(watched.stdout)["state"] == "labelling"
    assert tilewise("round", "watch", "--json").exit_code == Exit.OK

    truth = str(town.folder / "labels.geojson")
    answered = tilewise("simulate", "--truth", truth, "--count", "3", "--error-rate", "0", "--json")
    assert answered.exit_code == Exit.OK, answered.output
    assert json.loads(answered.stdout)["answers"] >= 4 + 2 * 7

    shown = tilewise("campaign", "show", "Town").stdout
    assert "audit: 7 settled" in shown
    assert f"people: 3, {json.loads(answered.stdout)['answers']} answers in" in shown
    assert "round 0: labelling, 4 of 4 tiles settled" in shown
    assert "checkpoints that have served; so far: 0" in shown
    assert "target" in tilewise("campaign", "show", "Town", "--target", "75").stderr

    file = tmp_path / "out" / "labels.geojson"
    assert tilewise("labels", "export", "-o", str(file)).exit_code == Exit.OK
    labels = json.loads(file.read_text())
    assert len(labels["features"]) > 0
    into_a_folder = tilewise("labels", "export", "-o", str(tmp_path))
    assert into_a_folder.exit_code == Exit.FAILURE
    assert "cannot be written" in into_a_folder.stderr
    later = tilewise("labels", "export", "--since", str(labels["revision"]))
    assert json.loads(later.stdout)["features"] == []


def test_a_held_round_ends_with_one_and_its_reason(town: TownScene) -> None:
    create(town, "--policy", "audit_min=0", "--policy", "audit_share=0")  # all answers are labels
    tilewise("round", "start", "--watch")
    truth = str(town.folder / "labels.geojson")
    tilewise("simulate", "--truth", truth, "--answers", "1", "--error-rate", "0")

    held = tilewise("round", "start", "--watch")

    assert held.exit_code == Exit.FAILURE, held.output
    assert "Held: " in held.stderr
    assert "held: " in tilewise("campaign", "show").stdout
    resumed = tilewise("round", "resume")
    assert resumed.exit_code == Exit.OK, resumed.output
    tilewise("round", "watch")
    closed = tilewise("round", "close", "--json")
    assert closed.exit_code == Exit.OK
    assert json.loads(closed.stdout)["state"] == "closed"


def test_one_mapper_alone_ends_with_the_batch(town: TownScene) -> None:
    """What only a second person can settle would have them answer the whole pool instead."""
    create(town)
    tilewise("round", "start", "--watch")
    truth = str(town.folder / "labels.geojson")
    answered = tilewise("simulate", "--truth", truth, "--count", "1", "--error-rate", "0", "--json")
    assert json.loads(answered.stdout)["answers"] < 4 + 7 + 4
    assert "4 of 4 tiles settled" in tilewise("campaign", "show").stdout


def test_what_is_refused_leaves_nothing_half_written(town: TownScene, tmp_path: Path) -> None:
    create(town)

    exported = tilewise("labels", "export", "--bbox", "1,2,3")

    assert exported.exit_code == Exit.FAILURE
    assert exported.stdout == ""
    assert "bbox" in exported.stderr


def test_names_are_printed_as_people_wrote_them(town: TownScene) -> None:
    name = "Roofs [x] [/b] :fire:"
    made = tilewise(
        "campaign", "create", name, "--imagery", str(town.imagery),
        "--area", str(town.folder / "aoi.geojson"),
    )  # fmt: skip

    assert made.exit_code == Exit.OK, made.output
    for shown in (made, tilewise("campaign", "list"), tilewise("campaign", "show", name)):
        assert name in shown.stdout
    assert name in tilewise("campaign", "show", "another").stderr


def test_a_folder_of_tiles_is_the_servers_to_allow(town: TownScene, tmp_path: Path) -> None:
    refused = create(town, "--imagery", str(tmp_path))

    assert refused.exit_code == Exit.FAILURE
    assert "TILEWISE_IMAGERY_FOLDERS" in refused.stderr


def test_small_files_are_read_before_the_imagery_is_sent(town: TownScene, tmp_path: Path) -> None:
    windows = tmp_path / "area.geojson"
    windows.write_bytes(b"\xef\xbb\xbf" + (town.folder / "aoi.geojson").read_bytes())
    assert create(town, "--area", str(windows)).exit_code == Exit.OK

    mistyped = create(town, "--area", str(tmp_path / "gone.geojson"))

    assert mistyped.exit_code == Exit.USAGE
    assert "upload" not in mistyped.stdout


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The demo takes signals for itself; the test run gets its own back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_the_demo_plays_a_scene_reports_every_round_and_continues(
    town: TownScene, tmp_path: Path
) -> None:
    report = tmp_path / "report"  # whatever it is called
    words = (
        "demo", "--scene", str(town.folder), "--rounds", "1", "--exit", "--report", str(report),
        "--batch-size", "8", "--error-rate", "0", "--policy", "audit_min=4", "--policy",
        "audit_most=0.15", "--policy", f"training={json.dumps(QUICK_TRAINING)}",
    )  # fmt: skip
    played = tilewise(*words)
    assert played.exit_code == Exit.OK, played.output

    told = json.loads(report.read_text())
    assert told["settings"]["acquisition"] == "suited"
    cold, trained = told["rounds"]
    assert (cold["verdict"], trained["verdict"]) == ("cold start", "promoted")
    # Whoever finds no audit tile left for them answers one beyond the batch, six mappers at most.
    assert 8 <= trained["labels"] < 8 + 6
    assert trained["pool_tiles"] == 26 and trained["mapper_seconds"] > 0
    for score in ("iou", "precision", "recall", "f1", "object_f1"):
        assert trained[score].keys() == {"estimate", "low", "high"}
    assert trained["stage_seconds"].keys() == {"train", "predict", "stitch", "select"}
    assert trained["reason"] == "the first checkpoint"
    assert told["settings"]["zoom"] == 20
    assert told["versions"] and told["machine"] and told["address"]["campaign"] in played.stdout

    again = tilewise(*words)
    assert again.exit_code == Exit.OK, again.output
    assert "is continued" in again.stdout
    assert json.loads(report.read_text())["rounds"] == told["rounds"]


@pytest.mark.usefixtures("own_signals")
def test_the_demo_goes_on_where_the_first_labels_teach_nothing(
    town: TownScene, tmp_path: Path
) -> None:
    """As in sparse country, where all of a first batch may be empty.

    Two mappers answer one after the other here: more of them, at work at the same time, may be a
    tile ahead of the batch.
    """
    report = tmp_path / "report.json"
    played = tilewise(
        "demo", "--scene", str(town.folder), "--rounds", "1", "--exit", "--report", str(report),
        "--mappers", "2", "--batch-size", "1", "--error-rate", "0", "--policy", "audit_min=4",
        "--policy", "audit_most=0.15", "--policy", f"training={json.dumps(QUICK_TRAINING)}",
    )  # fmt: skip
    assert played.exit_code == Exit.OK, played.output
    said = " ".join(played.stdout.split())  # whatever the width of the terminal
    assert "Round 1 is held: Only 1 labelled tile can be learnt from" in said
    assert "then it is tried again" in said
    trained = json.loads(report.read_text())["rounds"][1]
    assert (trained["verdict"], trained["labels"] >= 2) == ("promoted", True)
