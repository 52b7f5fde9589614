"""``tilewise labels``: what the campaign holds true, as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from service.cli.choosing import CampaignArgument, choose_campaign
from service.cli.connection import connect
from service.cli.output import errors, writing

app = typer.Typer(no_args_is_help=True, help="The campaign's labels: what people have settled.")


@app.command("export")
def export(
    campaign: CampaignArgument = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; standard output without it."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(
            help="Only what changed after this revision, deleted objects included. The revision "
            "to give next time is printed at the end and stands in the file."
        ),
    ] = None,
    bbox: Annotated[
        str | None,
        typer.Option(metavar="WEST,SOUTH,EAST,NORTH", help="Only objects that touch this box."),
    ] = None,
) -> None:
    """Write the labels as one GeoJSON FeatureCollection, in longitude and latitude.

    Every feature says where it comes from: its tiles, reviews, checkpoints and rounds.

    Examples:

        tilewise labels export -o labels.geojson

        tilewise labels export "Demo: town" --since 41 | jq '.features | length'
    """
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        pages = client.label_pages(chosen["id"], since=since, bbox=bbox)
        if output is None:
            count, revision = _write(pages, typer.get_text_stream("stdout"))
        else:
            count, revision = _write_file(pages, output)
    where = "standard output" if output is None else str(output)
    errors.print(f"{count} objects written to {where}; revision {revision}.", highlight=False)


def _write_file(pages: Iterable[dict[str, Any]], path: Path) -> tuple[int, int]:
    """Write beside the file and rename, so that a broken export never replaces a whole one."""
    partial = path.with_name(path.name + ".part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("w", encoding="utf-8") as stream:
                counted = _write(pages, stream)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    return counted


def _write(pages: Iterable[dict[str, Any]], stream: TextIO) -> tuple[int, int]:
    """Write features as they arrive, one a line; returns their number and the revision.

    The revision is that of the first page: what changes while later pages are read comes again
    with the next ``--since``, and is never missed.
    """
    revision: int | None = None
    count = 0
    for page in pages:
        if revision is None:  # only now: what is refused leaves nothing half-written behind
            stream.write('{"type": "FeatureCollection", "features": [')
            revision = page["revision"]
        for feature in page["features"]:
            stream.write(",\n" if count else "\n")
            stream.write(json.dumps(feature, ensure_ascii=False))
            count += 1
    stream.write(f'\n], "revision": {revision}}}\n')
    stream.flush()
    return count, revision or 0
