"""A campaign from imagery to labels by the commands alone, against a service that runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from typer.testing import CliRunner, Result

from service.artefacts import Artefacts
from service.cli import app
from service.cli.exits import Exit
from service.database import Database
from service.domain.actors import sign_up
from service.jobs.context import Services
from service.jobs.entry import work
from service.settings import Settings
from service.states import Role
from tests.service.api.conftest import serve
from tests.service.towns import QUICK_TRAINING, TownScene, waiting_jobs


@pytest.fixture
def worker(
    settings: Settings, database: Database, artefacts: Artefacts, redis_connection: Redis
) -> Iterator[None]:
    """Somebody who does the jobs of rounds while commands watch them."""
    services = Services(
        settings.model_copy(update={"threads": 1}), database, artefacts, redis_connection
    )
    leaving = threading.Event()

    def do_what_waits() -> None:
        while not leaving.wait(0.05):
            for job in waiting_jobs(database):
                work(job.id, services)

    thread = threading.Thread(target=do_what_waits)
    thread.start()
    yield
    leaving.set()
    thread.join()


@pytest.fixture(autouse=True)
def service(
    settings: Settings, database: Database, worker: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A service that the commands find by the environment, as its coordinator."""
    server, thread, url = serve(settings)
    with database.session() as session:
        token = sign_up(session, "Coordinator", Role.COORDINATOR)[1]
    monkeypatch.setenv("TILEWISE_URL", url)
    monkeypatch.setenv("TILEWISE_TOKEN", token)
    monkeypatch.setenv("TILEWISE_HOME", str(settings.home))
    monkeypatch.setenv("COLUMNS", "200")
    yield
    server.should_exit = True
    thread.join()


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

    file = tmp_path / "out" / "labels.geojson"
    assert tilewise("labels", "export", "-o", str(file)).exit_code == Exit.OK
    labels = json.loads(file.read_text())
    assert len(labels["features"]) > 0
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


def test_what_is_refused_leaves_nothing_half_written(town: TownScene, tmp_path: Path) -> None:
    create(town)

    exported = tilewise("labels", "export", "--bbox", "1,2,3")

    assert exported.exit_code == Exit.FAILURE
    assert exported.stdout == ""
    assert "bbox" in exported.stderr


def test_small_files_are_read_before_the_imagery_is_sent(town: TownScene, tmp_path: Path) -> None:
    windows = tmp_path / "area.geojson"
    windows.write_bytes(b"\xef\xbb\xbf" + (town.folder / "aoi.geojson").read_bytes())
    assert create(town, "--area", str(windows)).exit_code == Exit.OK

    mistyped = create(town, "--area", str(tmp_path / "gone.geojson"))

    assert mistyped.exit_code == Exit.USAGE
    assert "upload" not in mistyped.stdout
