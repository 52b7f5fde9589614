"""SQL of training data: labels of pool tiles, starting labels, and where the audit tiles lie."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

import shapely
from shapely import Polygon
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.states import LabelKind, TileRole, TileState
from service.tables import Label, LabelObject, StartingLabel, Tile


@dataclass(frozen=True, slots=True)
class LabelledTile:
    """A pool tile and the outlines of its label (EPSG:4326, whole; none where nothing is)."""

    id: int
    x: int
    y: int
    outlines: tuple[Polygon, ...]


def labelled_tiles(session: Session, campaign_id: uuid.UUID) -> list[LabelledTile]:
    """Pool tiles with a usable label, in the order of their ids. Never an audit tile."""
    of_tile: dict[int, list[Polygon]] = {}
    pool = (Tile.campaign_id == campaign_id) & (Tile.role == TileRole.POOL)
    outlines = session.execute(
        select(LabelObject.tile_id, func.ST_AsBinary(LabelObject.geom))
        .join(Tile, Tile.id == LabelObject.tile_id)
        .where(pool)
        .order_by(LabelObject.id)
    )
    for tile_id, wkb in outlines:
        of_tile.setdefault(tile_id, []).append(shapely.from_wkb(bytes(wkb)))
    tiles = session.execute(
        select(Tile.id, Tile.x, Tile.y)
        .join(Label, Label.tile_id == Tile.id)
        .where(pool, Tile.state == TileState.SETTLED, Label.kind != LabelKind.UNUSABLE)
        .order_by(Tile.id)
    )
    return [LabelledTile(id_, x, y, tuple(of_tile.get(id_, ()))) for id_, x, y in tiles]


def audit_places(session: Session, campaign_id: uuid.UUID) -> list[tuple[int, int]]:
    """``(x, y)`` of the campaign's audit tiles: a few hundred at most."""
    rows = session.execute(
        select(Tile.x, Tile.y).where(Tile.campaign_id == campaign_id, Tile.role == TileRole.AUDIT)
    )
    return [(x, y) for x, y in rows]


def unlabelled_places(
    session: Session, campaign_id: uuid.UUID, *, with_starting: bool, at_most: int, seed: int
) -> list[tuple[int, int]]:
    """``(x, y)`` of open pool tiles that starting labels do (or do not) touch, a seeded sample."""
    touched = (
        select(StartingLabel.id)
        .where(
            StartingLabel.campaign_id == Tile.campaign_id,
            func.ST_Intersects(StartingLabel.geom, Tile.geom),
        )
        .exists()
    )
    rows = session.execute(
        select(Tile.x, Tile.y)
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == TileRole.POOL,
            Tile.state == TileState.OPEN,
            touched if with_starting else ~touched,
        )
        .order_by(func.hashint8extended(Tile.id, seed), Tile.id)
        .limit(at_most)
    )
    return [(x, y) for x, y in rows]


def starting_outlines(
    session: Session, campaign_id: uuid.UUID, boxes: Collection[tuple[float, float, float, float]]
) -> list[Polygon]:
    """Starting labels that meet any of the boxes ``(west, south, east, north)`` in EPSG:4326."""
    if not boxes:
        return []
    area = shapely.union_all([shapely.box(*box) for box in boxes]).wkt
    found = session.scalars(
        select(func.ST_AsBinary(StartingLabel.geom)).where(
            StartingLabel.campaign_id == campaign_id,
            func.ST_Intersects(StartingLabel.geom, func.ST_GeomFromText(area, 4326)),
        )
    )
    return [shapely.from_wkb(bytes(wkb)) for wkb in found]
