"""A town of 400 tiles with a model that has learned a little, and the same town without one."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mercantile
from rich.console import Console
from shapely import STRtree, box
from shapely.geometry import mapping, shape

from learner.data.town import generate_town, write_scene
from service.client import TilewiseClient
from service.following import follow_round
from service.states import RoundState

SIDE_TILES = 20  # 20 x 20 = 400 tiles
TAUGHT = 40
# Some twenty seconds of training on two cores: outlines and probabilities are real, not good.
TRAINING = {
    "encoder": "resnet18",
    "decoder_channels": [64, 32, 16],
    "crop_px": 128,
    "batch_size": 4,
    "min_steps": 200,
    "max_steps": 200,
    "epochs": 2,
    "holdout_share": 0.0,
}


@dataclass(frozen=True)
class Grounds:
    """Where is measured."""

    url: str
    trained: str
    untrained: str

    def volunteer(self) -> dict[str, Any]:
        """A new one: ``{id, name, role, token}``."""
        with TilewiseClient(self.url) as visitor:
            return visitor.sign_up("Amina")


def prepare(client: TilewiseClient, folder: Path, console: Console) -> Grounds:
    """Both campaigns; one round is trained."""
    if not (folder / "imagery.tif").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_scene(generate_town(5, SIDE_TILES, SIDE_TILES), folder)
    scene = client.upload_scene(folder / "imagery.tif")
    imagery = {key: scene[key] for key in ("kind", "location")}
    area = json.loads((folder / "aoi.geojson").read_text(encoding="utf-8"))
    policy = {"audit_min": 0, "audit_share": 0.0, "views": 1, "training": TRAINING}
    trained, untrained = (
        str(
            client.create_campaign(
                name=name, class_name="building", imagery=imagery, area=area, zoom=20, seed=1,
                policy=policy,
            )["id"]
        )
        for name in ("Rooftown", "Rooftown, not yet seen")
    )  # fmt: skip
    _teach(client, trained, folder / "labels.geojson")
    number = client.start_round(trained)["number"]
    console.print("one round is trained")
    for view in follow_round(client, trained, number):
        state = view["state"]
    if state != RoundState.LABELLING:
        raise SystemExit(f"the round came to rest as {state}: {view['held_reason']}")
    return Grounds(client.base_url, trained, untrained)


def _teach(client: TilewiseClient, campaign_id: str, truth: Path) -> None:
    """Somebody who knows the town answers tiles from its middle on."""
    features = json.loads(truth.read_text(encoding="utf-8"))["features"]
    outlines = [shape(feature["geometry"]) for feature in features]
    index = STRtree(outlines)
    tiles = [
        one["properties"] for page in client.tile_pages(campaign_id) for one in page["features"]
    ]
    with TilewiseClient(client.base_url, client.sign_up("Bea")["token"]) as knowing:
        for place in tiles[:: len(tiles) // TAUGHT][:TAUGHT]:
            tile = mercantile.Tile(place["x"], place["y"], place["z"])
            inside = index.query(box(*mercantile.bounds(tile)), predicate="intersects")
            knowing.submit_review(
                campaign_id, _review(tile, [outlines[found] for found in inside.tolist()])
            )


def _review(tile: mercantile.Tile, outlines: list[Any]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "geometry": mapping(one), "properties": {"source": "person"}}
        for one in outlines
    ]
    objects = {"type": "FeatureCollection", "features": features}
    return {
        "id": str(uuid.uuid4()),
        "tile": {"z": tile.z, "x": tile.x, "y": tile.y},
        "answer": "corrected" if features else "nothing",
        "seconds_spent": 5.0,
        "objects": objects if features else None,
    }
