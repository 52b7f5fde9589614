"""``tilewise campaign``: make, list and look at campaigns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from learner.evaluation.forecast import Forecast, Outlook
from learner.evaluation.intervals import Interval
from service.cli.bars import Bars
from service.cli.choosing import CampaignArgument, choose_campaign
from service.cli.connection import connect
from service.cli.output import JsonOption, console, print_json
from service.client import TilewiseClient
from service.states import ForecastReason, RoundState

app = typer.Typer(
    no_args_is_help=True, help="Campaigns: one area, one class, one imagery source each."
)

PolicyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="KEY=VALUE",
        help="A rule of the campaign, again for each: batch_size=60, acquisition=random, … "
        "(docs/policy.md has them all).",
    ),
]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people will see.")],
    imagery: Annotated[
        str,
        typer.Option(
            help="A GeoTIFF, COG or MBTiles file (it is uploaded), the http(s) address of a "
            "GeoTIFF, a template of tiles such as https://host/{z}/{x}/{y}.png, or a folder of "
            "tiles on the server (in its TILEWISE_IMAGERY_FOLDERS)."
        ),
    ],
    area: Annotated[Path, typer.Option(help="GeoJSON file of the area, longitude and latitude.")],
    class_name: Annotated[str, typer.Option("--class", help="What is mapped.")] = "building",
    zoom: Annotated[
        int | None, typer.Option(help="Zoom of the tiles; the imagery's own without it.")
    ] = None,
    starting_labels: Annotated[
        Path | None,
        typer.Option(help="GeoJSON file of unverified outlines to start from, for example OSM's."),
    ] = None,
    policy: PolicyOption = None,
    seed: Annotated[int | None, typer.Option(help="Seed of every draw, to repeat a run.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a campaign; its audit set is drawn at once and never changes.

    Examples:

        tilewise campaign create "Banepa roofs" --imagery banepa.tif --area aoi.geojson

        tilewise campaign create Roads --class road --zoom 18 --area aoi.geojson
        --imagery 'https://tiles.example.org/{z}/{x}/{y}.jpg' --policy batch_size=60
    """
    # Small files before the large one: a typo in a name is told before gigabytes are sent.
    asked = {
        "area": _geojson(area, "--area"),
        "starting_labels": _geojson(starting_labels, "--starting-labels"),
        "policy": parse_policy(policy),
    }
    with connect() as client:
        made = client.create_campaign(
            name=name,
            class_name=class_name,
            zoom=zoom,
            imagery=_imagery(client, imagery),
            seed=seed,
            **asked,
        )
    if as_json:
        print_json(made)
        return
    tiles = made["tiles"]
    console.print(f"Campaign “{made['name']}” is made: {made['id']}", highlight=False)
    console.print(f"{tiles['pool']} tiles in the pool, {tiles['audit']} in the audit set.")
    for notice in made.get("notices", []):
        console.print(f"Notice: {notice['text']}", style="yellow", highlight=False)
    console.print("Next: tilewise round start", highlight=False)


@app.command("list")
def list_campaigns(as_json: JsonOption = False) -> None:
    """List all campaigns.

    Example: tilewise campaign list --json | jq -r '.[].id'
    """
    with connect() as client:
        campaigns = client.campaigns()
    if as_json:
        print_json(campaigns)
        return
    if not campaigns:
        console.print("No campaign yet. Make one: tilewise campaign create --help")
        return
    table = Table("id", "name", "class", "zoom", "state")
    for found in campaigns:
        table.add_row(
            found["id"], found["name"], found["class_name"], str(found["zoom"]), found["state"]
        )
    console.print(table)


@app.command("show")
def show(
    campaign: CampaignArgument = None,
    target: Annotated[
        float, typer.Option(help="Pixel IoU that is good enough, between 0 and 1.")
    ] = 0.75,
    as_json: JsonOption = False,
) -> None:
    """Show a campaign: its tiles, people, round, how good the map is, and what it still takes.

    Example: tilewise campaign show "Banepa roofs" --target 0.8
    """
    with connect() as client:
        chosen = client.campaign(choose_campaign(client, campaign)["id"])
        accuracy = client.accuracy(chosen["id"])
        forecast = client.forecast(chosen["id"], target)
    if as_json:
        print_json({**chosen, "accuracy": accuracy, "forecast": forecast})
        return
    _print_campaign(chosen, accuracy)
    console.print(forecast_line(forecast), highlight=False, soft_wrap=True)


def parse_policy(pairs: list[str] | None) -> dict[str, Any]:
    """``["batch_size=60", "acquisition=random"]`` as a mapping; values are JSON or plain text.

    Raises:
        typer.BadParameter: an item has no ``=``.
    """
    policy: dict[str, Any] = {}
    for pair in pairs or []:
        key, separator, text = pair.partition("=")
        if not separator or not key:
            raise typer.BadParameter(f"“{pair}” is not KEY=VALUE", param_hint="--policy")
        try:
            policy[key] = json.loads(text)
        except ValueError:
            policy[key] = text
    return policy


