"""Tiles as they are listed: state, place in the batch, and how sure the model is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.campaigns import get_campaign
from service.queries import tasks, tiles
from service.states import Doubt, TileRole, TileState


@dataclass(frozen=True, slots=True)
class ListedTile:
    """One tile; scores are those of the promoted checkpoint, None where there are none."""

    id: int
    z: int
    x: int
    y: int
    bounds: tuple[float, float, float, float]
    role: TileRole
    state: TileState
    reviewed: int
    in_batch: bool
    reason: str | None
    uncertainty: float | None
    mean_probability: float | None
    doubt: Doubt | None


def list_tiles(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    bounds: tuple[float, float, float, float] | None,
    state: TileState | None,
    after: int,
    limit: int,
) -> list[ListedTile]:
    """A page of tiles by id, beyond ``after``.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    campaign = get_campaign(session, campaign_id)
    rows = tiles.page(
        session,
        campaign_id,
        round_id=tasks.serving_round(session, campaign_id),
        checkpoint_id=campaign.promoted_checkpoint_id,
        bounds=bounds,
        state=state,
        after=after,
        limit=limit,
    )
    return [
        ListedTile(
            id=row["id"],
            z=campaign.zoom,
            x=row["x"],
            y=row["y"],
            bounds=(row["west"], row["south"], row["east"], row["north"]),
            role=TileRole(row["role"]),
            state=TileState(row["state"]),
            reviewed=row["reviewed"],
            in_batch=bool(row["in_batch"]),
            reason=row["reason"],
            uncertainty=row["uncertainty"],
            mean_probability=row["mean_probability"],
            doubt=None if row["doubt"] is None else Doubt(row["doubt"]),
        )
        for row in rows
    ]
