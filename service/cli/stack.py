"""``tilewise up``, ``down``, ``status`` and ``logs``: the embedded stack from the command line."""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from types import FrameType
from typing import Annotated, NoReturn, TextIO

import typer
from rich.table import Table
from rich.text import Text

from service.cli.exits import Exit
from service.cli.output import JsonOption, console, errors
from service.settings import Settings
from service.stack import EmbeddedStack, PartStatus, Standing
from service.stack.status import as_json

FOLLOW_EVERY_S = 0.3
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay, and stop everything on Ctrl-C.")
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address that the API listens on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the API.")] = None,
) -> None:
    """Start the database, Redis, the API and the workers; what stands already is reused.

    Everything lies in the home (.tilewise, or TILEWISE_HOME). Nothing of the system is touched.

    Examples:

        tilewise up

        tilewise up --port 9000 --foreground
    """
    chosen = {"host": host, "port": port}
    given = {name: value for name, value in chosen.items() if value is not None}
    stack = EmbeddedStack(Settings().model_copy(update=given))
    if foreground:
        _stay_in_foreground(stack)
    else:
        _announce(_start(stack), stack)


def down() -> None:
    """Stop everything that `up` started in this home, also what a crash left behind.

    Example: tilewise down
    """
    with console.status("Stopping"):
        stopped = EmbeddedStack(Settings()).stop()
    console.print("Stopped." if stopped else "Nothing was running.")


def migrate() -> None:
    """Bring a database's schema up to date, and make the coordinator's token in the home.

    `up` does this by itself; it is for databases that run elsewhere. Safe to run at any time.

    Example: TILEWISE_DATABASE_URL=postgresql://tilewise@db/tilewise tilewise migrate
    """
    # Imported here: the other commands do without SQLAlchemy.
    from service.stack.preparation import prepare_database

    settings = Settings()
    prepare_database(settings)
    console.print(
        f"The schema is up to date; the coordinator's token lies in "
        f"{settings.places.coordinator_token}",
        highlight=False,
        soft_wrap=True,
    )


def status(json: JsonOption = False) -> None:
    """Show the parts of the stack. Exit status 0 when all of them run, else 1.

    Examples:

        tilewise status

        tilewise status --json | jq -r .address
    """
    stack = EmbeddedStack(Settings())
    parts = stack.status()
    if json:
        typer.echo(as_json(stack.address(), parts))
    else:
        console.print(_table(parts))
        console.print(f"API: {stack.address() or 'not running'}", highlight=False)
    if any(part.state == "stopped" for part in parts):
        raise typer.Exit(Exit.FAILURE)


def logs(
    name: Annotated[str, typer.Argument(help="api, worker-train, postgres, … ")] = "supervisor",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Lines from the end.")] = 50,
) -> None:
    """Print the log of one part.

    Examples:

        tilewise logs api

        tilewise logs worker-train -f
    """
    known = EmbeddedStack(Settings()).logs()
    if name not in known:
        raise typer.BadParameter(f"no part “{name}”; there are {', '.join(known)}")
    path = known[name]
    if not path.exists():
        errors.print(f"{name} has not written a log yet.")
        raise typer.Exit(Exit.FAILURE)
    with path.open(errors="replace") as file:
        for line in deque(file, maxlen=lines):
            typer.echo(line, nl=False)
        if follow:
            _print_growth(file)


def _start(stack: EmbeddedStack) -> Standing:
    with console.status("Starting") as shown:
        return stack.start(lambda step: shown.update(step))


def _announce(standing: Standing, stack: EmbeddedStack) -> None:
    for notice in standing.notices:
        console.print(f"Note: {notice}", highlight=False)
    verb = "stands already" if standing.was_standing else "is up"
    console.print(f"Tilewise {verb} at {standing.address}", highlight=False)
    console.print(f"Its API is described at {standing.address}/docs", highlight=False)
    console.print(
        f"The coordinator's token lies in {stack.places.coordinator_token}",
        highlight=False,
        soft_wrap=True,
    )


def _stay_in_foreground(stack: EmbeddedStack) -> None:
    """Start, wait for Ctrl-C (or the supervisor's end), stop what was started."""
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    standing = _start(stack)
    for number in STOPPING_SIGNALS:
        signal.signal(number, stop)
    try:
        _announce(standing, stack)
        console.print("Ctrl-C stops it.")
        while not asked_to_stop.wait(FOLLOW_EVERY_S):
            if stack.address() is None:
                errors.print("The stack was stopped from elsewhere.")
                return
    finally:
        if not standing.was_standing:
            stack.stop()
            console.print("Stopped.")


def _print_growth(file: TextIO) -> NoReturn:
    """Print what is appended from here on, until Ctrl-C."""
    while True:
        piece = file.read()
        if piece:
            typer.echo(piece, nl=False)
        else:
            time.sleep(FOLLOW_EVERY_S)


def _table(parts: list[PartStatus]) -> Table:
    table = Table("part", "state", "process", "for", "memory", "restarts")
    for part in parts:
        colour = {"running": "green", "stopped": "red"}.get(part.state, "cyan")
        table.add_row(
            part.name,
            Text(part.state, style=colour),
            "" if part.pid is None else str(part.pid),
            "" if part.running_s is None else _duration(part.running_s),
            "" if part.memory_mb is None else f"{part.memory_mb:.0f} MB",
            str(part.restarts) if part.restarts else "",
        )
    return table


def _duration(seconds: float) -> str:
    """``75.0`` -> ``1 min``: the largest unit that is not zero."""
    for unit_s, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= unit_s:
            return f"{seconds / unit_s:.0f} {unit}"
    return f"{seconds:.0f} s"
