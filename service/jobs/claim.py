"""A worker's hold on a job: the claim, its heartbeat, and publishing under its fence.

The fence is the number of the job's latest claim. A worker that was thought dead and is not finds
another fence (or another state) in the row, and whatever it meant to write is rolled back.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.database import Database
from service.domain import rounds
from service.queries import jobs
from service.queries import rounds as round_queries
from service.states import JobKind, JobState
from service.tables import Round

PROGRESS_S = 1.0
"""Progress is written at most so often; people watch bars, not single steps."""
PATIENCE_S = 60.0
"""How long a result waits for a database that restarts."""

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class FenceLost(Exception):
    """The job belongs to another claim now, or was cancelled; nothing may be written for it."""


@dataclass(frozen=True)
class Claim:
    """One worker's hold on one job."""

    job_id: uuid.UUID
    campaign_id: uuid.UUID
    round_id: uuid.UUID
    kind: JobKind
    shard: str
    fence: int
    attempts: int


def claim(database: Database, job_id: uuid.UUID, worker: str) -> Claim | None:
    """Take a waiting job, or nothing: it may be done, running or cancelled, all of it harmless."""
    with database.session() as session:
        # The round first, as everywhere: one order of locks cannot deadlock.
        found = jobs.get(session, job_id)
        if found is None or round_queries.lock(session, found.round_id) is None:
            return None
        job = jobs.claim(session, job_id, worker)
        if job is None:
            return None
        rounds.begin_stage(session, job.round_id, job.kind)
        return Claim(
            job.id, job.campaign_id, job.round_id, job.kind, job.shard, job.fence, job.attempts
        )


def publish(
    database: Database, claimed: Claim, write: Callable[[Session, Round], Result]
) -> Result | None:
    """Run ``write`` in one transaction, if and only if the claim still holds.

    A database that restarts in the middle is waited for; ``write`` may therefore run again and must
    write nothing but rows. Where the first commit had gone through unheard, the job is done under
    this very fence, and None is returned.

    Raises:
        FenceLost: the job belongs to a newer claim, or was cancelled.
    """
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            with database.session() as session:
                round_ = _fenced(session, claimed)
                return None if round_ is None else write(session, round_)
        except OperationalError:  # gone, going or not yet there; a deadlock's victim, too
            if time.monotonic() > give_up:
                raise
            log.warning("the database went away while publishing %s; trying again", claimed.job_id)
            time.sleep(1.0)


def complete(
    database: Database, claimed: Claim, write: Callable[[Session, Round], None] | None = None
) -> None:
    """Publish the job's result, mark it done and write what follows, all in one transaction."""

    def finish(session: Session, round_: Round) -> None:
        if write is not None:
            write(session, round_)
        jobs.end(session, claimed.job_id, JobState.DONE)
        rounds.advance(session, round_, claimed.kind)

    publish(database, claimed, finish)


def _fenced(session: Session, claimed: Claim) -> Round | None:
    """The round, locked, with the job locked under this claim; None if the job is done under it."""
    round_ = round_queries.lock(session, claimed.round_id)
    job = jobs.lock(session, claimed.job_id)
    if round_ is None or job is None or job.fence != claimed.fence:
        raise FenceLost(f"job {claimed.job_id} has a newer claim than {claimed.fence}")
    if job.state is JobState.DONE:
        return None
    if job.state is not JobState.RUNNING:
        raise FenceLost(f"job {claimed.job_id} is {job.state}")
    return round_


class Heart:
    """Beats for a claim from a thread of its own while the work goes on.

    ``progress`` is what people see; ``lost`` turns true when the row belongs to the claim no more.
    A database that does not answer proves nothing, so it is asked again.
    """

    def __init__(self, database: Database, claimed: Claim, *, every_s: float) -> None:
        self._database = database
        self._claim = claimed
        self._every_s = every_s
        self._progress: dict[str, Any] = {}
        self._written: dict[str, Any] = {}
        self._over = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=10)

    @property
    def lost(self) -> bool:
        return self._lost.is_set()

    def progress(self, done: float, total: float, unit: str, **more: Any) -> None:
        """Say how far the work is: ``done`` of ``total`` ``unit``, with anything worth showing."""
        self._progress = {"done": done, "total": total, "unit": unit, **more}

    def check(self) -> None:
        """Stop work that nobody will be allowed to publish.

        Raises:
            FenceLost: the row belongs to another claim, or was cancelled.
        """
        if self.lost:
            raise FenceLost(f"job {self._claim.job_id} was taken over or cancelled")

    def _beat(self) -> None:
        last = 0.0
        while not self._over.wait(min(PROGRESS_S, self._every_s)):
            progress = self._progress
            if progress == self._written and time.monotonic() - last < self._every_s:
                continue
            try:
                with self._database.session() as session:
                    alive = jobs.beat(session, self._claim.job_id, self._claim.fence, progress)
            except OperationalError as error:
                log.warning("no heartbeat for %s: %s", self._claim.job_id, error)
                continue
            if not alive:
                self._lost.set()
                return
            self._written, last = progress, time.monotonic()
