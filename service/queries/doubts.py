"""SQL of doubts: labels of one voice beside what a model outlines there, and the second look."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session

from service.states import Doubt, TileState
from service.tables import Label, PredictedObject, Selection, Tile


@dataclass(frozen=True, slots=True)
class SingleVoice:
    """A label that one volunteer's answer made, and a checkpoint's outlines in its tile."""

    tile_id: int
    x: int
    y: int
    label: tuple[shapely.Polygon, ...]
    outlined: tuple[shapely.Polygon, ...]


# A coordinator's word needs no second one. Tiles that the model leaves empty contradict nothing.
_SINGLE_VOICES = text("""
SELECT t.id, t.x, t.y, said.wkbs AS label, seen.wkbs AS outlined
FROM labels l JOIN tiles t ON t.id = l.tile_id
JOIN reviews r ON r.id = l.review_ids[1] JOIN actors a ON a.id = r.actor_id
CROSS JOIN LATERAL (
  SELECT array_agg(ST_AsBinary(geom)) AS wkbs FROM label_objects WHERE tile_id = t.id
) said CROSS JOIN LATERAL (
  SELECT array_agg(ST_AsBinary(o.geom)) AS wkbs FROM predicted_objects o
  WHERE o.checkpoint_id = :checkpoint_id AND o.geom && t.geom AND ST_Intersects(o.geom, t.geom)
) seen
WHERE l.campaign_id = :campaign_id AND l.doubt IS NULL AND cardinality(l.review_ids) = 1
  AND l.kind <> 'unusable' AND t.role = 'pool' AND t.state = 'settled'
  AND t.reviewed = 1 AND t.needed = 1 AND a.role <> 'coordinator' AND seen.wkbs IS NOT NULL
ORDER BY t.id
""").bindparams(
    bindparam("campaign_id", type_=Label.campaign_id.type),
    bindparam("checkpoint_id", type_=PredictedObject.checkpoint_id.type),
)


def single_voices(
    session: Session, campaign_id: uuid.UUID, checkpoint_id: uuid.UUID
) -> Iterator[SingleVoice]:
    """Settled pool tiles that one volunteer has answered and where the checkpoint sees something.

    Rows are streamed from the transaction.
    """
    rows = session.execute(
        _SINGLE_VOICES,
        {"campaign_id": campaign_id, "checkpoint_id": checkpoint_id},
        execution_options={"yield_per": 200},
    )
    for row in rows:
        yield SingleVoice(row.id, row.x, row.y, _polygons(row.label), _polygons(row.outlined))


def _polygons(wkbs: Sequence[bytes] | None) -> tuple[shapely.Polygon, ...]:
    return tuple(shapely.from_wkb([bytes(wkb) for wkb in wkbs or ()]))


# Tiles are locked first, as everywhere; who is at work on one just now is left alone.
_DOUBT = text("""
WITH due AS (
  SELECT t.id FROM tiles t JOIN labels l ON l.tile_id = t.id
  WHERE t.id = ANY(:tile_ids) AND t.state = 'settled' AND t.reviewed = 1 AND t.needed = 1
    AND l.doubt IS NULL
  ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
), asked AS (
  UPDATE tiles t SET needed = needed + 1 FROM due WHERE t.id = due.id
)
UPDATE labels l SET doubt = :doubt FROM due WHERE l.tile_id = due.id
""").bindparams(
    bindparam("tile_ids", type_=ARRAY(BIGINT)), bindparam("doubt", type_=Label.doubt.type)
)


def ask_again(session: Session, tile_ids: Sequence[int], doubt: Doubt) -> None:
    """Let another person look at tiles that one person has settled; their labels stand."""
    if tile_ids:
        session.execute(_DOUBT, {"tile_ids": list(tile_ids), "doubt": doubt})


_WAITS = (Tile.state == TileState.SETTLED) & (Tile.reviewed > 0) & (Tile.reviewed < Tile.needed)


def waiting(session: Session, campaign_id: uuid.UUID) -> int:
    """Settled tiles of the campaign that wait for a second person."""
    found = select(func.count()).select_from(Tile).where(Tile.campaign_id == campaign_id, _WAITS)
    return session.scalar(found) or 0


def any_since(session: Session, round_id: uuid.UUID, within_s: float) -> bool:
    """Whether a tile of the round's batch waits for a second person and was settled just now."""
    lately = func.clock_timestamp() - dt.timedelta(seconds=within_s)
    found = (
        select(Tile.id)
        .join(Label, Label.tile_id == Tile.id)
        .join(Selection, Selection.tile_id == Tile.id)
        .where(Selection.round_id == round_id, Selection.in_batch)
        .where(_WAITS, Label.settled_at > lately)
    )
    return bool(session.scalar(select(found.exists())))
