"""A small campaign over a generated town, and people who label it with the truth."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mercantile
import shapely
from geoalchemy2.shape import from_shape
from shapely import Polygon, STRtree
from sqlalchemy import select
from sqlalchemy.orm import Session

from learner.data.town import generate_town, write_scene
from service.artefacts import Artefacts
from service.database import Database
from service.domain import rounds
from service.domain.policy import Policy
from service.jobs.context import Services
from service.jobs.entry import work
from service.queries import jobs
from service.states import (
    ChosenBy,
    LabelKind,
    ObjectSource,
    Role,
    RoundState,
    TileRole,
    TileState,
)
from service.tables import Actor, Campaign, Job, Label, LabelObject, Round, Selection, Tile

# Enough to run every line; accuracy is not the point.
QUICK_TRAINING = {
    "encoder": "tu-mobilenetv3_small_100",
    "decoder_channels": [32, 16, 8, 8, 8],
    "reduction": 2,
    "crop_px": 64,
    "batch_size": 2,
    "steps_per_chip": 1.0,
    "min_steps": 6,
    "max_steps": 6,
    "epochs": 2,
    "min_holdout_chips": 2,
}


@dataclass(frozen=True)
class TownScene:
    """A scene on disk with its truth (EPSG:4326) and its tiles."""

    folder: Path
    truth: list[Polygon]
    tiles: list[mercantile.Tile]

    @property
    def imagery(self) -> Path:
        return self.folder / "imagery.tif"

    def outlines_in(self, tile: mercantile.Tile) -> list[Polygon]:
        """Whole outlines of what stands in a tile."""
        box = shapely.box(*mercantile.bounds(tile))
        found = STRtree(self.truth).query(box, predicate="intersects")
        return [self.truth[index] for index in sorted(found.tolist())]


def write_town(folder: Path, columns: int = 6, rows: int = 5, seed: int = 5) -> TownScene:
    town = generate_town(seed, columns, rows)
    write_scene(town, folder)
    return TownScene(folder, list(town.buildings), list(town.window.tiles()))


def add_campaign(
    session: Session,
    scene: TownScene,
    artefacts: Artefacts,
    *,
    audit: int = 6,
    **policy: Any,
) -> Campaign:
    """A campaign over all tiles of the scene; every so many-th tile is an audit tile."""
    actor = Actor(name="Amina", role=Role.COORDINATOR, token_sha256=uuid.uuid4().bytes)
    session.add(actor)
    session.flush()
    key = artefacts.put_content("scenes", scene.imagery, ".tif")
    boxes = [shapely.box(*mercantile.bounds(tile)) for tile in scene.tiles]
    rules = {"batch_size": 4, "order_factor": 3, "views": 1, "training": QUICK_TRAINING} | policy
    campaign = Campaign(
        name="Town",
        class_name="building",
        zoom=scene.tiles[0].z,
        area=from_shape(shapely.MultiPolygon([shapely.union_all(boxes).envelope]), 4326),
        imagery={"kind": "scene", "location": f"artefact:{key}"},
        policy=Policy.model_validate(rules).model_dump(mode="json"),
        seed=11,
        created_by=actor.id,
    )
    session.add(campaign)
    session.flush()
    every = max(1, len(scene.tiles) // audit) if audit else len(scene.tiles) + 1
    for index, (tile, box) in enumerate(zip(scene.tiles, boxes, strict=True)):
        session.add(
            Tile(
                campaign_id=campaign.id,
                x=tile.x,
                y=tile.y,
                shard=mercantile.quadkey(mercantile.parent(tile, zoom=tile.z - 5)),
                role=TileRole.AUDIT if index % every == 0 else TileRole.POOL,
                geom=from_shape(box, 4326),
            )
        )
    return campaign


def label_tiles(
    session: Session,
    campaign: Campaign,
    scene: TownScene,
    *,
    role: TileRole,
    count: int,
    outlines: Sequence[Polygon] | None = None,
) -> Collection[int]:
    """Settle the first open tiles of a role, as agreeing reviews would; returns their ids."""
    tiles = session.scalars(
        select(Tile)
        .where(Tile.campaign_id == campaign.id, Tile.role == role, Tile.state == TileState.OPEN)
        .order_by(Tile.id)
        .limit(count)
    ).all()
    for tile in tiles:
        place = mercantile.Tile(tile.x, tile.y, campaign.zoom)
        settle(session, tile, scene.outlines_in(place) if outlines is None else outlines)
    session.flush()
    return [tile.id for tile in tiles]


def settle(session: Session, tile: Tile, outlines: Sequence[Polygon]) -> None:
    """Write (or change) a tile's label."""
    before = session.get(Label, tile.id)
    version = 1 if before is None else before.version + 1
    if before is not None:
        session.delete(before)
        session.flush()
    session.add(
        Label(
            tile_id=tile.id,
            campaign_id=tile.campaign_id,
            kind=LabelKind.OBJECTS if outlines else LabelKind.NOTHING,
            version=version,
            review_ids=[],
            settled_at=dt.datetime.now(dt.UTC),
        )
    )
    session.flush()
    for outline in outlines:
        session.add(
            LabelObject(tile_id=tile.id, geom=from_shape(outline, 4326), source=ObjectSource.PERSON)
        )
    tile.state = TileState.SETTLED


def add_labelling_round(
    session: Session, campaign: Campaign, tile_ids: Collection[int], *, number: int = 0
) -> Round:
    """A round that asks about ``tile_ids``, without the work that leads to one."""
    round_ = Round(campaign_id=campaign.id, number=number, seed=number, state=RoundState.LABELLING)
    session.add(round_)
    session.flush()
    for rank, tile_id in enumerate(tile_ids):
        session.add(
            Selection(
                round_id=round_.id,
                tile_id=tile_id,
                rank=rank,
                in_batch=True,
                chosen_by=ChosenBy.RANDOM,
                propensity=0.5,
                score=0.0,
                reason="random_check",
            )
        )
    session.flush()
    return round_


def waiting_jobs(database: Database) -> list[Job]:
    with database.session() as session:
        return [job for job, _ in jobs.waiting(session)]


def start(services: Services, campaign: Campaign) -> int:
    """Start the next round; its number."""
    with services.database.session() as session:
        return rounds.start_round(session, campaign.id).number


def work_through(services: Services, *, at_most: int = 30) -> list[Job]:
    """Do waiting jobs, and those that they lead to, until none waits; returns them in order."""
    done: list[Job] = []
    for _ in itertools.repeat(None, at_most):
        waiting = waiting_jobs(services.database)
        if not waiting:
            return done
        done.append(waiting[0])
        work(waiting[0].id, services)
    raise AssertionError(f"still waiting after {at_most} jobs: {waiting_jobs(services.database)}")
