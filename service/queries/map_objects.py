"""SQL of the map's objects: labels of neighbouring tiles in, whole objects with lineage out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, UUID, insert
from sqlalchemy.orm import Session

from service.states import ObjectSource
from service.tables import Base, Label, MapObject
from service.tables.labels import REVISION

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Version:
    """An object as one tile's label has it."""

    id: int
    tile_id: int
    x: int
    y: int
    polygon: shapely.Polygon
    source: ObjectSource
    reviews: int


@dataclass(frozen=True, slots=True)
class WholeObject:
    """A whole object as it stands."""

    id: uuid.UUID
    tile_id: int | None
    polygon: shapely.Polygon
    source: ObjectSource
    lineage: dict[str, Any]
    versions: tuple[int, ...]


# Outlines of neighbouring tiles that may be the same object, and theirs, and so on. Each step leads
# to another tile, so it ends where nothing straddles an edge any more. OFFSET 0 and inner SELECTs
# keep the order of the steps: outlines first, by the index of places. Left to its counts, which lag
# behind a mapathon's labels, the database would walk through all labels of the campaign instead.
_NEIGHBOURHOOD = text("""
WITH RECURSIVE near (id, tile_id, geom, source) AS (
  SELECT id, tile_id, geom, source FROM label_objects WHERE tile_id = :tile_id OR id = ANY(:ids)
  UNION
  SELECT o.id, o.tile_id, o.geom, o.source FROM near CROSS JOIN LATERAL (
    SELECT id, tile_id, geom, source FROM label_objects
    WHERE geom && ST_Expand(near.geom, :reach_deg) AND ST_DWithin(geom, near.geom, :reach_deg)
    OFFSET 0
  ) o
  WHERE o.tile_id <> near.tile_id
    AND (SELECT campaign_id FROM labels WHERE tile_id = o.tile_id) = :campaign_id
)
SELECT near.id, near.tile_id, t.x, t.y, ST_AsBinary(near.geom) AS wkb, near.source,
       (SELECT cardinality(review_ids) FROM labels WHERE tile_id = near.tile_id) AS reviews
FROM near JOIN tiles t ON t.id = near.tile_id
ORDER BY near.id
""").bindparams(
    bindparam("ids", type_=ARRAY(BIGINT)), bindparam("campaign_id", type_=Label.campaign_id.type)
)


def neighbourhood(
    session: Session,
    campaign_id: uuid.UUID,
    tile_id: int,
    ids: Sequence[int],
    reach_deg: float,
) -> list[Version]:
    """The outlines of a tile's label, those of ``ids``, and all that may be the same objects.

    Args:
        session: the transaction.
        campaign_id, tile_id: the tile.
        ids: more label objects to start from.
        reach_deg: how near in degrees outlines of two tiles must be to be looked at together.
    """
    rows = session.execute(
        _NEIGHBOURHOOD,
        {
            "campaign_id": campaign_id,
            "tile_id": tile_id,
            "ids": list(ids),
            "reach_deg": reach_deg,
        },
    )
    return [
        Version(
            row.id,
            row.tile_id,
            row.x,
            row.y,
            shapely.from_wkb(bytes(row.wkb)),
            ObjectSource(row.source),
            row.reviews,
        )
        for row in rows
    ]


def whole_objects_of(
    session: Session, campaign_id: uuid.UUID, versions: Sequence[int], bounds: Bounds
) -> list[WholeObject]:
    """Live whole objects that were merged from any of ``versions``; they lie within ``bounds``."""
    place = dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    found = session.execute(
        _WHOLE, {"campaign_id": campaign_id, "versions": list(versions), **place}
    )
    return [
        WholeObject(
            row.id,
            row.tile_id,
            shapely.from_wkb(bytes(row.wkb)),
            ObjectSource(row.source),
            row.lineage,
            tuple(row.versions),
        )
        for row in found
    ]


_WHOLE = text("""
SELECT id, tile_id, ST_AsBinary(geom) AS wkb, source, lineage, versions FROM map_objects
WHERE campaign_id = :campaign_id AND NOT deleted AND versions && :versions
  AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
ORDER BY revision
""").bindparams(
    bindparam("campaign_id", type_=MapObject.campaign_id.type),
    bindparam("versions", type_=ARRAY(BIGINT)),
)


def tombstone(session: Session, ids: Sequence[uuid.UUID]) -> None:
    """Mark whole objects as gone, with a new revision: clients that follow must hear of it."""
    if ids:
        session.execute(_TOMBSTONE, {"ids": list(ids)})


_TOMBSTONE = text(f"""
UPDATE map_objects SET deleted = true, versions = '{{}}', revision = nextval('{REVISION.name}')
WHERE id = ANY(:ids)
""").bindparams(bindparam("ids", type_=ARRAY(UUID(as_uuid=True))))


