"""SQL of labels: what a tile's label holds, and the lock that settling takes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, UUID
from sqlalchemy.orm import Session

from service.queries.reviews import Drawn, drawn_columns
from service.states import Doubt, LabelKind
from service.tables import Label, LabelObject


def lock_campaign(session: Session, campaign_id: uuid.UUID) -> None:
    """One settling at a time in a campaign, until the transaction ends.

    So revisions become visible in their order: a reader who has seen revision 7 will never be
    given a 6 later. Neighbours that settle at once would not see each other's outlines, either.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(campaign_id), 0))))


def get(session: Session, tile_id: int) -> Label | None:
    return session.get(Label, tile_id, populate_existing=True)


_PUT = text("""
INSERT INTO labels (tile_id, campaign_id, kind, version, review_ids, settled_at, doubt)
VALUES (:tile_id, :campaign_id, :kind, 1, :review_ids, clock_timestamp(), :doubt)
ON CONFLICT (tile_id) DO UPDATE SET kind = excluded.kind, version = labels.version + 1,
  review_ids = excluded.review_ids, settled_at = excluded.settled_at, doubt = excluded.doubt
RETURNING version
""").bindparams(
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
    replaces: bool,
) -> int:
    """Write a tile's label, in place of the one before if it ``replaces`` one; its version."""
    version = session.scalar(
        _PUT,
        {
            "tile_id": tile_id,
            "campaign_id": campaign_id,
            "kind": kind.value,
            "review_ids": list(review_ids),
            "doubt": doubt,
        },
    )
    if replaces:
        session.execute(delete(LabelObject).where(LabelObject.tile_id == tile_id))
    if objects:
        session.execute(_ADD_OBJECTS, {"tile_id": tile_id, **drawn_columns(objects)})
    return version or 1


_ADD_OBJECTS = text("""
INSERT INTO label_objects (tile_id, geom, source)
SELECT :tile_id, ST_GeomFromWKB(wkb, 4326), source
FROM unnest(CAST(:wkbs AS bytea[]), CAST(:sources AS text[]))
  WITH ORDINALITY AS drawn (wkb, source, place)
ORDER BY place
""").bindparams(bindparam("tile_id", type_=BIGINT))


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
