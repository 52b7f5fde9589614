"""SQL of selections: the pool that is left, and the order written for people."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.states import LabelKind, TileRole, TileState
from service.tables import Label, Review, Selection, StartingLabel, Tile

_ROWS_A_STATEMENT = 2000  # eight values each: far below PostgreSQL's 65,535 parameters


@dataclass(frozen=True, slots=True)
class PoolTile:
    id: int
    x: int
    y: int
    shard: str


def open_pool(session: Session, campaign_id: uuid.UUID) -> list[PoolTile]:
    """Pool tiles that people may still be asked about."""
    rows = session.execute(
        select(Tile.id, Tile.x, Tile.y, Tile.shard)
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == TileRole.POOL,
            Tile.state == TileState.OPEN,
        )
        .order_by(Tile.id)
    )
    return [PoolTile(*row) for row in rows]


def labelled_pool(session: Session, campaign_id: uuid.UUID) -> list[PoolTile]:
    """Pool tiles with a usable label."""
    rows = session.execute(
        select(Tile.id, Tile.x, Tile.y, Tile.shard)
        .join(Label, Label.tile_id == Tile.id)
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == TileRole.POOL,
            Label.kind != LabelKind.UNUSABLE,
        )
        .order_by(Tile.id)
    )
    return [PoolTile(*row) for row in rows]


def seconds_spent(session: Session, tile_ids: Collection[int]) -> dict[int, float]:
    """Median seconds that people spent on each tile; tiles that nobody timed are left out."""
    rows = session.execute(
        select(Review.tile_id, func.percentile_cont(0.5).within_group(Review.seconds_spent.asc()))
        .where(Review.tile_id.in_(tile_ids), Review.seconds_spent > 0)
        .group_by(Review.tile_id)
    )
    return {tile_id: float(seconds) for tile_id, seconds in rows}


def starting_shares(
    session: Session, campaign_id: uuid.UUID, tile_ids: Collection[int]
) -> dict[int, float]:
    """Share of each tile's area (0..1) that starting labels cover; tiles without are left out."""
    covered = func.sum(func.ST_Area(func.ST_Intersection(Tile.geom, StartingLabel.geom)))
    rows = session.execute(
        select(Tile.id, covered / func.max(func.ST_Area(Tile.geom)))
        .join(
            StartingLabel,
            (StartingLabel.campaign_id == Tile.campaign_id)
            & func.ST_Intersects(StartingLabel.geom, Tile.geom),
        )
        .where(Tile.campaign_id == campaign_id, Tile.id.in_(tile_ids))
        .group_by(Tile.id)
    )
    return {tile_id: min(1.0, float(share)) for tile_id, share in rows}


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write an order; tiles that the round holds already keep their place."""
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        session.execute(
            insert(Selection)
            .values(list(rows[start : start + _ROWS_A_STATEMENT]))
            .on_conflict_do_nothing()
        )
