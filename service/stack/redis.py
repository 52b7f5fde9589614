"""A private Redis on a unix socket: it only wakes workers up, so nothing of it is kept on disk."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import Redis
from redis.exceptions import RedisError

from service.places import Places
from service.stack.accounts import Account
from service.stack.failures import PartFailed, ProgramMissing
from service.stack.processes import only_one, wait_until

START_SECONDS = 15
STOP_SECONDS = 10
DATABASES = 64  # the tests give one to each of their processes


@dataclass(frozen=True)
class PrivateRedis:
    """The Redis server of one home."""

    places: Places
    account: Account

    @property
    def name(self) -> str:
        return "redis"

    @property
    def log(self) -> Path:
        return self.places.redis / "redis.log"

    @property
    def pid_file(self) -> Path:
        return self.places.redis / "redis.pid"

    def start(self) -> None:
        """Start it and wait until it answers; nothing happens when it already runs.

        Raises:
            PartFailed: with the last lines of its log.
            ProgramMissing: Redis is not installed.
        """
        # The supervisor may be starting it at this very moment, and a second would take its socket.
        with only_one(self.places.servers / "redis.lock"):
            if self.process() is None:
                self._start()

    def _start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise ProgramMissing("Redis (redis-server)")
        options = {
            "port": "0",
            "unixsocket": str(self.places.redis_socket),
            "unixsocketperm": "700",
            "dir": str(self.places.redis),
            "pidfile": str(self.pid_file),
            "logfile": str(self.log),
            "daemonize": "yes",
            "appendonly": "no",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "databases": str(DATABASES),
            "set-proc-title": "no",  # our own arguments are how we know it again
        }
        command = [
            program,
            *(word for name, value in options.items() for word in ("--" + name, value)),
        ]
        self.pid_file.unlink(missing_ok=True)  # a stale one may not be ours to write
        words = self.places.servers / "redis-server.log"
        if self.account.run(command, self.places.redis, words) != 0:
            raise PartFailed("Redis", words)
        self._wait_for_answer()

    def stop(self) -> None:
        process = self.process()
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            wait_until(lambda: self.process() is None, STOP_SECONDS)
            if self.process() is not None:
                process.kill()

    def process(self) -> psutil.Process | None:
        """The running server of this very home; None when there is none."""
        try:
            process = psutil.Process(int(self.pid_file.read_text()))
            ours = str(self.places.redis_socket) in process.cmdline()
        except (OSError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None

    def _wait_for_answer(self) -> None:
        client = Redis.from_url(self.places.redis_url)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if client.ping():
                    return
            except RedisError:
                time.sleep(0.05)
            finally:
                client.close()
        raise PartFailed("Redis", self.log)
