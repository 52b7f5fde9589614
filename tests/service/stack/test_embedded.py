"""The whole embedded stack: up, reused, mended, stopped without a trace.

A stack is costly to start, so a test here tells a longer story than elsewhere.
"""

import hashlib
import os
import socket
import stat
import threading
import time
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import select

from service.database import open_database
from service.settings import PREFIX, Settings
from service.stack import EmbeddedStack, Standing
from service.stack.failures import PartFailed
from service.stack.processes import Record, wait_until
from service.states import Role
from service.tables import Actor
from tests.servers import TestServers

EVERYTHING = [
    "postgres", "redis", "supervisor", "api", "worker-train", "worker-predict", "worker-light",
]  # fmt: skip


DYING_S = 3.0
"""What has been told to end may be listed for a moment, between its last breath and its burial."""


def processes_of(home: Path) -> list[psutil.Process]:
    """Processes that have anything to do with a home and do not end by themselves in a moment."""
    until = time.monotonic() + DYING_S
    while (found := _living(home)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _living(home: Path) -> list[psutil.Process]:
    """By environment or by folder."""
    found = []
    for process in psutil.process_iter():
        try:
            of_home = process.environ().get(f"{PREFIX}HOME") == str(home)
            in_home = Path(process.cwd()).is_relative_to(home)
        except (psutil.Error, OSError):
            continue
        if (of_home or in_home) and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def running(stack: EmbeddedStack) -> list[str]:
    return [part.name for part in stack.status() if part.state == "running"]


def assert_all_run(stack: EmbeddedStack) -> None:
    wait_until(lambda: running(stack) == EVERYTHING, 20)
    assert running(stack) == EVERYTHING


def assert_one_coordinator(stack: EmbeddedStack) -> bytes:
    """That the token in the home is a coordinator's; returns its hash."""
    token_file = stack.places.coordinator_token
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    digest = hashlib.sha256(token_file.read_text().strip().encode()).digest()
    database = open_database(stack.settings)
    with database.session() as session:
        (role,) = session.scalars(select(Actor.role).where(Actor.token_sha256 == digest)).all()
    database.close()
    assert role is Role.COORDINATOR
    return digest


def kill_supervisor(stack: EmbeddedStack) -> None:
    os.kill(pid_of(stack, "supervisor"), 9)
    wait_until(lambda: "supervisor" not in running(stack), 10)


def pid_of(stack: EmbeddedStack, name: str) -> int:
    """Its process; what is being started again at this moment is waited for."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        (pid,) = [part.pid for part in stack.status() if part.name == name]
        if pid is not None:
            return pid
        time.sleep(0.1)
    raise AssertionError(f"{name} has no process")


def test_up_gives_a_whole_service_and_a_second_up_reuses_it(home: Path) -> None:
    stack = EmbeddedStack(Settings(home=home, port=18_765))
    found: list[Standing] = []
    both = [threading.Thread(target=lambda: found.append(stack.start())) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(standing.was_standing for standing in found) == [False, True]
    (address,) = {standing.address for standing in found}
    assert httpx.get(f"{address}/api/health").status_code == 200
    assert_all_run(stack)
    digest = assert_one_coordinator(stack)

    pids = {name: pid_of(stack, name) for name in EVERYTHING}
    assert stack.start().was_standing
    assert {name: pid_of(stack, name) for name in EVERYTHING} == pids

    assert stack.stop()
    assert processes_of(home) == []
    assert not stack.stop()

    assert not stack.start().was_standing
    assert assert_one_coordinator(stack) == digest  # the data is kept, the token opens it
    assert stack.stop()


def test_what_is_killed_is_started_again_and_orphans_are_ended(home: Path) -> None:
    stack = EmbeddedStack(Settings(home=home, port=18_865))
    address = stack.start().address
    killed = pid_of(stack, "postgres")
    os.kill(killed, 9)
    wait_until(lambda: "postgres" in running(stack) and pid_of(stack, "postgres") != killed, 30)
    assert pid_of(stack, "postgres") != killed

    orphan = pid_of(stack, "api")
    kill_supervisor(stack)
    assert "api" in running(stack)
    assert stack.address() is None
    assert stack.start().address == address  # the orphan was ended, its port is free again
    assert pid_of(stack, "api") != orphan

    wait_until(lambda: "worker-light" in running(stack), 10)
    os.kill(pid_of(stack, "worker-light"), 9)
    kill_supervisor(stack)
    assert stack.stop()  # down, with nobody left to ask
    assert processes_of(home) == []


def test_what_is_taken_or_given_elsewhere_is_left_alone(
    home: Path, servers: TestServers, database_url: str, redis_url: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(home=home, port=port, database_url=database_url, redis_url=redis_url)
        stack = EmbeddedStack(settings)
        standing = stack.start()
    assert standing.notices[0].startswith(f"Port {port} is taken; the API listens on ")
    assert stack.address() == standing.address != f"http://127.0.0.1:{port}"
    states = {part.name: part.state for part in stack.status()}
    assert states["postgres"] == states["redis"] == "elsewhere"
    assert not stack.places.servers.exists()
    stack.stop()
    assert processes_of(home) == []
    assert_one_coordinator(stack)  # the database goes on


def test_an_api_that_cannot_start_is_said_with_its_last_words_and_nothing_is_left(
    home: Path,
) -> None:
    # As from another version's environment: this one would refuse it before anything starts.
    misled = Settings(home=home, port=19_265).model_copy(update={"log_level": "nonsense"})
    stack = EmbeddedStack(misled)
    with pytest.raises(PartFailed, match="The supervisor did not start") as caught:
        stack.start()
    assert "nonsense" in str(caught.value)
    assert processes_of(home) == []


def test_a_stale_pid_file_after_a_reboot_harms_nobody(home: Path) -> None:
    stack = EmbeddedStack(Settings(home=home, port=19_465))
    stack.places.run.mkdir(parents=True)
    for name in ("supervisor", "api"):
        mine = Record.of(os.getpid())
        Record(mine.pid, mine.born_at - 86_400).write(stack.places.run / f"{name}.json")
    assert running(stack) == []
    assert not stack.stop()  # and this test lives on
