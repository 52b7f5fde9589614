"""How fast and how big the loop is, end to end, through the HTTP API.

    python -m benchmarks.loop
    python -m benchmarks.loop --out build/loop --keep

Starts an embedded stack of its own in a folder of its own, maps a generated town of 400 tiles, and
measures: the first ranked batch, a whole round, claims and answers by 50 simulated mappers at once,
the creation of a campaign of 100,000 tiles, memory, and prediction against the bare model. Prints a
table with the goals and writes ``loop.json`` and ``loop.png``.
"""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import rasterio
from rasterio.windows import Window
from rich.console import Console
from shapely import box
from shapely.geometry import mapping

from benchmarks.goals import plot_goals
from benchmarks.memory import PeakMemory, one_heap, parts_of
from benchmarks.reporting import Measurement, print_table, write_json
from benchmarks.throughput.prediction import PredictionSpeed, prediction_speed
from learner.data.town import generate_town, write_scene
from learner.grid import TILE_PX, PixelWindow
from learner.people.habits import MapperHabits
from service.client import TilewiseClient
from service.demo.plan import BUILT_IN_TOWN
from service.demo.scene import Scene, load_scene
from service.following import follow_round
from service.settings import Settings
from service.simulation import Answered, MapperPlan, hire_mappers, settle_batch, work_together
from service.stack import EmbeddedStack
from service.states import RoundState

SIDE_TILES = 20  # 20 x 20 = 400 tiles
BATCH_TILES = 100
ERROR_RATE = 0.2
VIEWS = (8, 4, 1)  # what campaigns of up to 1,000 tiles, of up to 10,000, and larger ones take
CROWD = 50
CROWD_ANSWERS = 220
CROWD_ARRIVAL_S = 15.0
CROWD_SPEED = 4.0  # four times faster than people: more load than a real crowd of this size
LARGE_COLUMNS, LARGE_ROWS = 320, 313  # 100,160 tiles
LARGE_ORIGIN = (628_000, 542_000)  # column and row at zoom 20: open land


def main(argv: Sequence[str] | None = None) -> None:
    """Run everything; takes some ten minutes on two cores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loop")
    parser.add_argument("--out", type=Path, default=Path("build/loop"))
    parser.add_argument("--port", type=int, default=8865)
    arguments = parser.parse_args(argv)
    console = Console()
    one_heap()
    settings = Settings(home=arguments.out / "home", port=arguments.port)
    stack = EmbeddedStack(settings)
    scene = _scene(arguments.out / "town")
    with stack.running(console.print) as standing, PeakMemory(parts_of(stack)) as memory:
        token = settings.places.coordinator_token.read_text().strip()
        with TilewiseClient(standing.address, token) as client:
            run = _measure(client, scene, console)
            checkpoint = client.checkpoints(run.campaign_id)[0]
    # Only now, with the stack down: both sides of the ratio get the whole machine.
    console.print("prediction against the bare model")
    weights = (
        Path(settings.artefact_address) / "checkpoints" / f"{checkpoint['sha256']}.safetensors"
    )
    threads = settings.threads or len(os.sched_getaffinity(0))
    speeds = [
        prediction_speed(weights, scene.imagery, run.tiles, threads, views=views) for views in VIEWS
    ]
    measurements = [
        *run.measurements,
        *(_speed(speed) for speed in speeds),
        *_memory(memory.peak_mb),
    ]
    details = run.details | {
        "peak_mb": memory.peak_mb,
        "prediction": [speed.as_dict() for speed in speeds],
    }
    print_table("The loop on a town of 400 tiles", measurements, console)
    write_json(arguments.out / "loop.json", "loop", measurements, details)
    plot_goals("The loop on a town of 400 tiles", measurements, arguments.out / "loop.png")
    console.print(f"Written to {arguments.out}.")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of the measurements that need the service up."""

    campaign_id: str
    tiles: list[mercantile.Tile]
    measurements: list[Measurement]
    details: dict[str, Any]


def _measure(client: TilewiseClient, scene: Scene, console: Console) -> Run:
    location = client.upload_scene(scene.imagery)["location"]
    imagery = {"kind": "scene", "location": location}

    def campaign(name: str, **policy: Any) -> str:
        made = client.create_campaign(
            name=name,
            class_name="building",
            zoom=20,
            imagery=imagery,
            area=scene.area,
            policy={"batch_size": BATCH_TILES, "audit_every": 1, **policy},
            seed=1,
        )
        return str(made["id"])

    console.print("first batch")
    started = time.perf_counter()
    first_id = campaign("First batch")
    created_s = time.perf_counter() - started
    _next_round(client, first_id)
    first_batch_s = time.perf_counter() - started
    # The starting model knows such towns: with it the crowd would only nod, twice as often as
    # people can who have imagery before them.
    campaign_id = campaign("Benchmark", **BUILT_IN_TOWN)
    _next_round(client, campaign_id)

    console.print(f"{BATCH_TILES} labels")
    crew = hire_mappers(
        client.base_url, campaign_id, scene.truth, MapperPlan(8, MapperHabits(ERROR_RATE))
    )
    settle_batch(client, campaign_id, crew)

    console.print("whole round")
    started = time.perf_counter()
    view = _next_round(client, campaign_id)
    round_s = time.perf_counter() - started

    console.print(f"{CROWD} mappers at once")
    answers = _crowd(client, campaign_id, scene)

    console.print("100,000 tiles")
    large_s, large = _large_campaign(client, scene)
    tiles = _tiles(client, campaign_id)
    measurements = [
        Measurement("first ranked batch of a new campaign", first_batch_s, "s", 180),
        Measurement(
            f"whole round: train, predict {len(tiles)}, select",
            round_s,
            "s",
            180,
            note=f"learned from {view['label_count']} labels; {_stages(view)}",
        ),
        *_latencies(answers),
        Measurement("creating a campaign of 100,000 tiles", large_s, "s", 15, note=large),
        Measurement(
            "prediction in the service",
            len(tiles) / view["stage_seconds"]["predict"],
            "tiles/s",
            note="the whole stage: the job's start, 8 views a tile, outlines and files included",
        ),
    ]
    details = {
        "created_s": created_s,
        "stage_seconds": view["stage_seconds"],
        "labels": view["label_count"],
        "crowd": {"mappers": CROWD, "speed": CROWD_SPEED, "answers": len(answers)},
    }
    return Run(campaign_id, tiles, measurements, details)


