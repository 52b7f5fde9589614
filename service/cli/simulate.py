"""``tilewise simulate``: mappers over HTTP who know the truth and err by habit."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from learner.people.habits import MapperHabits
from service.cli.bars import Bars
from service.cli.choosing import CampaignArgument, choose_campaign
from service.cli.connection import connect
from service.cli.output import JsonOption, console, errors, print_json
from service.simulation import Answered, MapperPlan, hire_mappers, settle_batch
from service.truth import read_truth


def simulate(
    truth: Annotated[
        Path, typer.Option(help="GeoJSON file of the true outlines, longitude and latitude.")
    ],
    campaign: CampaignArgument = None,
    count: Annotated[int, typer.Option("--count", "-c", min=1, help="Mappers at work.")] = 6,
    error_rate: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, help="0: they never err; 1: as careless beginners do."),
    ] = 0.2,
    speed: Annotated[
        float,
        typer.Option(min=0.0, help="1: as slow as people; 10: ten times faster; 0: at once."),
    ] = 0.0,
    most: Annotated[
        int | None,
        typer.Option("--answers", min=1, help="Stop after so many answers, settled or not."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of what the mappers miss.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Let simulated mappers answer until the batch and the audit set have settled.

    They sign up, claim and answer through the HTTP API, as people do. The truth file is read
    here only: the service never sees it.

    Examples:

        tilewise simulate --truth labels.geojson

        tilewise simulate --truth labels.geojson --count 12 --error-rate 0.1 --speed 10
    """
    known = read_truth(truth)
    plan = MapperPlan(count, MapperHabits(error_rate=error_rate), speed, seed)
    started = time.perf_counter()
    with connect() as client:
        chosen = choose_campaign(client, campaign)
        crew = hire_mappers(client.base_url, chosen["id"], known, plan)
        with Bars(errors if as_json else console) as bars:
            answers = settle_batch(
                client,
                chosen["id"],
                crew,
                lambda given, wanted: bars.bar("answers", "answers", given, wanted),
                most,
            )
    summary = summarise(answers, time.perf_counter() - started)
    if as_json:
        print_json(summary)
    else:
        _print(summary)


def summarise(answers: list[Answered], wall_s: float) -> dict[str, Any]:
    """What the mappers did, what it would have cost people, and how fast the service was."""
    summary: dict[str, Any] = {
        "answers": len(answers),
        "by_answer": dict(Counter(str(answered.answer) for answered in answers)),
        "mapper_seconds": round(sum(answered.seconds for answered in answers), 1),
        "wall_seconds": round(wall_s, 2),
    }
    for call in ("claim_s", "submit_s"):
        took = [getattr(answered, call) * 1000 for answered in answers]
        if took:
            p50, p95 = np.percentile(took, [50, 95])
            summary[call.replace("_s", "_ms")] = {
                "p50": round(float(p50), 1),
                "p95": round(float(p95), 1),
            }
    return summary


def _print(summary: dict[str, Any]) -> None:
    if not summary["answers"]:
        console.print("No tile waits for an answer. Start a round: tilewise round start --watch")
        return
    kinds = ", ".join(f"{count} {answer}" for answer, count in summary["by_answer"].items())
    console.print(
        f"{summary['answers']} answers ({kinds}) in {summary['wall_seconds']} s; people would "
        f"have needed {summary['mapper_seconds'] / 60:.1f} minutes.",
        highlight=False,
    )
    console.print(
        f"claim p95 {summary['claim_ms']['p95']} ms, answer p95 {summary['submit_ms']['p95']} ms",
        highlight=False,
    )
