"""SQL of accuracy: audit labels, counts by tile, and the scores that follow from them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from sqlalchemy import bindparam, case, delete, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from service.states import LabelKind, TileRole
from service.tables import Accuracy, AuditCount, Checkpoint, Label, LabelObject, Round, Tile

COUNTS = (
    "pixel_tp",
    "pixel_fp",
    "pixel_fn",
    "pixel_tn",
    "object_tp",
    "object_fp",
    "object_fn",
)


@dataclass(frozen=True, slots=True)
class AuditTile:
    """An audit tile with a usable label that a checkpoint is to be compared with."""

    id: int
    x: int
    y: int
    shard: str
    label_version: int


# Written out: each answer that settles a tile asks, and building it took a sixth of the time.
_TO_MEASURE = text("""
WITH newest AS (
  SELECT r.id AS round_id, c.id AS checkpoint_id
  FROM rounds r JOIN checkpoints c ON c.round_id = r.id JOIN accuracy a ON a.checkpoint_id = c.id
  WHERE r.campaign_id = :campaign_id ORDER BY r.number DESC LIMIT 1
)
SELECT round_id FROM newest WHERE EXISTS (
  SELECT 1 FROM tiles t JOIN labels l ON l.tile_id = t.id
  WHERE t.campaign_id = :campaign_id AND t.role = 'audit' AND CASE WHEN l.kind = 'unusable'
    THEN EXISTS (SELECT 1 FROM audit_counts n
                 WHERE n.checkpoint_id = newest.checkpoint_id AND n.tile_id = t.id)
    ELSE NOT EXISTS (SELECT 1 FROM audit_counts n
                     WHERE n.checkpoint_id = newest.checkpoint_id AND n.tile_id = t.id
                       AND n.label_version = l.version) END
)
""").bindparams(bindparam("campaign_id", type_=Tile.campaign_id.type))


def round_to_measure(session: Session, campaign_id: uuid.UUID) -> Round | None:
    """The round of the newest measured checkpoint, if some audit label has not been compared yet.

    The newest stands for all: they are counted together (see service.domain.measure).
    """
    round_id = session.scalar(_TO_MEASURE, {"campaign_id": campaign_id})
    return None if round_id is None else session.get_one(Round, round_id)


def uncounted(
    session: Session, campaign_id: uuid.UUID, checkpoint_id: uuid.UUID
) -> list[AuditTile]:
    """Audit tiles whose present label the checkpoint has not been compared with."""
    rows = session.execute(
        select(Tile.id, Tile.x, Tile.y, Tile.shard, Label.version)
        .join(Label, Label.tile_id == Tile.id)
        .outerjoin(
            AuditCount,
            (AuditCount.tile_id == Tile.id) & (AuditCount.checkpoint_id == checkpoint_id),
        )
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == TileRole.AUDIT,
            Label.kind != LabelKind.UNUSABLE,
            AuditCount.label_version.is_distinct_from(Label.version),
        )
        .order_by(Tile.id)
    )
    return [AuditTile(*row) for row in rows]


def label_outlines(session: Session, tile_id: int) -> list[Polygon]:
    """The outlines of one tile's label, whole, EPSG:4326."""
    found = session.scalars(
        select(func.ST_AsBinary(LabelObject.geom)).where(LabelObject.tile_id == tile_id)
    )
    return [shapely.from_wkb(bytes(wkb)) for wkb in found]


def write_counts(
    session: Session, checkpoint_id: uuid.UUID, rows: Sequence[Mapping[str, int]]
) -> None:
    """Counts by tile; a newer label's counts replace an older one's, never the other way."""
    if not rows:
        return
    fresh = insert(AuditCount).values([{"checkpoint_id": checkpoint_id, **row} for row in rows])
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["checkpoint_id", "tile_id"],
            set_={name: fresh.excluded[name] for name in ("label_version", *COUNTS)},
            where=AuditCount.label_version < fresh.excluded.label_version,
        )
    )