def _imagery(client: TilewiseClient, text: str) -> dict[str, Any]:
    """The imagery of a campaign by what was typed: a template, an address or a file to upload."""
    if text.startswith(("http://", "https://", "tms[", "tms:")):
        return {"kind": "xyz" if "{" in text else "scene", "location": text}
    path = Path(text)
    if path.is_dir():
        return {"kind": "folder", "location": str(path.absolute())}
    if not path.is_file():
        raise typer.BadParameter(
            f"“{text}” is neither a file or folder here nor an http(s) address",
            param_hint="--imagery",
        )
    with Bars(console) as bars:
        total = path.stat().st_size
        uploaded = client.upload_scene(
            path, on_progress=lambda sent: bars.upload(path.name, sent, total)
        )
    return {"kind": uploaded["kind"], "location": uploaded["location"]}


def _geojson(path: Path | None, option: str) -> Any:
    if path is None:
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))  # with or without Windows' mark
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint=option) from error
    except ValueError as error:
        raise typer.BadParameter(f"{path} is not GeoJSON: {error}", param_hint=option) from error


def _print_campaign(campaign: dict[str, Any], accuracy: dict[str, Any]) -> None:
    console.print(Text.assemble((campaign["name"], "bold"), f"  {campaign['id']}"))
    console.print(
        f"{campaign['class_name']}, zoom {campaign['zoom']}, {campaign['state']}; "
        f"imagery {campaign['imagery']['location']}",
        highlight=False,
        soft_wrap=True,
    )
    for role, states in campaign["tiles"].items():
        counts = ", ".join(f"{count} {state}" for state, count in states.items() if count)
        console.print(f"{role}: {counts or 'none'}", highlight=False)
    if campaign["second_looks"]:
        asked = f"{campaign['second_looks']} settled tiles wait for a second look"
        console.print(asked, highlight=False)
    console.print(work_line(campaign["people"]), highlight=False)
    console.print(round_line(campaign["current_round"]), highlight=False)
    console.print(quality_line(campaign["promoted_checkpoint_id"], accuracy), highlight=False)


def work_line(work: dict[str, Any]) -> str:
    """Who has answered, how often, and what it took of their time."""
    return (
        f"people: {work['people']}, {work['reviews']} answers in {work['seconds'] / 60:.0f} minutes"
    )


def round_line(newest: dict[str, Any] | None) -> str:
    """Where the newest round stands, and what it waits for."""
    if newest is None:
        return "round: none yet"
    batch = newest["batch"]
    asks = f", {batch['settled']} of {batch['size']} tiles settled" if batch["size"] else ""
    held = f": {newest['held_reason']}" if newest["state"] == RoundState.HELD else ""
    return f"round {newest['number']}: {newest['state']}{held}{asks}"


def quality_line(promoted: str | None, accuracy: dict[str, Any]) -> str:
    """How good the map is that people are shown: the promoted checkpoint's, not the newest's."""
    serving = [row for row in accuracy["rounds"] if row["checkpoint_id"] == promoted and row["iou"]]
    if promoted is None or not serving or serving[0]["iou"]["estimate"] is None:
        return "map quality: not measured yet"
    iou, tiles = serving[0]["iou"], serving[0]["tile_count"]
    sure = (
        "too few tiles for an interval"
        if iou["low"] is None
        else f"95 % interval {iou['low']:.2f} to {iou['high']:.2f}"
    )
    return (
        f"map quality (IoU on {tiles} audit tiles): {iou['estimate']:.2f}, {sure}; "
        f"from round {serving[0]['round']}"
    )


WHY_UNTOLD = {
    ForecastReason.TOO_FEW_ROUNDS: "it takes {rounds_needed} measured checkpoints that have "
    "served; so far: {rounds}",
    ForecastReason.TOO_FEW_TILES: "too few audit tiles are settled",
    ForecastReason.TOO_UNSURE: "what the rounds have brought so far does not say",
}


def forecast_line(told: dict[str, Any]) -> str:
    """How many more tiles a target takes, and from where that counts."""
    more, gain = told["more_tiles"], told["gain"]
    forecast = Forecast(
        Outlook(told["outlook"]),
        None if more is None else Interval(**more),
        None if gain is None else Interval(**gain),
        told["gain_tiles"],
    )
    line = f"forecast: {forecast.sentence(told['target'])}"
    if told["why"] is not None:
        line += f" Why: {WHY_UNTOLD[ForecastReason(told['why'])].format(**told)}."
    if more is not None or gain is not None:
        line += f" Counted from the {told['labels']} tiles that the checkpoint has learned from."
    return line
