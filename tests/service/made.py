"""Campaigns, actors and models made for tests, straight in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import mercantile
import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import select

from learner.imagery.spec import ImageryKind, ImagerySpec
from service.database import Database
from service.domain.actors import KnownActor, sign_up
from service.domain.campaigns import CampaignRequest, PlannedCampaign, create_campaign
from service.domain.covering import Covering, tile_bounds
from service.domain.policy import parse_policy
from service.domain.starting_labels import StartingLabels
from service.states import CheckpointState, ChosenBy, Role, RoundState, TileRole
from service.tables import Campaign, Checkpoint, PredictedObject, Round, Selection, Tile

ZOOM = 18
CORNER = mercantile.tile(85.52, 27.63, ZOOM)  # north-west tile of every made campaign


@dataclass(frozen=True)
class MadeCampaign:
    """A campaign of ``columns × rows`` tiles, with what tests ask of it."""

    id: uuid.UUID
    database: Database

    def tiles(self, role: TileRole | None = None) -> list[Tile]:
        query = select(Tile).where(Tile.campaign_id == self.id).order_by(Tile.y, Tile.x)
        if role is not None:
            query = query.where(Tile.role == role)
        with self.database.session() as session:
            return list(session.scalars(query))

    def tile(self, column: int, row: int) -> Tile:
        place = (CORNER.x + column, CORNER.y + row)
        return next(tile for tile in self.tiles() if (tile.x, tile.y) == place)


def make_actor(database: Database, role: Role = Role.VOLUNTEER, name: str = "Amina") -> KnownActor:
    with database.session() as session:
        return sign_up(session, name, role)[0]


def make_campaign(
    database: Database,
    columns: int = 4,
    rows: int = 3,
    *,
    audit: int = 0,
    seed: int = 7,
    **policy: object,
) -> MadeCampaign:
    """A campaign without imagery; ``audit`` of its tiles are audit tiles."""
    xy = np.array(
        [(CORNER.x + x, CORNER.y + y) for y in range(rows) for x in range(columns)], np.int64
    )
    covering = Covering(ZOOM, xy)
    west, south, east, north = tile_bounds(ZOOM, xy).T
    box = shapely.box(west.min(), south.min(), east.max(), north.max())
    spec = ImagerySpec(ImageryKind.XYZ, "https://tiles.example.org/{z}/{x}/{y}.jpg", max_zoom=20)
    rules = {"audit_min": audit, "audit_max": audit, "audit_most": 0.5, **policy}
    plan = PlannedCampaign(
        request=CampaignRequest("Town", "building", spec, None),
        area=shapely.MultiPolygon([box]),
        zoom=ZOOM,
        covering=covering,
        policy=parse_policy(rules),
        seed=seed,
        starting=StartingLabels((), ()),
        notices=(),
    )
    with database.session() as session:
        author = sign_up(session, "Coordinator", Role.COORDINATOR)[0]
        made = create_campaign(session, author, plan)
        return MadeCampaign(made.campaign.id, database)


def inside(tile: Tile, x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """A rectangle by shares of a tile's width and height, from its north-west corner."""
    west, south, east, north = mercantile.bounds(tile.x, tile.y, ZOOM)
    width, height = east - west, north - south
    return shapely.box(
        west + x0 * width, north - y1 * height, west + x1 * width, north - y0 * height
    )


def make_round(
    campaign: MadeCampaign,
    order: Sequence[Tile] = (),
    *,
    batch: int | None = None,
    number: int = 0,
    state: RoundState = RoundState.LABELLING,
    reason: str = "unsure_objects",
) -> uuid.UUID:
    """A round whose order is ``order``; the first ``batch`` of it are the batch."""
    batch = len(order) if batch is None else batch
    with campaign.database.session() as session:
        round_ = Round(campaign_id=campaign.id, number=number, state=state, seed=1)
        session.add(round_)
        session.flush()
        session.add_all(
            Selection(
                round_id=round_.id,
                tile_id=tile.id,
                rank=rank,
                in_batch=rank < batch,
                chosen_by=ChosenBy.ACQUISITION,
                propensity=0.5,
                score=1.0,
                reason=reason,
            )
            for rank, tile in enumerate(order)
        )
        return round_.id


def make_model(
    campaign: MadeCampaign, round_id: uuid.UUID, outlines: Iterable[shapely.Polygon]
) -> uuid.UUID:
    """A promoted checkpoint of a round, with its outlines and the tiles that own them."""
    id_of = {(tile.x, tile.y): tile.id for tile in campaign.tiles()}

    def owner(outline: shapely.Polygon) -> int | None:
        inside = outline.representative_point()
        tile = mercantile.tile(inside.x, inside.y, ZOOM)
        return id_of.get((tile.x, tile.y))

    with campaign.database.session() as session:
        checkpoint = Checkpoint(
            campaign_id=campaign.id,
            round_id=round_id,
            state=CheckpointState.PROMOTED,
            artefact_key="checkpoints/none.safetensors",
            sha256="0" * 64,
            card={"threshold": 0.5},
        )
        session.add(checkpoint)
        session.flush()
        session.add_all(
            PredictedObject(
                checkpoint_id=checkpoint.id,
                tile_id=owner(outline),
                geom=from_shape(outline, 4326),
                confidence=0.8,
            )
            for outline in outlines
        )
        session.get_one(Campaign, campaign.id).promoted_checkpoint_id = checkpoint.id
        return checkpoint.id
