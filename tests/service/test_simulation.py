"""The crew: so many answers and no more, all at work at once, and errors that are heard."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.simulation import Answered, Permits, SimulatedMapper, work_together


class ScriptedMapper(SimulatedMapper):
    """A mapper for whom so many tiles wait; no service is asked."""

    def __init__(self, tiles: int, *, meet: threading.Barrier | None = None) -> None:
        self.tiles = tiles
        self.meet = meet
        self.answered = 0
        self._arrives_after_s = 0.0

    def answer_one(self) -> Answered | None:
        if self.meet is not None:
            self.meet.wait(timeout=10)
        if self.answered == self.tiles:
            return None
        return Answered("right", seconds=3.0, claim_s=0.01, submit_s=0.02)


class FailingMapper(ScriptedMapper):
    def answer_one(self) -> Answered | None:
        raise ConnectionError("the network is gone")


@given(tiles=st.lists(st.integers(0, 20), min_size=1, max_size=6), wanted=st.integers(0, 60))
def test_a_crew_answers_what_is_wanted_or_all_that_waits(tiles: list[int], wanted: int) -> None:
    crew = [ScriptedMapper(waiting) for waiting in tiles]
    heard: list[Answered] = []

    done = work_together(crew, wanted, heard.append)

    assert done == len(heard) == sum(mapper.answered for mapper in crew)
    assert done == min(wanted, sum(tiles))


def test_mappers_work_at_the_same_time() -> None:
    meet = threading.Barrier(3)  # passes only when three are inside at once
    crew = [ScriptedMapper(1, meet=meet) for _ in range(3)]

    assert work_together(crew, 3) == 3


def test_an_error_of_one_mapper_stops_all_and_is_raised() -> None:
    busy = ScriptedMapper(10**9)

    with pytest.raises(ConnectionError, match="network is gone"):
        work_together([FailingMapper(1), busy], 10**9)

    assert busy.answered < 10**9


def test_permits_end_when_they_are_stopped() -> None:
    permits = Permits(5)
    assert permits.take()

    permits.stop()

    assert not permits.take()


def test_a_permit_that_found_no_tile_goes_to_another_mapper() -> None:
    permits = Permits(1)
    assert permits.take()
    taken: list[bool] = []
    other = threading.Thread(target=lambda: taken.append(permits.take()))
    other.start()

    permits.give_back()
    other.join(timeout=10)

    assert taken == [True]