def keep(session: Session, object_id: uuid.UUID, versions: Sequence[int]) -> None:
    """The same whole object, by rewritten label objects: nothing that a client would see."""
    session.execute(
        update(MapObject)
        .where(MapObject.id == object_id)
        .values(versions=list(versions))
        .execution_options(synchronize_session=False)
    )


# Of the table, not the class: the ORM's bulk insert costs twice as much.
_ADD_WHOLE = insert(Base.metadata.tables[MapObject.__tablename__])


def add_whole(session: Session, campaign_id: uuid.UUID, objects: Sequence[WholeObject]) -> None:
    """Write new whole objects, each with a revision of its own."""
    if objects:
        session.execute(
            _ADD_WHOLE,
            [
                {
                    "id": whole.id,
                    "campaign_id": campaign_id,
                    "tile_id": whole.tile_id,
                    "geom": from_shape(whole.polygon, 4326),
                    "source": whole.source,
                    "lineage": whole.lineage,
                    "versions": list(whole.versions),
                    "deleted": False,
                }
                for whole in objects
            ],
        )


_TILES_LINEAGE = text("""
SELECT t.id, array_agg(r.id ORDER BY r.created_at, r.id) AS reviews,
       array_agg(DISTINCT r.actor_id) AS actors,
       array_remove(array_agg(DISTINCT r.checkpoint_id), NULL) AS checkpoints,
       array_remove(array_agg(DISTINCT n.number), NULL) AS rounds
FROM labels l JOIN tiles t ON t.id = l.tile_id
JOIN reviews r ON r.id = ANY(l.review_ids) LEFT JOIN rounds n ON n.id = r.round_id
WHERE t.id = ANY(:tile_ids) GROUP BY t.id
""").bindparams(bindparam("tile_ids", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True)
class TileLineage:
    """Where a tile's label comes from."""

    reviews: tuple[uuid.UUID, ...]
    actors: tuple[uuid.UUID, ...]
    checkpoints: tuple[uuid.UUID, ...]
    rounds: tuple[int, ...]


def lineage_of_tiles(session: Session, tile_ids: Sequence[int]) -> dict[int, TileLineage]:
    rows = session.execute(_TILES_LINEAGE, {"tile_ids": list(tile_ids)})
    return {
        row.id: TileLineage(
            tuple(row.reviews), tuple(row.actors), tuple(row.checkpoints), tuple(row.rounds)
        )
        for row in rows
    }


def revision(session: Session, campaign_id: uuid.UUID) -> int:
    """The newest revision of a campaign's labels; 0 before the first."""
    return (
        session.scalar(
            select(func.max(MapObject.revision)).where(MapObject.campaign_id == campaign_id)
        )
        or 0
    )


# People draw either way round; RFC 7946 wants outer rings counterclockwise, and tools that map the
# globe take the others for everything but the roof.
_PAGE = """
SELECT id, revision, deleted, source, lineage,
  ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 8) AS geometry
FROM map_objects
WHERE campaign_id = :campaign_id AND revision > :after {conditions}
ORDER BY revision {limit}
"""


@dataclass(frozen=True, slots=True)
class LabelFeature:
    """A whole object as it leaves the house; ``geometry`` is GeoJSON."""

    id: uuid.UUID
    revision: int
    deleted: bool
    source: str
    lineage: dict[str, Any]
    geometry: dict[str, Any]


def page(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    after: int,
    bounds: Bounds | None,
    tombstones: bool,
    limit: int | None,
) -> Iterator[LabelFeature]:
    """Whole objects with a revision beyond ``after``, by revision.

    Args:
        session: the transaction; without a limit, rows are streamed from it.
        campaign_id: whose.
        after: revision that the reader has.
        bounds: west, south, east, north in degrees; None for everywhere.
        tombstones: whether objects that are gone are listed too.
        limit: most rows; None for all.
    """
    conditions = "" if tombstones else " AND NOT deleted"
    parameters: dict[str, Any] = {"campaign_id": campaign_id, "after": after}
    if bounds is not None:
        conditions += (
            " AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
            " AND ST_Intersects(geom, ST_MakeEnvelope(:west, :south, :east, :north, 4326))"
        )
        parameters |= dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    if limit is not None:
        parameters["limit"] = limit
    statement = text(
        _PAGE.format(conditions=conditions, limit="" if limit is None else "LIMIT :limit")
    ).bindparams(bindparam("campaign_id", type_=UUID(as_uuid=True)))
    rows = session.execute(statement, parameters, execution_options={"yield_per": 500})
    for row in rows:
        yield LabelFeature(
            row.id,
            row.revision,
            row.deleted,
            row.source,
            row.lineage,
            orjson.loads(row.geometry),
        )
