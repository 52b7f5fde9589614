"""SQL of tasks: whose order serves, and what is shown of a leased tile."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Session

from service.tables import Lease, Round

UuidArray = ARRAY(UUID(as_uuid=True))
UNRANKED_REASON = "random_check"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A leased tile, as it is shown."""

    lease_id: uuid.UUID
    tile_id: int
    x: int
    y: int
    bounds: tuple[float, float, float, float]
    expires_at: dt.datetime
    checkpoint_id: uuid.UUID | None
    reason: str


def serving_round(session: Session, campaign_id: uuid.UUID) -> uuid.UUID | None:
    """The newest round that has an order; while the next one is being made, the last one serves."""
    serving: uuid.UUID | None = session.scalar(_SERVING, {"campaign_id": campaign_id})
    return serving


_SERVING = text("""
SELECT id FROM rounds r
WHERE campaign_id = :campaign_id AND EXISTS (SELECT 1 FROM selections WHERE round_id = r.id)
ORDER BY number DESC LIMIT 1
""").bindparams(bindparam("campaign_id", type_=Round.campaign_id.type))


_TASKS = text("""
SELECT l.id AS lease_id, t.id AS tile_id, t.x, t.y, l.expires_at, l.checkpoint_id,
       coalesce(s.reason, :unranked) AS reason, ST_XMin(t.geom) AS west, ST_YMin(t.geom) AS south,
       ST_XMax(t.geom) AS east, ST_YMax(t.geom) AS north
FROM unnest(:lease_ids) WITH ORDINALITY AS asked (id, place)
JOIN leases l ON l.id = asked.id JOIN tiles t ON t.id = l.tile_id
LEFT JOIN selections s ON s.round_id = l.round_id AND s.tile_id = l.tile_id
ORDER BY asked.place
""").bindparams(bindparam("lease_ids", type_=UuidArray))


def tasks(session: Session, lease_ids: Sequence[uuid.UUID]) -> list[TaskRow]:
    """The tiles of these leases, in their order."""
    rows = session.execute(_TASKS, {"lease_ids": list(lease_ids), "unranked": UNRANKED_REASON})
    return [_task_row(row) for row in rows]


def _task_row(row: Row[Any]) -> TaskRow:
    return TaskRow(
        lease_id=row.lease_id,
        tile_id=row.tile_id,
        x=row.x,
        y=row.y,
        bounds=(row.west, row.south, row.east, row.north),
        expires_at=row.expires_at,
        checkpoint_id=row.checkpoint_id,
        reason=row.reason,
    )


# Outlines that only share an edge with the tile belong to the neighbours.
_OUTLINES = text("""
SELECT l.id AS lease_id, o.id, o.confidence, ST_AsGeoJSON(o.geom, 8) AS geometry
FROM leases l JOIN tiles t ON t.id = l.tile_id
JOIN predicted_objects o ON o.checkpoint_id = l.checkpoint_id AND o.geom && t.geom
WHERE l.id = ANY(:lease_ids) AND ST_Intersects(o.geom, t.geom) AND NOT ST_Touches(o.geom, t.geom)
ORDER BY o.id
""").bindparams(bindparam("lease_ids", type_=UuidArray))


@dataclass(frozen=True, slots=True)
class Outline:
    """A model's outline as it is shown: a GeoJSON geometry and a confidence of 0 to 1."""

    id: int
    geometry: dict[str, Any]
    confidence: float


def outlines(session: Session, lease_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Outline]]:
    """What each lease shows: the whole outlines of its checkpoint that reach into its tile."""
    shown: dict[uuid.UUID, list[Outline]] = defaultdict(list)
    for row in session.execute(_OUTLINES, {"lease_ids": list(lease_ids)}):
        shown[row.lease_id].append(Outline(row.id, orjson.loads(row.geometry), row.confidence))
    return shown


_WAITING = text("""
SELECT count(*) FROM selections s JOIN tiles t ON t.id = s.tile_id
WHERE s.round_id = :round_id AND s.in_batch AND t.state = 'open'
""").bindparams(bindparam("round_id", type_=Lease.round_id.type))


def waiting(session: Session, round_id: uuid.UUID | None) -> int:
    """Tiles of the round's batch that are still open."""
    return session.scalar(_WAITING, {"round_id": round_id}) or 0


_SHOWN = text("""
SELECT ST_AsBinary(o.geom) FROM leases l JOIN tiles t ON t.id = l.tile_id
JOIN predicted_objects o ON o.checkpoint_id = l.checkpoint_id AND o.geom && t.geom
WHERE l.id = :lease_id AND ST_Intersects(o.geom, t.geom) AND NOT ST_Touches(o.geom, t.geom)
ORDER BY o.id
""").bindparams(bindparam("lease_id", type_=Lease.id.type))


def shown_polygons(session: Session, lease_id: uuid.UUID) -> list[shapely.Polygon]:
    """The same outlines as :func:`outlines` gives, as polygons in EPSG:4326."""
    found = session.scalars(_SHOWN, {"lease_id": lease_id})
    return [shapely.from_wkb(bytes(wkb)) for wkb in found]
