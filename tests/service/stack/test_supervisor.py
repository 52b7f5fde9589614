"""Programs are kept running, known again by birth, and ended with all that they forked."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from service.settings import Settings
from service.stack.processes import Record, end_sessions, wait_until
from service.stack.programs import Program
from service.stack.supervisor import Supervisor

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
# Forks a child that ignores the polite signal, as a job under way may.
FORK = (
    sys.executable,
    "-c",
    "import os, signal, time\n"
    "if os.fork() == 0:\n"
    "    os.setpgrp()\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "time.sleep(600)",
)


@contextmanager
def supervised(home: Path, *programs: Program) -> Iterator[Settings]:
    settings = Settings(home=home)
    settings.places.run.mkdir(parents=True)
    settings.places.logs.mkdir()
    supervisor = Supervisor(settings, programs, servers=())
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield settings
    finally:
        supervisor.stopping.set()
        thread.join()


def soon(condition: Callable[[], object]) -> bool:
    wait_until(lambda: bool(condition()), 20)
    return bool(condition())


def record(settings: Settings, program: Program) -> Record | None:
    return Record.read(program.record(settings.places))


def runs_anew(settings: Settings, program: Program, restarts: int) -> bool:
    found = record(settings, program)
    return found is not None and found.restarts == restarts and found.process() is not None


def members(settings: Settings, program: Program) -> list[psutil.Process]:
    found = record(settings, program)
    return [] if found is None else list(found.members(settings.home))


def test_a_program_that_crashes_is_started_again(home: Path) -> None:
    program = Program("sleeper", SLEEP)
    with supervised(home, program) as settings:
        assert soon(lambda: runs_anew(settings, program, 0))
        first = record(settings, program)
        assert first is not None
        os.kill(first.pid, 9)
        assert soon(lambda: runs_anew(settings, program, 1))
    assert "ended with status" not in program.log(settings.places).read_text()


def test_a_program_that_keeps_ending_is_started_ever_more_slowly(home: Path) -> None:
    program = Program("broken", (sys.executable, "-c", "print('no luck')"))
    with supervised(home, program) as settings:
        time.sleep(4)
        starts = program.log(settings.places).read_text().count("no luck")
    assert 1 <= starts <= 3  # at once, after 1 s, after 2 more; not one every look


def test_what_a_killed_program_forked_does_not_go_on_beside_its_successor(home: Path) -> None:
    program = Program("forker", FORK)
    with supervised(home, program) as settings:
        assert soon(lambda: len(members(settings, program)) == 2)
        first = record(settings, program)
        assert first is not None
        child = next(one for one in members(settings, program) if one.pid != first.pid)
        os.kill(first.pid, 9)
        assert soon(lambda: runs_anew(settings, program, 1))
        assert not is_alive(child)


def test_stopping_leaves_no_process_and_no_pid_file(home: Path) -> None:
    program = Program("forker", FORK)
    with supervised(home, program) as settings:
        assert soon(lambda: len(members(settings, program)) == 2)
        alive = members(settings, program)
    assert not any(map(is_alive, alive))
    assert not program.record(settings.places).exists()


def test_a_stranger_with_our_number_is_neither_ours_nor_ended(home: Path) -> None:
    me = Record.of(os.getpid())
    stale = Record(me.pid, me.born_at - 3600)
    assert me.process() is not None
    assert stale.process() is None
    assert list(stale.members(home)) == []
    end_sessions([stale], home, grace_s=0)  # and this test lives on


def test_a_session_of_another_home_is_not_ended(home: Path) -> None:
    program = Program("sleeper", SLEEP)
    with supervised(home, program) as settings:
        assert soon(lambda: runs_anew(settings, program, 0))
        found = record(settings, program)
        assert found is not None
        assert list(found.members(home.parent / "another")) == []
        assert [one.pid for one in found.members(home)] == [found.pid]


def test_half_a_pid_file_counts_as_none(tmp_path: Path) -> None:
    half = tmp_path / "api.json"
    half.write_text('{"pid": 12')
    assert Record.read(half) is None
    assert Record.read(tmp_path / "none.json") is None


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
