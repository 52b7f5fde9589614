"""SQL of tiles: made by COPY, found by place, listed as features."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.orm import Session

from service.queries.copying import copy_rows, ewkb_hex
from service.states import TileRole, TileState
from service.tables import Tile

Bounds = tuple[float, float, float, float]

# Of 200,000 tiles at once, the rows alone would take 150 MB.
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class NewTiles:
    """Tiles to write, column by column.

    Attributes:
        xy: (N, 2) int64.
        bounds: (N, 4) float64, west, south, east, north in degrees.
        shards, roles, needed: one entry a tile.
    """

    xy: NDArray[np.int64]
    bounds: NDArray[np.float64]
    shards: Sequence[str]
    roles: Sequence[TileRole]
    needed: Sequence[int]


def add(session: Session, campaign_id: uuid.UUID, tiles: NewTiles) -> None:
    """Write a campaign's tiles by COPY, in the order given."""
    copy_rows(
        session,
        "COPY tiles (campaign_id, x, y, shard, role, state, needed, geom) FROM STDIN",
        _rows(campaign_id, tiles),
    )


def _rows(campaign_id: uuid.UUID, tiles: NewTiles) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(tiles.xy), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        for (x, y), shard, role, needed, geom in zip(
            tiles.xy[part].tolist(),
            tiles.shards[part],
            tiles.roles[part],
            tiles.needed[part],
            ewkb_hex(shapely.box(*tiles.bounds[part].T)),
            strict=True,
        ):
            yield campaign_id, x, y, shard, role.value, TileState.OPEN.value, needed, geom


def lock_at(session: Session, campaign_id: uuid.UUID, x: int, y: int) -> Tile | None:
    """The tile at a place, locked against other claims and reviews of it.

    NO KEY UPDATE: rows elsewhere that merely point at the tile are not held up, which would end in
    deadlocks with whole objects that belong to a neighbour.
    """
    place = {"campaign_id": campaign_id, "x": x, "y": y}
    return session.scalars(_LOCKED, place).one_or_none()


_LOCKED = (
    select(Tile)
    .where(
        Tile.campaign_id == bindparam("campaign_id"),
        Tile.x == bindparam("x"),
        Tile.y == bindparam("y"),
    )
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def at(session: Session, campaign_id: uuid.UUID, x: int, y: int) -> Tile | None:
    return session.scalars(
        select(Tile).where(Tile.campaign_id == campaign_id, Tile.x == x, Tile.y == y)
    ).one_or_none()


def any_place(session: Session, campaign_id: uuid.UUID) -> tuple[int, int]:
    """``(x, y)`` of a tile of the campaign, always the same one; each has at least one."""
    row = session.execute(
        select(Tile.x, Tile.y).where(Tile.campaign_id == campaign_id).order_by(Tile.id).limit(1)
    ).one()
    return row.x, row.y


def ask_afresh(session: Session, campaign_id: uuid.UUID, role: TileRole, needed: int) -> None:
    """A new number of reviews for the open tiles of a role that nobody has answered yet."""
    session.execute(
        update(Tile)
        .where(
            Tile.campaign_id == campaign_id,
            Tile.role == role,
            Tile.state == TileState.OPEN,
            Tile.reviewed == 0,
            Tile.needed != needed,
        )
        .values(needed=needed)
        .execution_options(synchronize_session=False)
    )


_PAGE = """
SELECT t.id, t.x, t.y, t.role, t.state, t.reviewed, s.in_batch, s.reason, p.uncertainty,
       p.mean_probability, l.doubt, ST_XMin(t.geom) AS west, ST_YMin(t.geom) AS south,
       ST_XMax(t.geom) AS east, ST_YMax(t.geom) AS north
FROM tiles t
LEFT JOIN selections s ON s.tile_id = t.id AND s.round_id = :round_id
LEFT JOIN tile_predictions p ON p.tile_id = t.id AND p.checkpoint_id = :checkpoint_id
LEFT JOIN labels l ON l.tile_id = t.id
WHERE t.campaign_id = :campaign_id AND t.id > :after {conditions}
ORDER BY t.id LIMIT :limit
"""


def page(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    round_id: uuid.UUID | None,
    checkpoint_id: uuid.UUID | None,
    bounds: Bounds | None,
    state: TileState | None,
    after: int,
    limit: int,
) -> list[dict[str, Any]]:
    """Tiles by id, with their place in a round's batch and a checkpoint's scores, if any."""
    conditions = ""
    parameters: dict[str, Any] = {
        "campaign_id": campaign_id,
        "round_id": round_id,
        "checkpoint_id": checkpoint_id,
        "after": after,
        "limit": limit,
    }
    if bounds is not None:
        conditions += " AND t.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
        parameters |= dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    if state is not None:
        conditions += " AND t.state = :state"
        parameters["state"] = state.value
    statement = text(_PAGE.format(conditions=conditions)).bindparams(
        bindparam("round_id", type_=Tile.campaign_id.type),
        bindparam("checkpoint_id", type_=Tile.campaign_id.type),
    )
    return [dict(row._mapping) for row in session.execute(statement, parameters)]


def ids_at(
    session: Session, campaign_id: uuid.UUID, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Ids of the campaign's tiles at places ``(x, y)``; places outside are left out."""
    if not places:
        return {}
    columns, rows = zip(*places, strict=True)
    found = session.execute(
        _IDS_AT, {"campaign_id": campaign_id, "columns": list(columns), "rows": list(rows)}
    )
    return {(x, y): tile_id for x, y, tile_id in found}


_IDS_AT = text("""
SELECT t.x, t.y, t.id
FROM unnest(:columns, :rows) AS place (x, y)
JOIN tiles t ON t.campaign_id = :campaign_id AND t.x = place.x AND t.y = place.y
""").bindparams(
    bindparam("campaign_id", type_=Tile.campaign_id.type),
    bindparam("columns", type_=ARRAY(INTEGER)),
    bindparam("rows", type_=ARRAY(INTEGER)),
)


def set_progress(
    session: Session, tile_id: int, state: TileState, reviewed: int, needed: int
) -> None:
    """What the counted reviews of a locked tile have come to."""
    progress = {"state": state.value, "reviewed": reviewed, "needed": needed}
    session.execute(_SET_PROGRESS, {"tile_id": tile_id, **progress})


_SET_PROGRESS = text(
    "UPDATE tiles SET state = :state, reviewed = :reviewed, needed = :needed WHERE id = :tile_id"
)
