"""SQL of contributions: what one person's answers came to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from service.tables import Review

_OF = (
    bindparam("campaign_id", type_=Review.campaign_id.type),
    bindparam("actor_id", type_=Review.actor_id.type),
)


@dataclass(frozen=True, slots=True)
class Answers:
    """How much one person has answered; their newest answers only."""

    tiles: int
    corrections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Tiles with a label that others answered as well, and those where the label is theirs too."""

    shared: int
    agreed: int


@dataclass(frozen=True, slots=True)
class Taught:
    """What the newest model learned from: all labels, and those with this person's answer."""

    round: int
    labels: int
    mine: int


_ANSWERS = text("""
SELECT count(*) AS tiles, count(*) FILTER (WHERE answer = 'corrected') AS corrections,
       coalesce(sum(seconds_spent), 0.0) AS seconds
FROM reviews
WHERE campaign_id = :campaign_id AND actor_id = :actor_id AND standing <> 'superseded'
""").bindparams(*_OF)


def answers(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID) -> Answers:
    row = session.execute(_ANSWERS, {"campaign_id": campaign_id, "actor_id": actor_id}).one()
    return Answers(row.tiles, row.corrections, float(row.seconds))


_AGREEMENT = text("""
SELECT count(*) AS shared, count(*) FILTER (WHERE mine.id = ANY(label.review_ids)) AS agreed
FROM reviews mine JOIN labels label ON label.tile_id = mine.tile_id
WHERE mine.campaign_id = :campaign_id AND mine.actor_id = :actor_id
  AND mine.standing = 'counted'
  AND EXISTS (SELECT 1 FROM reviews other
              WHERE other.tile_id = mine.tile_id AND other.actor_id <> mine.actor_id
                AND other.standing = 'counted')
""").bindparams(*_OF)


def agreement(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID) -> Agreement:
    row = session.execute(_AGREEMENT, {"campaign_id": campaign_id, "actor_id": actor_id}).one()
    return Agreement(row.shared, row.agreed)


# Labels that were there when the round began are those it learned from.
_TAUGHT = text("""
SELECT newest.number, newest.label_count AS labels,
       (SELECT count(*) FROM labels label JOIN tiles tile ON tile.id = label.tile_id
        WHERE label.campaign_id = :campaign_id AND tile.role = 'pool'
          AND label.settled_at <= newest.created_at
          AND EXISTS (SELECT 1 FROM reviews mine
                      WHERE mine.id = ANY(label.review_ids) AND mine.actor_id = :actor_id)) AS mine
FROM rounds newest
WHERE newest.campaign_id = :campaign_id AND newest.checkpoint_id IS NOT NULL
  AND newest.state IN ('labelling', 'closed')
ORDER BY newest.number DESC LIMIT 1
""").bindparams(*_OF)


def taught(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID) -> Taught | None:
    """None before the first model."""
    row = session.execute(_TAUGHT, {"campaign_id": campaign_id, "actor_id": actor_id}).one_or_none()
    return None if row is None else Taught(row.number, row.labels, row.mine)
