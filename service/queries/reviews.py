"""SQL of reviews: append-only, except for their standing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from service.states import Answer, ObjectSource, ReviewStanding, Role
from service.tables import Actor, Base, Review, ReviewObject

Drawn = tuple[shapely.Polygon, ObjectSource]


@dataclass(frozen=True)
class ReviewRow:
    """A review with its author's role and its outlines (EPSG:4326, whole)."""

    review: Review
    role: Role
    objects: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What was known when an answer came.

    Attributes:
        same: content hash and standing of the review with the very id, if it is there.
        earlier: standings of what its author said of the tile before and has not taken back.
    """

    same: tuple[bytes, ReviewStanding] | None
    earlier: tuple[ReviewStanding, ...]


_BEFORE = text("""
SELECT id, content_sha256, standing FROM reviews
WHERE id = :review_id OR tile_id = :tile_id AND actor_id = :actor_id AND standing <> 'superseded'
""").bindparams(
    bindparam("review_id", type_=Review.id.type), bindparam("actor_id", type_=Review.actor_id.type)
)


def before(session: Session, review_id: uuid.UUID, tile_id: int, actor_id: uuid.UUID) -> Before:
    """What is known already of a review that comes; the caller holds the tile's lock."""
    found = {
        row.id: (bytes(row.content_sha256), ReviewStanding(row.standing))
        for row in session.execute(
            _BEFORE, {"review_id": review_id, "tile_id": tile_id, "actor_id": actor_id}
        )
    }
    same = found.pop(review_id, None)
    return Before(same, tuple(standing for _, standing in found.values()))


_REVIEWS = Base.metadata.tables[Review.__tablename__]
_GIVEN = [column for column in _REVIEWS.columns if column.name != "created_at"]
_ADD = text(f"""
WITH kept AS (
  INSERT INTO reviews ({", ".join(column.name for column in _GIVEN)})
  VALUES ({", ".join(f":{column.name}" for column in _GIVEN)})
  ON CONFLICT DO NOTHING RETURNING id
), outlined AS (
  INSERT INTO review_objects (review_id, geom, source)
  SELECT kept.id, ST_GeomFromWKB(wkb, 4326), source
  FROM kept CROSS JOIN unnest(CAST(:wkbs AS bytea[]), CAST(:sources AS text[]))
    WITH ORDINALITY AS drawn (wkb, source, place)
  ORDER BY place
)
SELECT id FROM kept
""").bindparams(*(bindparam(column.name, type_=column.type) for column in _GIVEN))


def add(session: Session, values: dict[str, Any], objects: Sequence[Drawn]) -> bool:
    """Write a review and its outlines; False when another one has its id already."""
    return session.scalar(_ADD, values | drawn_columns(objects)) is not None


def drawn_columns(objects: Sequence[Drawn]) -> dict[str, list[Any]]:
    """Outlines as the two columns that an INSERT unnests: ``wkbs`` and ``sources``."""
    return {
        "wkbs": shapely.to_wkb([polygon for polygon, _ in objects]).tolist(),
        "sources": [source.value for _, source in objects],
    }


def supersede(session: Session, tile_id: int, actor_id: uuid.UUID) -> None:
    """Set an actor's earlier reviews of a tile aside."""
    session.execute(
        update(Review)
        .where(Review.tile_id == tile_id, Review.actor_id == actor_id)
        .values(standing=ReviewStanding.SUPERSEDED)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A review that counts, as far as settling asks; outlines in the order they were sent."""

    id: uuid.UUID
    answer: Answer
    role: Role
    checkpoint_id: uuid.UUID | None  # whose outlines were shown; None for no model
    objects: tuple[Drawn, ...]


_COUNTED = text("""
SELECT r.id, r.answer, r.checkpoint_id, a.role, o.wkbs, o.sources
FROM reviews r JOIN actors a ON a.id = r.actor_id CROSS JOIN LATERAL (
  SELECT array_agg(ST_AsBinary(geom) ORDER BY id) AS wkbs, array_agg(source ORDER BY id) AS sources
  FROM review_objects WHERE review_id = r.id
) o
WHERE r.tile_id = :tile_id AND r.standing = 'counted'
ORDER BY r.created_at, r.id
""")


def counted(session: Session, tile_id: int) -> list[Counted]:
    """The reviews of a tile that count, oldest first."""
    return [
        Counted(
            row.id,
            Answer(row.answer),
            Role(row.role),
            row.checkpoint_id,
            _drawn(row.wkbs, row.sources),
        )
        for row in session.execute(_COUNTED, {"tile_id": tile_id})
    ]


def _drawn(wkbs: Sequence[bytes] | None, sources: Sequence[str] | None) -> tuple[Drawn, ...]:
    return tuple(
        (shapely.from_wkb(bytes(wkb)), ObjectSource(source))
        for wkb, source in zip(wkbs or (), sources or (), strict=True)
    )


def of_tile(session: Session, tile_id: int) -> list[ReviewRow]:
    """Reviews of a tile, oldest first."""
    found = session.execute(
        select(Review, Actor.role)
        .join(Actor, Actor.id == Review.actor_id)
        .where(Review.tile_id == tile_id)
        .order_by(Review.created_at, Review.id)
        .execution_options(populate_existing=True)
    ).all()
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
