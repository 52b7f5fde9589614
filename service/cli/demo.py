"""``tilewise demo``: the whole loop on one scene, with simulated mappers, in one command."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.bars import Bars
from service.cli.campaigns import PolicyOption, parse_policy
from service.cli.connection import Connection, connection_of
from service.cli.output import CommandRefused, console, writing
from service.demo.loop import Player
from service.demo.plan import BUILT_IN_TOWN, DemoPlan
from service.demo.plot import plot_accuracy
from service.demo.report import build_report
from service.demo.scene import Scene, load_scene
from service.demo.table import rounds_table
from service.demo.town import built_in_town
from service.settings import Settings
from service.stack import EmbeddedStack

DEFAULTS = DemoPlan()
REPORT_FILE = "report.json"


def demo(
    scene: Annotated[
        Path | None,
        typer.Option(
            help="Folder with imagery.tif and labels.geojson (and aoi.geojson). Without it, a "
            "town is generated.",
            show_default=False,
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Trained rounds to play.")] = DEFAULTS.rounds,
    mappers: Annotated[int, typer.Option(min=2, help="Simulated mappers.")] = DEFAULTS.mappers,
    error_rate: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="0: mappers never err; 1: as careless beginners do."),
    ] = DEFAULTS.error_rate,
    speed: Annotated[
        float, typer.Option(min=0.0, help="1: as slow as people; 10: ten times faster; 0: at once.")
    ] = DEFAULTS.speed,
    batch_size: Annotated[
        int | None, typer.Option(min=1, help="Tiles a round; by the size of the pool without it.")
    ] = None,
    policy: PolicyOption = None,
    class_name: Annotated[str, typer.Option("--class", help="What is mapped.")] = (
        DEFAULTS.class_name
    ),
    zoom: Annotated[
        int | None,
        typer.Option(
            help="Zoom of the tiles; without it 20, or the imagery's own where that is coarser."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every draw.")] = DEFAULTS.seed,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Also write the report here.")
    ] = None,
    leave: Annotated[
        bool, typer.Option("--exit", help="Stop after the rounds; do not stay up.")
    ] = False,
) -> None:
    """Play the whole loop on one scene: rounds of training, choosing and answering.

    The scene's labels are the truth that simulated mappers answer from, and nothing else.
    They work through the HTTP API, as people do. A second run continues where the first ended.

    Examples:

        tilewise demo

        tilewise demo --scene path/to/scene --rounds 4 --exit --report report.json
    """
    plan = DemoPlan(
        rounds,
        mappers,
        error_rate,
        speed,
        batch_size,
        {**(BUILT_IN_TOWN if scene is None else {}), **parse_policy(policy)},
        zoom,
        seed,
        class_name,
    )
    if report is not None:
        with writing(report):  # now, not after minutes of playing
            report.parent.mkdir(parents=True, exist_ok=True)
            report.touch()
    settings = Settings()
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C: stop what was started
        signal.signal(number, signal.default_int_handler)
    loaded = _scene(scene, settings)
    with _service(settings) as connection:
        folder = settings.home / "demo" / loaded.name
        result = _play(connection, loaded, plan, _earlier_report(folder))
        files = _write_files(result, folder, report)
        console.print(rounds_table(result))
        _say_where(connection, result, files)
        if result["held"] is not None:
            raise CommandRefused(result["held"])
        if not leave:
            _stay(connection)


def _scene(folder: Path | None, settings: Settings) -> Scene:
    if folder is None:
        console.print(
            "No --scene given: the demo maps a generated town, not a real place. It begins without "
            "the starting model, which was taught on such towns."
        )
        with console.status("generating the town"):
            folder = built_in_town(settings.home / "scenes")
    loaded = load_scene(folder)
    console.print(
        f"Scene “{loaded.name}”: {len(loaded.truth)} true outlines, which only the simulated "
        "mappers see.",
        highlight=False,
    )
    return loaded


@contextmanager
def _service(settings: Settings) -> Iterator[Connection]:
    """The service of ``TILEWISE_URL``, or the embedded stack, started unless it stands."""
    if settings.url is None:
        with EmbeddedStack(settings).running(console.print) as standing:
            for notice in standing.notices:
                console.print(f"Notice: {notice}", highlight=False)
            if standing.was_standing:
                console.print("The embedded stack stands already and stays.")
            try:
                yield connection_of(settings, standing.address)
            finally:
                _leave_in_peace()
                if not standing.was_standing:
                    console.print("Stopping what the demo started.")
    else:
        yield connection_of(settings, settings.url)


def _leave_in_peace() -> None:
    """A second Ctrl-C while things stop would leave some of them running."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _earlier_report(folder: Path) -> dict[str, Any] | None:
    path = folder / REPORT_FILE
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _play(
    connection: Connection, scene: Scene, plan: DemoPlan, earlier: dict[str, Any] | None
) -> dict[str, Any]:
    with connection.client() as client, Bars(console) as bars:
        player = Player(client, scene, plan, bars)
        campaign = player.campaign()
        played = player.play(campaign["id"])
        return build_report(client, client.campaign(campaign["id"]), scene, plan, played, earlier)


def _write_files(result: dict[str, Any], folder: Path, report: Path | None) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    plot = folder / "accuracy.png"
    drawn = plot_accuracy(result["rounds"], f"How good the map is: {result['scene']}", plot)
    if drawn:
        result["address"]["plot"] = str(plot)
    reports = [folder / REPORT_FILE, *([] if report is None else [report])]
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    for path in reports:
        with writing(path):
            path.write_text(text, encoding="utf-8")
    return [*reports, plot] if drawn else reports


def _say_where(connection: Connection, result: dict[str, Any], files: list[Path]) -> None:
    for path in files:
        console.print(f"  {path}", highlight=False, soft_wrap=True)
    console.print(f"  campaign  {result['address']['campaign']}", highlight=False)
    page = f"{connection.url}/c/{result['address']['campaign']}"
    console.print(f"  map here  {page}", highlight=False, soft_wrap=True)
    console.print(f"  service   {connection.url}", highlight=False)
    console.print(f"  API docs  {connection.url}/docs", highlight=False)


def _stay(connection: Connection) -> None:
    """Keep the service up until Ctrl-C, which is the expected way out."""
    desk = f"{connection.url}/desk#token={connection.token}"
    console.print(f"  the desk  {desk}", highlight=False, soft_wrap=True)
    console.print(f"  token     {connection.token}", highlight=False, soft_wrap=True)
    console.print("The next uncertain tiles are queued. Ctrl-C stops everything.")
    try:
        signal.pause()
    except KeyboardInterrupt:
        console.print()  # the terminal has written ^C
