"""``tilewise round``: start, show and watch rounds."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from service.cli.bars import Bars
from service.cli.choosing import CampaignArgument, choose_campaign
from service.cli.connection import connect
from service.cli.exits import Exit
from service.cli.output import CommandRefused, JsonOption, console, errors, print_json
from service.client import TilewiseClient
from service.following import follow_round
from service.states import JobKind, RoundState

app = typer.Typer(
    no_args_is_help=True, help="Rounds: train, predict, choose tiles, ask people, again."
)

NumberOption = Annotated[
    int | None, typer.Option("--number", "-n", help="The round's number; the latest without it.")
]


class NoRound(CommandRefused):
    """The campaign has no such round; the message says how to get one."""


@app.command("start")
def start(
    campaign: CampaignArgument = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Stay and watch until people can answer.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Start the next round. Round 0 needs no labels.

    Example: tilewise round start --watch
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        view = client.start_round(chosen["id"])
        if watch:
            view = _watch(client, chosen["id"], view["number"], quiet=as_json)
    _print_round(view, as_json)


@app.command("show")
def show(
    campaign: CampaignArgument = None, number: NumberOption = None, as_json: JsonOption = False
) -> None:
    """Show a round: its state, its jobs, and what it waits for.

    Example: tilewise round show "Banepa roofs" --number 2
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        view = client.round(chosen["id"], _number(client, chosen["id"], number))
    _print_round(view, as_json)


@app.command("watch")
def watch(
    campaign: CampaignArgument = None, number: NumberOption = None, as_json: JsonOption = False
) -> None:
    """Watch a round's progress until people can answer its tiles.

    Ends with exit code 1 when the round is held, and says why.

    Example: tilewise round watch && tilewise simulate --truth labels.geojson
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        view = _watch(client, chosen["id"], _number(client, chosen["id"], number), quiet=as_json)
    _print_round(view, as_json)


@app.command("resume")
def resume(
    campaign: CampaignArgument = None, number: NumberOption = None, as_json: JsonOption = False
) -> None:
    """Take a held round up where it stopped, once its reason has been seen to.

    Example: tilewise round resume && tilewise round watch
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        view = client.resume_round(chosen["id"], _number(client, chosen["id"], number))
    _print_round(view, as_json)


@app.command("close")
def close(
    campaign: CampaignArgument = None, number: NumberOption = None, as_json: JsonOption = False
) -> None:
    """End a round, whatever it waits for; what still works for it is cancelled.

    Example: tilewise round close && tilewise round start --watch
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        view = client.close_round(chosen["id"], _number(client, chosen["id"], number))
    _print_round(view, as_json)


def _number(client: TilewiseClient, campaign_id: str, number: int | None) -> int:
    numbers = [int(found["number"]) for found in client.rounds(campaign_id)]
    if number is None and numbers:
        return max(numbers)
    if number is None or number not in numbers:
        raise NoRound(
            f"There is no round {number}."
            if numbers
            else "The campaign has no round yet. Start one: tilewise round start"
        )
    return number


def _watch(client: TilewiseClient, campaign_id: str, number: int, *, quiet: bool) -> dict[str, Any]:
    """Draw the round's bars (on standard error where JSON goes to standard output)."""
    view: dict[str, Any] = {}
    with Bars(errors if quiet else console) as bars:
        for view in follow_round(client, campaign_id, number):
            bars.round(view)
    return view


def _print_round(view: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(view)
    else:
        _print_view(view)
    if view["state"] == RoundState.HELD:
        if not as_json:
            errors.print(f"Held: {view['held_reason']}", style="red", highlight=False)
        raise typer.Exit(Exit.FAILURE)


def _print_view(view: dict[str, Any]) -> None:
    console.print(Text.assemble(f"Round {view['number']}: ", (view["state"], "bold")))
    console.print(f"learned from {view['label_count']} labels", highlight=False)
    batch = view["batch"]
    if batch["size"]:
        console.print(f"batch: {batch['settled']} of {batch['size']} tiles settled")
    if view["jobs"]:
        table = Table("work", "state", "jobs", "attempts", "error")
        for job in view["jobs"]:
            table.add_row(
                job["kind"],
                job["state"],
                f"{job['jobs_done']} of {job['jobs']}",
                str(job["attempts"]),
                job["error"] or "",
            )
        console.print(table)
    if view["stage_seconds"]:
        took = view["stage_seconds"]
        spent = ", ".join(f"{stage} {took[stage]:.1f} s" for stage in JobKind if stage in took)
        console.print(f"time: {spent}", highlight=False)
