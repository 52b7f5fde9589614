"""SQL of predictions as they are listed."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from service.queries.tasks import Outline
from service.tables import PredictedObject

Bounds = tuple[float, float, float, float]

_PAGE = """
SELECT id, confidence, ST_AsGeoJSON(geom, 8) AS geometry FROM predicted_objects
WHERE checkpoint_id = :checkpoint_id AND id > :after {conditions}
ORDER BY id LIMIT :limit
"""
_WITHIN = """
  AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
  AND ST_Intersects(geom, ST_MakeEnvelope(:west, :south, :east, :north, 4326))
"""
_NOT_ON_AUDIT_TILES = """
  AND NOT EXISTS (SELECT FROM tiles WHERE tiles.id = tile_id AND tiles.role = 'audit')
"""


def page(
    session: Session,
    checkpoint_id: uuid.UUID,
    *,
    after: int,
    bounds: Bounds | None,
    limit: int,
    with_audit: bool,
) -> list[Outline]:
    """A checkpoint's outlines by id, beyond ``after``; those audit tiles own only if wanted."""
    parameters: dict[str, Any] = {"checkpoint_id": checkpoint_id, "after": after, "limit": limit}
    if bounds is not None:
        parameters |= dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    conditions = ("" if bounds is None else _WITHIN) + ("" if with_audit else _NOT_ON_AUDIT_TILES)
    statement = text(_PAGE.format(conditions=conditions)).bindparams(
        bindparam("checkpoint_id", type_=PredictedObject.checkpoint_id.type)
    )
    rows = session.execute(statement, parameters)
    return [Outline(row.id, orjson.loads(row.geometry), row.confidence) for row in rows]
