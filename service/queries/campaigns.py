"""SQL of campaigns: their rows, and the counts that describe them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.queries.copying import copy_rows, ewkb_hex
from service.states import TileRole, TileState
from service.tables import Campaign, Review, StartingLabel, Tile


@dataclass(frozen=True, slots=True)
class Work:
    """What people have put into a campaign."""

    people: int
    reviews: int
    seconds: float


def get(session: Session, campaign_id: uuid.UUID) -> Campaign | None:
    return session.get(Campaign, campaign_id)


def newest_first(session: Session) -> Sequence[Campaign]:
    return session.scalars(select(Campaign).order_by(Campaign.created_at.desc())).all()


def add(
    session: Session,
    *,
    name: str,
    class_name: str,
    zoom: int,
    area: shapely.MultiPolygon,
    imagery: dict[str, Any],
    policy: dict[str, Any],
    seed: int,
    created_by: uuid.UUID,
) -> Campaign:
    campaign = Campaign(
        name=name,
        class_name=class_name,
        zoom=zoom,
        area=from_shape(area, srid=4326),
        imagery=imagery,
        policy=policy,
        seed=seed,
        created_by=created_by,
    )
    session.add(campaign)
    session.flush()
    return campaign


def area_geojson(session: Session, campaign_id: uuid.UUID) -> dict[str, Any]:
    """The area as a GeoJSON geometry."""
    found = session.scalar(
        select(func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(Campaign.area), 7)).where(
            Campaign.id == campaign_id
        )
    )
    geometry: dict[str, Any] = orjson.loads(found or "null")
    return geometry


def areas_bounds(
    session: Session, campaign_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[float, float, float, float]]:
    """West, south, east, north of each area in degrees."""
    rows = session.execute(
        select(
            Campaign.id,
            func.ST_XMin(Campaign.area),
            func.ST_YMin(Campaign.area),
            func.ST_XMax(Campaign.area),
            func.ST_YMax(Campaign.area),
        ).where(Campaign.id.in_(campaign_ids))
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def add_starting_labels(
    session: Session, campaign_id: uuid.UUID, polygons: Sequence[shapely.Polygon]
) -> None:
    """Write starting labels (EPSG:4326) by COPY."""
    if polygons:
        texts = ewkb_hex(polygons)
        copy_rows(
            session,
            f"COPY {StartingLabel.__tablename__} (campaign_id, geom) FROM STDIN",
            ((campaign_id, text) for text in texts),
        )


def starting_label_count(session: Session, campaign_id: uuid.UUID) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(StartingLabel)
            .where(StartingLabel.campaign_id == campaign_id)
        )
        or 0
    )


def tile_counts(session: Session, campaign_id: uuid.UUID) -> dict[TileRole, dict[TileState, int]]:
    """Tiles by role and state; every role and state is there."""
    counts = {role: dict.fromkeys(TileState, 0) for role in TileRole}
    rows = session.execute(
        select(Tile.role, Tile.state, func.count())
        .where(Tile.campaign_id == campaign_id)
        .group_by(Tile.role, Tile.state)
    )
    for role, state, count in rows:
        counts[role][state] = count
    return counts


def work(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID | None = None) -> Work:
    """Reviews and seconds of all people, or of one."""
    query = select(
        func.count(Review.actor_id.distinct()),
        func.count(),
        func.coalesce(func.sum(Review.seconds_spent), 0.0),
    ).where(Review.campaign_id == campaign_id)
    if actor_id is not None:
        query = query.where(Review.actor_id == actor_id)
    people, reviews, seconds = session.execute(query).one()
    return Work(people, reviews, float(seconds))
