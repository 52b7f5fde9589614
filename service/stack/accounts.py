"""Who runs the servers: the caller, or an unprivileged account when the caller is root."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from service.places import Places
from service.stack.failures import StackError, UnsafeFolder

# The first that exists serves. `postgres` comes with the Debian package; none is ever made here.
UNPRIVILEGED = ("tilewise", "postgres", "nobody")
ELSEWHERE = Path("/var/lib/tilewise")
# What the servers see: PG… variables of the caller would change what they do.
PLAIN_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


@dataclass(frozen=True)
class Account:
    """A system account, and how to run a program as it."""

    name: str
    uid: int
    gid: int

    @property
    def is_caller(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, command: Sequence[str], folder: Path, log: Path) -> int:
        """Run to the end in ``folder`` and return the exit status; ``log`` keeps its words.

        A file, not a pipe: a server that the command leaves behind would hold the pipe open.
        """
        with log.open("wb") as output:
            return subprocess.run(
                command,
                cwd=folder,  # one that the account may enter
                env=PLAIN_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **self._identity(),
            ).returncode

    def start(self, command: Sequence[str], folder: Path, log: IO[bytes]) -> subprocess.Popen[Any]:
        """Start in a session of its own, so that it outlives the caller and its terminal."""
        return subprocess.Popen(
            command,
            cwd=folder,
            env=PLAIN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **self._identity(),
        )

    def own_folder(self, folder: Path) -> None:
        """Make ``folder`` this account's alone (mode 0700).

        Raises:
            UnsafeFolder: it exists and belongs to someone else.
        """
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, self.uid, self.gid)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
                raise UnsafeFolder(
                    f"{folder} belongs to someone else than {self.name}; remove it, or choose "
                    "another TILEWISE_HOME"
                ) from None
            folder.chmod(0o700)

    def may_enter(self, folder: Path) -> bool:
        """Whether every folder from the root to ``folder`` lets this account through."""
        return all(self._may_search(step) for step in (folder, *folder.parents))

    def _identity(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` that drop to this account; none when it is the caller's."""
        if self.is_caller:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def _may_search(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """The account that PostgreSQL and Redis run as: never root."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    for name in UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL refuses to run as root, and no account of "
        f"{', '.join(UNPRIVILEGED)} exists; run as an ordinary user, or create one with "
        "`useradd --system tilewise`"
    )


def prepare_servers_folder(places: Places, account: Account) -> None:
    """Make ``places.servers``; where the account may not enter the home, link it elsewhere."""
    if not places.servers.exists():
        places.servers.unlink(missing_ok=True)  # a link whose end was removed
        if account.may_enter(places.home):
            places.servers.mkdir(mode=0o755)
        else:
            elsewhere = ELSEWHERE / places.key
            elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
            places.servers.symlink_to(elsewhere)
    if not account.may_enter(places.servers.resolve()):
        raise UnsafeFolder(
            f"the account {account.name}, which runs the servers, may not enter "
            f"{places.servers.resolve()}; choose a TILEWISE_HOME that it can reach"
        )
    for folder in (places.postgres, places.redis, places.sockets):
        account.own_folder(folder)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
