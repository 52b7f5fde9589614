"""What a job works with, and how it learns that it should stop."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from redis import Redis

from service.artefacts import Artefacts
from service.database import Database, open_database
from service.jobs.claim import Claim, Heart
from service.settings import Settings

STOP_SIGNAL = signal.SIGUSR1
_stop = threading.Event()


class Stopped(Exception):
    """The worker was asked to stop; the job waits for another one, and no attempt is counted."""


def request_stop(_signal: int = 0, _frame: FrameType | None = None) -> None:
    """Ask the job in this process to stop at its next look."""
    _stop.set()


def stop_requested() -> bool:
    return _stop.is_set()


def listen_for_stop() -> None:
    """Take ``STOP_SIGNAL`` as the wish to stop; children of a fork inherit this."""
    signal.signal(STOP_SIGNAL, request_stop)


@dataclass(frozen=True)
class Services:
    """What every job of a process shares."""

    settings: Settings
    database: Database
    artefacts: Artefacts
    redis: Redis

    @classmethod
    def open(cls, settings: Settings) -> Services:
        return cls(
            settings,
            open_database(settings),
            Artefacts.open(settings),
            Redis.from_url(settings.redis_address),
        )


@dataclass(frozen=True)
class JobContext:
    """One claimed job with what it works with."""

    claim: Claim
    heart: Heart
    services: Services

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @property
    def database(self) -> Database:
        return self.services.database

    @property
    def artefacts(self) -> Artefacts:
        return self.services.artefacts

    @property
    def run_dir(self) -> Path:
        """Where this round's unfinished work is kept on this machine."""
        return self.settings.home / "runs" / str(self.claim.round_id)

    def should_stop(self) -> bool:
        return stop_requested() or self.heart.lost

    def check(self) -> None:
        """Stop here if the worker is to stop or the claim is lost.

        Raises:
            Stopped, FenceLost: which of the two it was.
        """
        self.heart.check()
        if stop_requested():
            raise Stopped