def _tiles(client: TilewiseClient, campaign_id: str) -> list[mercantile.Tile]:
    return [
        mercantile.Tile(*(feature["properties"][key] for key in "xyz"))
        for page in client.tile_pages(campaign_id)
        for feature in page["features"]
    ]


def _speed(speed: PredictionSpeed) -> Measurement:
    return Measurement(
        f"prediction end to end / bare model, {speed.views} view{'s' if speed.views > 1 else ''}",
        speed.ratio,
        "",
        0.8,
        smaller_is_better=False,
        note=f"{speed.end_to_end:.0f} of {speed.bare:.0f} tiles/s by {speed.backend}",
    )


def _scene(folder: Path) -> Scene:
    if not (folder / "labels.geojson").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_scene(generate_town(3, SIDE_TILES, SIDE_TILES), folder)
    return load_scene(folder)


def _next_round(client: TilewiseClient, campaign_id: str) -> dict[str, Any]:
    number = client.start_round(campaign_id)["number"]
    *_, view = follow_round(client, campaign_id, number, every_s=0.1)
    if view["state"] == RoundState.HELD:
        raise SystemExit(f"round {view['number']} is held: {view['held_reason']}")
    return view


def _crowd(client: TilewiseClient, campaign_id: str, scene: Scene) -> list[Answered]:
    """Answers of many mappers at once, with people's pauses between claim and answer."""
    plan = MapperPlan(
        CROWD, MapperHabits(ERROR_RATE), CROWD_SPEED, seed=5, arrival_s=CROWD_ARRIVAL_S
    )
    crew = hire_mappers(client.base_url, campaign_id, scene.truth, plan)
    answers: list[Answered] = []
    gc.collect()
    gc.freeze()  # else pauses of this process, which holds torch, count as the service's
    work_together(crew, CROWD_ANSWERS, answers.append)
    return answers


def _latencies(answers: list[Answered]) -> list[Measurement]:
    found = []
    for call, name in (("claim_s", "claim"), ("submit_s", "answer")):
        p50, p95 = np.percentile([getattr(one, call) * 1000 for one in answers], [50, 95])
        note = (
            f"p50 {p50:.0f} ms; {len(answers)} answers by {CROWD} mappers, pauses / {CROWD_SPEED:g}"
        )
        found.append(Measurement(f"{name}, p95", float(p95), "ms", 50, note=note))
    return found


def _large_campaign(client: TilewiseClient, scene: Scene) -> tuple[float, str]:
    """Seconds to create a campaign of 100,000 tiles, and how many it became."""
    window = PixelWindow.of_tiles(20, *LARGE_ORIGIN, LARGE_COLUMNS, LARGE_ROWS)
    path = scene.folder / "large.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=window.width_px,
        height=window.height_px,
        count=3,
        dtype="uint8",
        crs="EPSG:3857",
        transform=window.transform,
        tiled=True,
        blockxsize=512,
        blockysize=512,
        compress="deflate",
        sparse_ok=True,  # 20 gigapixels of nothing but a strip in the north, in a few hundred kB
    ) as file:
        grey = np.full((3, TILE_PX, file.width), 128, np.uint8)
        file.write(grey, window=Window(0, 0, file.width, TILE_PX))
    location = client.upload_scene(path)["location"]
    corner = mercantile.bounds(*LARGE_ORIGIN, 20)
    opposite = mercantile.bounds(
        LARGE_ORIGIN[0] + LARGE_COLUMNS - 1, LARGE_ORIGIN[1] + LARGE_ROWS - 1, 20
    )
    inset = (corner.east - corner.west) / 100  # so that edges do not touch the next tile
    area = box(
        corner.west + inset, opposite.south + inset, opposite.east - inset, corner.north - inset
    )
    started = time.perf_counter()
    made = client.create_campaign(
        name="Large",
        class_name="building",
        zoom=20,
        imagery={"kind": "scene", "location": location},
        area=mapping(area),
        seed=1,
    )
    took_s = time.perf_counter() - started
    return took_s, f"{made['tiles']['pool']} pool and {made['tiles']['audit']} audit tiles"


def _memory(peak_mb: dict[str, float]) -> list[Measurement]:
    goals = {"api": 250.0}
    return [
        Measurement(f"peak memory of {name}", mb, "MB", goals.get(name, 2500.0))
        for name, mb in sorted(peak_mb.items())
        if name == "api" or name.startswith("worker")
    ]


def _stages(view: dict[str, Any]) -> str:
    return ", ".join(f"{stage} {took:.1f} s" for stage, took in view["stage_seconds"].items())


if __name__ == "__main__":
    main()
