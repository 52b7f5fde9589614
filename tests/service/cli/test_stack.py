"""`tilewise up`, `down`, `status` and `logs` as a person types them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from service.settings import Settings
from service.stack import EmbeddedStack

TILEWISE = (str(Path(sys.executable).parent / "tilewise"),)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder to work in; its stack is stopped afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tilewise-cli-"))
    folder.chmod(0o755)
    yield folder
    EmbeddedStack(Settings(home=folder / ".tilewise")).stop()
    shutil.rmtree(folder)


def tilewise(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "TILEWISE_PORT": "18700"}
    return subprocess.run(
        [*TILEWISE, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_up_status_logs_and_down(folder: Path) -> None:
    before = tilewise(folder, "status")
    assert before.returncode == 1
    assert "not running" in before.stdout
    assert list(folder.iterdir()) == []  # looking leaves no trace

    up = tilewise(folder, "up")
    assert up.returncode == 0, up.stderr
    assert "Tilewise is up at http://127.0.0.1:187" in up.stdout
    assert "stands already" in tilewise(folder, "up").stdout

    status = tilewise(folder, "status", "--json")
    found = json.loads(status.stdout)
    assert httpx.get(found["address"] + "/api/health").status_code == 200
    assert {part["name"] for part in found["parts"]} >= {"postgres", "redis", "api"}

    logs = tilewise(folder, "logs", "postgres", "-n", "500")
    assert "ready to accept connections" in logs.stdout
    assert "api started as process" in tilewise(folder, "logs").stdout
    unknown = tilewise(folder, "logs", "nothing")
    assert unknown.returncode == 2
    assert "worker-train" in unknown.stderr  # it says what there is

    down = tilewise(folder, "down")
    assert (down.returncode, down.stdout.strip()) == (0, "Stopped.")
    assert tilewise(folder, "down").stdout.strip() == "Nothing was running."
    assert [path.name for path in folder.iterdir()] == [".tilewise"]


def test_a_foreground_stack_stops_at_ctrl_c_and_leaves_only_its_home(folder: Path) -> None:
    process = subprocess.Popen(
        [*TILEWISE, "up", "--foreground", "--port", "18750"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    stack = EmbeddedStack(Settings(home=folder / ".tilewise"))
    pids = [part.pid for part in stack.status() if part.pid is not None]
    assert len(pids) >= 4, lines

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "Stopped." in rest
    assert not any(map(is_alive, pids))
    assert [path.name for path in folder.iterdir()] == [".tilewise"]


def test_logs_follow_a_file_until_interrupted(folder: Path) -> None:
    log = folder / ".tilewise" / "logs" / "api.log"
    log.parent.mkdir(parents=True)
    log.write_text("one\ntwo\nthree\n")
    process = subprocess.Popen(
        [*TILEWISE, "logs", "api", "-f", "-n", "2"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        # Tests that a shell runs in the background inherit an ignored Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["two\n", "three\n"]
    with log.open("a") as file:
        file.write("four\n")
    assert process.stdout.readline() == "four\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130


def test_migrate_prepares_a_database_that_runs_elsewhere(folder: Path, database_url: str) -> None:
    done = subprocess.run(
        [*TILEWISE, "migrate"],
        cwd=folder,
        env={**os.environ, "TILEWISE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / ".tilewise" / "coordinator.token").read_text().strip()


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