def forget_unusable(session: Session, campaign_id: uuid.UUID) -> None:
    """Counts of audit tiles that people have since called unusable go."""
    unusable = (
        select(Label.tile_id)
        .join(Tile, Tile.id == Label.tile_id)
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == TileRole.AUDIT,
            Label.kind == LabelKind.UNUSABLE,
        )
    )
    session.execute(
        delete(AuditCount)
        .where(AuditCount.tile_id.in_(unusable))
        .execution_options(synchronize_session=False)
    )


def counts(session: Session, checkpoint_id: uuid.UUID) -> dict[int, tuple[int, ...]]:
    """Tile id → counts in the order of ``COUNTS``."""
    columns = [getattr(AuditCount, name) for name in COUNTS]
    rows = session.execute(
        select(AuditCount.tile_id, *columns)
        .where(AuditCount.checkpoint_id == checkpoint_id)
        .order_by(AuditCount.tile_id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def common_pixel_counts(
    session: Session, checkpoint_ids: Sequence[uuid.UUID]
) -> npt.NDArray[np.int32]:
    """``(R, T, 4)`` pixel counts of R checkpoints on the T audit tiles that they have in common.

    A tile is common if all have been compared with it, and with the same version of its label.
    """
    if not checkpoint_ids:
        return np.zeros((0, 0, 4), np.int32)
    places = {checkpoint_id: place for place, checkpoint_id in enumerate(checkpoint_ids)}
    order = case(places, value=AuditCount.checkpoint_id)
    pixels = [getattr(AuditCount, name) for name in COUNTS[:4]]
    rows = session.execute(
        select(*(func.array_agg(aggregate_order_by(column, order)) for column in pixels))
        .where(AuditCount.checkpoint_id.in_(checkpoint_ids))
        .group_by(AuditCount.tile_id)
        .having(
            func.count() == len(checkpoint_ids),
            func.min(AuditCount.label_version) == func.max(AuditCount.label_version),
        )
        .order_by(AuditCount.tile_id)
    )
    by_tile = np.array([tuple(row) for row in rows], np.int32)
    by_tile = by_tile.reshape(-1, len(pixels), len(checkpoint_ids))
    return np.ascontiguousarray(by_tile.transpose(2, 0, 1))


def lock_accuracy(session: Session, campaign_id: uuid.UUID) -> None:
    """One writer of a campaign's accuracy at a time, until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"accuracy {campaign_id}"},
    )


def write_scores(
    session: Session, checkpoint_id: uuid.UUID, tile_count: int, scores: Mapping[str, Any]
) -> None:
    values = {
        "tile_count": tile_count,
        "scores": dict(scores),
        "computed_at": func.clock_timestamp(),
    }
    session.execute(
        insert(Accuracy)
        .values(checkpoint_id=checkpoint_id, **values)
        .on_conflict_do_update(index_elements=["checkpoint_id"], set_=values)
    )


def get(session: Session, checkpoint_id: uuid.UUID) -> Accuracy | None:
    return session.get(Accuracy, checkpoint_id, populate_existing=True)


def by_round(
    session: Session, campaign_id: uuid.UUID
) -> Sequence[tuple[Round, Checkpoint, Accuracy]]:
    """Every measured checkpoint with its round, oldest first."""
    rows = session.execute(
        select(Round, Checkpoint, Accuracy)
        .join(Checkpoint, Checkpoint.round_id == Round.id)
        .join(Accuracy, Accuracy.checkpoint_id == Checkpoint.id)
        .where(Round.campaign_id == campaign_id)
        .order_by(Round.number)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def audit_progress(session: Session, campaign_id: uuid.UUID) -> tuple[int, int]:
    """Audit tiles, and how many of them have a usable label."""
    tiles, settled = session.execute(
        select(func.count(), func.count(Label.tile_id).filter(Label.kind != LabelKind.UNUSABLE))
        .select_from(Tile)
        .outerjoin(Label, Label.tile_id == Tile.id)
        .where(Tile.campaign_id == campaign_id, Tile.role == TileRole.AUDIT)
    ).one()
    return tiles, settled
