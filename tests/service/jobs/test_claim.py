"""Claims, fences and heartbeats on real rows."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain import rounds
from service.jobs.blame import why_of
from service.jobs.claim import Claim, FenceLost, Heart, claim, complete, publish
from service.jobs.context import Services
from service.jobs.ending import MOST_ATTEMPTS, give_back, give_up_on_silent, try_again
from service.jobs.entry import work
from service.queries import jobs
from service.states import HoldReason, JobKind, JobState, RoundState
from service.tables import Campaign, Job, Round, Selection
from tests.service.towns import TownScene, add_campaign


@pytest.fixture
def campaign(services: Services, town: TownScene) -> Campaign:
    with services.database.session() as session:
        return add_campaign(session, town, services.artefacts)


@pytest.fixture
def job(services: Services, campaign: Campaign) -> Job:
    """The only job of a cold start."""
    with services.database.session() as session:
        rounds.start_round(session, campaign.id)
        return session.scalars(select(Job)).one()


def take(services: Services, job: Job, worker: str = "one") -> Claim:
    taken = claim(services.database, job.id, worker)
    assert taken is not None
    return taken


def fresh(services: Services, job: Job) -> Job:
    with services.database.session() as session:
        return session.get_one(Job, job.id)


def round_of(services: Services, job: Job) -> Round:
    with services.database.session() as session:
        return session.get_one(Round, job.round_id)


def silence(services: Services, job: Job) -> None:
    """As if its worker had died: no heartbeat for a day."""
    with services.database.session() as session:
        row = session.get_one(Job, job.id)
        assert row.heartbeat_at is not None
        row.heartbeat_at = row.heartbeat_at.replace(year=2020)


def write_nothing(session: Session, round_: Round) -> None:
    """A result without rows."""


def test_of_many_workers_at_once_one_gets_the_job(services: Services, job: Job) -> None:
    taken: list[Claim | None] = []
    barrier = threading.Barrier(8)

    def race(name: str) -> None:
        barrier.wait()
        taken.append(claim(services.database, job.id, name))

    racers = [threading.Thread(target=race, args=(str(number),)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sum(one is not None for one in taken) == 1
    assert fresh(services, job).attempts == 1


def test_the_first_claim_begins_the_rounds_first_stage(services: Services, job: Job) -> None:
    assert round_of(services, job).state is RoundState.PLANNED
    take(services, job)
    assert round_of(services, job).state is RoundState.SELECTING


def test_an_unknown_job_is_nobodys(services: Services, job: Job) -> None:
    assert claim(services.database, uuid.uuid4(), "one") is None


def test_a_worker_with_an_old_fence_publishes_nothing(services: Services, job: Job) -> None:
    old = take(services, job)
    silence(services, job)
    assert give_up_on_silent(services.database, job.id, stale_s=45)
    new = take(services, job, "two")
    assert new.fence == old.fence + 1

    def write(session: Session, round_: Round) -> None:
        session.execute(select(Selection))
        session.get_one(Round, round_.id).label_count = 99

    with pytest.raises(FenceLost):
        complete(services.database, old, write)
    assert round_of(services, job).label_count == 0
    assert fresh(services, job).state is JobState.RUNNING
    complete(services.database, new, write)
    assert round_of(services, job).label_count == 99
    with pytest.raises(FenceLost):
        publish(services.database, old, write_nothing)


def test_what_fails_while_publishing_leaves_nothing(services: Services, job: Job) -> None:
    taken = take(services, job)

    def write(session: Session, round_: Round) -> None:
        session.get_one(Round, round_.id).label_count = 99
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete(services.database, taken, write)
    assert round_of(services, job).label_count == 0
    assert fresh(services, job).state is JobState.RUNNING


def test_a_result_whose_commit_went_through_unheard_is_not_written_again(
    services: Services, job: Job
) -> None:
    taken = take(services, job)
    complete(services.database, taken)

    def write(session: Session, round_: Round) -> None:
        raise AssertionError("written again")

    complete(services.database, taken, write)
    assert fresh(services, job).state is JobState.DONE


def test_a_cancelled_job_cannot_be_published(
    services: Services, campaign: Campaign, job: Job
) -> None:
    taken = take(services, job)
    with services.database.session() as session:
        rounds.close_round(session, campaign.id, 0)
    with pytest.raises(FenceLost):
        complete(services.database, taken)
    assert round_of(services, job).state is RoundState.CLOSED


def test_the_heart_reports_progress_and_finds_out_that_it_lost(
    services: Services, job: Job
) -> None:
    taken = take(services, job)
    with Heart(services.database, taken, every_s=0.02) as heart:
        heart.progress(3, 40, "tiles", loss=0.5)
        wait_until(lambda: fresh(services, job).progress != {})
        assert fresh(services, job).progress == {
            "done": 3,
            "total": 40,
            "unit": "tiles",
            "loss": 0.5,
        }
        heart.check()
        with services.database.session() as session:
            jobs.wait_again(session, job.id)
        wait_until(lambda: heart.lost)
        with pytest.raises(FenceLost):
            heart.check()


def wait_until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    over = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        over.wait(0.02)
    raise AssertionError("it never came to be")


def test_a_job_that_speaks_is_not_given_up(services: Services, job: Job) -> None:
    take(services, job)
    assert not give_up_on_silent(services.database, job.id, stale_s=45)
    assert fresh(services, job).state is JobState.RUNNING


def test_a_stopped_worker_costs_no_attempt(services: Services, job: Job) -> None:
    give_back(services.database, take(services, job))
    assert (fresh(services, job).state, fresh(services, job).attempts) == (JobState.WAITING, 0)


def test_after_three_failures_the_round_is_held_with_the_reason(
    services: Services, campaign: Campaign, job: Job
) -> None:
    for attempt in range(MOST_ATTEMPTS):
        assert fresh(services, job).state is JobState.WAITING, attempt
        try_again(services.database, take(services, job), why_of(OSError("the disk is full")))
    assert fresh(services, job).state is JobState.FAILED
    round_ = round_of(services, job)
    assert (round_.state, round_.held_in) == (RoundState.HELD, RoundState.SELECTING)
    assert round_.held_reason is not None
    assert "the disk is full" in round_.held_reason
    assert "Resume the round" in round_.held_reason
    assert round_.held_code is HoldReason.JOB_FAILED
    assert round_.held_params == {"stage": "select", "attempts": MOST_ATTEMPTS}
    with services.database.session() as session:
        assert rounds.resume_round(session, campaign.id, 0).state is RoundState.SELECTING
    assert (fresh(services, job).state, fresh(services, job).attempts) == (JobState.WAITING, 0)


def test_imagery_that_is_gone_holds_the_round_at_once(
    services: Services, campaign: Campaign, job: Job
) -> None:
    with services.database.session() as session:
        row = session.get_one(Campaign, campaign.id)
        row.imagery = {"kind": "scene", "location": f"artefact:scenes/{'0' * 64}.tif"}
    work(job.id, services)
    round_ = round_of(services, job)
    assert round_.state is RoundState.HELD
    assert "Upload it first" in (round_.held_reason or "")
    assert round_.held_code is HoldReason.IMAGERY_UNUSABLE
    assert fresh(services, job).kind is JobKind.SELECT
