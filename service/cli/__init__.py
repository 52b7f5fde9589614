"""``tilewise``: the commands are listed here and imported only when they are called.

Help and completion stay fast that way, and a machine that only starts the stack never loads what
training needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

# name -> (module, the command function or sub-app in it, one line for the list)
COMMANDS = {
    "up": ("stack", "up", "Start the database, Redis, the API and the workers."),
    "down": ("stack", "down", "Stop everything that `up` started."),
    "status": ("stack", "status", "Show the parts of the stack."),
    "logs": ("stack", "logs", "Print the log of one part."),
    "migrate": ("stack", "migrate", "Bring a database's schema up to date."),
    "campaign": ("campaigns", "app", "Make, list and look at campaigns."),
    "round": ("rounds", "app", "Start, show and watch rounds."),
    "labels": ("labels", "app", "Take the refined labels out."),
    "simulate": ("simulate", "simulate", "Let simulated mappers answer over HTTP."),
    "demo": ("demo", "demo", "Play the whole loop on one scene."),
}


class LazyCommands(TyperGroup):
    """A group that lists every command by its line and imports only the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What the list and the completion show of a command."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][2]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, imported now."""
        name, *rest = args
        if name not in COMMANDS:
            return super().resolve_command(ctx, args)  # says what is wrong
        module, member, _ = COMMANDS[name]
        return name, _load(name, module, member), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what a person can act on ends in words, never in a traceback."""
        from service.cli.output import plain_errors

        with plain_errors():
            return super().invoke(ctx)


def _load(name: str, module: str, member: str) -> Any:
    found = getattr(import_module(f"service.cli.{module}"), member)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    help="Human-in-the-loop active learning for humanitarian mapping. Start with `tilewise demo`.",
)


@app.callback()
def main() -> None:
    """Typer wants one function to make a group."""
