"""What can keep the embedded stack from standing; each message says what to do."""

from __future__ import annotations

from pathlib import Path


class StackError(Exception):
    """The stack, or a part of it, does not stand."""


class ProgramMissing(StackError):
    def __init__(self, program: str) -> None:
        super().__init__(
            f"{program} is not installed. Run `make setup` (it installs the Debian packages for "
            "PostgreSQL with PostGIS and Redis), or point TILEWISE_DATABASE_URL and "
            "TILEWISE_REDIS_URL at servers that run elsewhere."
        )


class PartFailed(StackError):
    """A server or process did not start; its last words are shown."""

    def __init__(self, part: str, log: Path, *, because: str = "did not start") -> None:
        super().__init__(f"{part} {because}. {last_lines(log)}")


class UnsafeFolder(StackError):
    """A folder of the stack belongs to someone else, or cannot be entered."""


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, to be shown in an error."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError as error:
        return f"(its log cannot be read: {error})"
    return f"The last lines of {log}:\n" + "\n".join(f"  {line}" for line in lines)
