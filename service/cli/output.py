"""What every command writes with: consoles, JSON for scripts, and errors without tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console

from learner.errors import LearnerError
from service.cli.exits import Exit
from service.client import ApiProblem, ServiceUnreachable
from service.errors import TilewiseError
from service.settings import PREFIX
from service.stack import StackError
from service.truth import UnusableFile

# What people call things is printed as they wrote it: “Roofs [phase 2]” holds no markup.
console = Console(markup=False, emoji=False)
errors = Console(stderr=True, markup=False, emoji=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]


class CommandRefused(Exception):
    """What was asked of a command cannot be done; the message says what to do instead."""


# Their messages are written for people: no traceback can add to them.
EXPLAINED = (CommandRefused, LearnerError, StackError, TilewiseError, UnusableFile)


def print_json(value: Any) -> None:
    """One JSON document on standard output, without colours or wrapping."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the program with a message and its exit code where people can act on an error."""
    try:
        yield
    except ServiceUnreachable as error:
        _fail("The service does not answer", str(error), Exit.UNREACHABLE)
    except ApiProblem as error:
        _fail(error.title, error.detail, Exit.FAILURE)
    except EXPLAINED as error:
        _fail(getattr(error, "title", ""), str(error), Exit.FAILURE)
    except ValidationError as error:  # settings: the only model that is made from what people typed
        said = "; ".join(_setting_and_fault(item) for item in error.errors())
        _fail("A setting cannot be used", said, Exit.USAGE)
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Refuse a file that cannot be written, by its name."""
    try:
        yield
    except OSError as error:
        raise CommandRefused(f"{path} cannot be written: {error.strerror}.") from error


def _setting_and_fault(item: ErrorDetails) -> str:
    message = item["msg"].removeprefix("Value error, ")
    if not item["loc"]:  # a fault of several settings, which it names itself
        return message
    return f"{PREFIX}{str(item['loc'][0]).upper()}: {message}"


def _fail(title: str, detail: str, code: Exit) -> None:
    if title:
        errors.print(title, style="bold red", highlight=False)
    errors.print(detail, highlight=False, soft_wrap=True)
    raise typer.Exit(code)
