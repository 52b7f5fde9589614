"""SQL of reviews: append-only, except for their standing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.states import ObjectSource, ReviewStanding, Role
from service.tables import Actor, Review, ReviewObject

Drawn = tuple[shapely.Polygon, ObjectSource]


@dataclass(frozen=True)
class ReviewRow:
    """A review with its author's role and its outlines (EPSG:4326, whole)."""

    review: Review
    role: Role
    objects: tuple[Drawn, ...]


def get(session: Session, review_id: uuid.UUID) -> Review | None:
    return session.get(Review, review_id, populate_existing=True)


def add(session: Session, values: dict[str, Any], objects: Sequence[Drawn]) -> bool:
    """Write a review and its outlines; False when another one has its id already."""
    written = session.execute(
        insert(Review).values(values).on_conflict_do_nothing().returning(Review.id)
    ).one_or_none()
    if written is None:
        return False
    if objects:
        session.execute(
            insert(ReviewObject),
            [
                {"review_id": values["id"], "geom": from_shape(polygon, 4326), "source": source}
                for polygon, source in objects
            ],
        )
    return True


def supersede(session: Session, tile_id: int, actor_id: uuid.UUID) -> Sequence[ReviewStanding]:
    """Set an actor's earlier reviews of a tile aside; returns the standings that they had."""
    before = session.scalars(
        select(Review.standing).where(
            Review.tile_id == tile_id,
            Review.actor_id == actor_id,
            Review.standing != ReviewStanding.SUPERSEDED,
        )
    ).all()
    if before:
        session.execute(
            update(Review)
            .where(Review.tile_id == tile_id, Review.actor_id == actor_id)
            .values(standing=ReviewStanding.SUPERSEDED)
            .execution_options(synchronize_session=False)
        )
    return before


def of_tile(
    session: Session, tile_id: int, *, only: ReviewStanding | None = None
) -> list[ReviewRow]:
    """Reviews of a tile, oldest first."""
    query = (
        select(Review, Actor.role)
        .join(Actor, Actor.id == Review.actor_id)
        .where(Review.tile_id == tile_id)
        .order_by(Review.created_at, Review.id)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        query = query.where(Review.standing == only)
    found = session.execute(query).all()
    objects = objects_of(session, [review.id for review, _ in found])
    return [ReviewRow(review, role, tuple(objects[review.id])) for review, role in found]


def objects_of(session: Session, review_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Drawn]]:
    """The outlines of reviews, in the order they were sent."""
    objects: dict[uuid.UUID, list[Drawn]] = {review_id: [] for review_id in review_ids}
    if review_ids:
        rows = session.execute(
            select(ReviewObject.review_id, ReviewObject.geom, ReviewObject.source)
            .where(ReviewObject.review_id.in_(review_ids))
            .order_by(ReviewObject.id)
        )
        for review_id, geom, source in rows:
            objects[review_id].append((to_shape(geom), source))
    return objects
