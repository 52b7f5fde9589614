"""SQL of labels: what a tile's label holds, and the lock that settling takes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, UUID
from sqlalchemy.orm import Session

from service.queries.reviews import Drawn, drawn_columns
from service.states import Doubt, LabelKind
from service.tables import Label


def lock_campaign(session: Session, campaign_id: uuid.UUID) -> None:
    """One settling at a time in a campaign, until the transaction ends.

    So revisions become visible in their order: a reader who has seen revision 7 will never be
    given a 6 later. Neighbours that settle at once would not see each other's outlines, either.
    """
    session.execute(_LOCK, {"campaign_id": str(campaign_id)})


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:campaign_id, 0))")
_GET = (
    select(Label)
    .where(Label.tile_id == bindparam("tile_id"))
    .execution_options(populate_existing=True)
)


def get(session: Session, tile_id: int) -> Label | None:
    return session.scalars(_GET, {"tile_id": tile_id}).one_or_none()


# All parts see the table as it was: what goes are the outlines of the label before.
_PUT = text("""
WITH gone AS (
  DELETE FROM label_objects WHERE tile_id = :tile_id
), put AS (
  INSERT INTO labels (tile_id, campaign_id, kind, version, review_ids, settled_at, doubt)
  VALUES (:tile_id, :campaign_id, :kind, 1, :review_ids, clock_timestamp(), :doubt)
  ON CONFLICT (tile_id) DO UPDATE SET kind = excluded.kind, version = labels.version + 1,
    review_ids = excluded.review_ids, settled_at = excluded.settled_at, doubt = excluded.doubt
  RETURNING tile_id
)
INSERT INTO label_objects (tile_id, geom, source)
SELECT put.tile_id, ST_GeomFromWKB(wkb, 4326), source
FROM put CROSS JOIN unnest(CAST(:wkbs AS bytea[]), CAST(:sources AS text[]))
  WITH ORDINALITY AS drawn (wkb, source, place)
ORDER BY place
""").bindparams(
    bindparam("tile_id", type_=BIGINT),
    bindparam("campaign_id", type_=Label.campaign_id.type),
    bindparam("review_ids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("doubt", type_=Label.doubt.type),
)


def put(
    session: Session,
    *,
    tile_id: int,
    campaign_id: uuid.UUID,
    kind: LabelKind,
    review_ids: Sequence[uuid.UUID],
    objects: Sequence[Drawn],
    doubt: Doubt | None,
) -> None:
    """Write a tile's label with its outlines, in place of the one before if there was one."""
    session.execute(
        _PUT,
        {
            "tile_id": tile_id,
            "campaign_id": campaign_id,
            "kind": kind.value,
            "review_ids": list(review_ids),
            "doubt": doubt,
        }
        | drawn_columns(objects),
    )


def set_voices(
    session: Session, tile_id: int, review_ids: Sequence[uuid.UUID], doubt: Doubt | None
) -> None:
    """The same label, by other or more voices, and what doubt they leave."""
    session.execute(
        update(Label)
        .where(Label.tile_id == tile_id)
        .values(review_ids=list(review_ids), doubt=doubt)
        .execution_options(synchronize_session=False)
    )
