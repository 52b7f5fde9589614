"""SQL of predictions: shards that are done, scores by tile and outlines, written by COPY."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely import Polygon
from sqlalchemy import ARRAY, Integer, bindparam, cast, exists, func, select, text
from sqlalchemy.orm import Session

from service.queries.copying import copy_rows, ewkb_hex
from service.tables import PredictedObject, PredictedShard, Tile


@dataclass(frozen=True, slots=True)
class TileRow:
    """A tile as jobs know it: its row and its place."""

    id: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """An outline to write: EPSG:4326; ``tile_id`` is None where no tile of the campaign owns it."""

    tile_id: int | None
    polygon: Polygon
    confidence: float


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A tile's scores to write."""

    tile_id: int
    uncertainty: float
    uncertainty_foreground: float
    mean_probability: float


def shards_of_campaign(session: Session, campaign_id: uuid.UUID) -> Sequence[str]:
    return session.scalars(
        select(Tile.shard).where(Tile.campaign_id == campaign_id).distinct().order_by(Tile.shard)
    ).all()


def tiles_of_shard(session: Session, campaign_id: uuid.UUID, shard: str) -> list[TileRow]:
    """All tiles of a shard, audit tiles included."""
    rows = session.execute(
        select(Tile.id, Tile.x, Tile.y)
        .where(Tile.campaign_id == campaign_id, Tile.shard == shard)
        .order_by(Tile.y, Tile.x)
    )
    return [TileRow(*row) for row in rows]


def tiles_in_campaign(session: Session, campaign_id: uuid.UUID) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(Tile).where(Tile.campaign_id == campaign_id)
        )
        or 0
    )


def tile_ids_at(
    session: Session, campaign_id: uuid.UUID, places: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], int]:
    """Row ids of the campaign's tiles at ``places`` (x, y); places outside are left out."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    xs = cast([x for x, _ in wanted], ARRAY(Integer))
    ys = cast([y for _, y in wanted], ARRAY(Integer))
    columns = func.unnest(xs, ys).table_valued("x", "y").render_derived()
    rows = session.execute(
        select(Tile.x, Tile.y, Tile.id)
        .join(columns, (Tile.x == columns.c.x) & (Tile.y == columns.c.y))
        .where(Tile.campaign_id == campaign_id)
    )
    return {(x, y): tile_id for x, y, tile_id in rows}


def is_shard_done(session: Session, checkpoint_id: uuid.UUID, shard: str) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    PredictedShard.checkpoint_id == checkpoint_id, PredictedShard.shard == shard
                )
            )
        )
    )


def shards_of_checkpoint(session: Session, checkpoint_id: uuid.UUID) -> Sequence[PredictedShard]:
    return session.scalars(
        select(PredictedShard)
        .where(PredictedShard.checkpoint_id == checkpoint_id)
        .order_by(PredictedShard.shard)
    ).all()


def artefact_prefix(session: Session, checkpoint_id: uuid.UUID, shard: str) -> str | None:
    """Where the artefacts of a predicted shard lie; None when it is not predicted."""
    return session.scalar(
        select(PredictedShard.artefact_key).where(
            PredictedShard.checkpoint_id == checkpoint_id, PredictedShard.shard == shard
        )
    )


def copy_scores(session: Session, checkpoint_id: uuid.UUID, rows: Iterable[ScoreRow]) -> None:
    """Write scores by COPY: no statement a row."""
    copy_rows(
        session,
        "COPY tile_predictions (checkpoint_id, tile_id, uncertainty, uncertainty_foreground,"
        " mean_probability) FROM STDIN",
        (
            (
                checkpoint_id,
                row.tile_id,
                row.uncertainty,
                row.uncertainty_foreground,
                row.mean_probability,
            )
            for row in rows
        ),
    )


def copy_objects(session: Session, checkpoint_id: uuid.UUID, rows: Sequence[ObjectRow]) -> None:
    """Write outlines by COPY, as EWKB in EPSG:4326."""
    texts = ewkb_hex([row.polygon for row in rows])
    copy_rows(
        session,
        "COPY predicted_objects (checkpoint_id, tile_id, geom, confidence) FROM STDIN",
        (
            (checkpoint_id, row.tile_id, text, row.confidence)
            for row, text in zip(rows, texts, strict=True)
        ),
    )


# Asked with every answer; to put such a statement together takes SQLAlchemy twice as long as all of
# this (0.3 and 0.14 ms).
_TOUCHING = text("""
SELECT ST_AsBinary(geom) FROM predicted_objects
WHERE checkpoint_id = :checkpoint_id
  AND ST_Intersects(geom, ST_MakeEnvelope(:west, :south, :east, :north, 4326))
""").bindparams(bindparam("checkpoint_id", type_=PredictedObject.checkpoint_id.type))


def outlines_touching(
    session: Session,
    checkpoint_id: uuid.UUID,
    bounds_4326: tuple[float, float, float, float],
) -> list[Polygon]:
    """A checkpoint's outlines that meet ``(west, south, east, north)``, whole."""
    places = dict(zip(("west", "south", "east", "north"), bounds_4326, strict=True))
    found = session.scalars(_TOUCHING, {"checkpoint_id": checkpoint_id, **places})
    return list(shapely.from_wkb([bytes(wkb) for wkb in found]))
