"""Tiles of a campaign, as features for maps."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request

from service.api.context import Ctx
from service.api.paging import Bbox, Cursor, Limit, page_links, parse_bbox, parse_cursor
from service.api.problems import RESPONSES
from service.api.schemas.campaigns import TileFeature, TileProperties, Tiles
from service.api.schemas.shapes import Polygon
from service.auth import SignedIn
from service.domain.tiles import ListedTile, list_tiles
from service.states import Role, TileState

router = APIRouter(tags=["campaigns"])


@router.get(
    "/campaigns/{campaign_id}/tiles",
    operation_id="list_tiles",
    responses={status: RESPONSES[status] for status in (401, 404, 422)},
)
def tiles(
    context: Ctx,
    actor: SignedIn,
    campaign_id: uuid.UUID,
    request: Request,
    bbox: Bbox = None,
    state: Annotated[TileState | None, Query()] = None,
    limit: Limit = 2000,
    cursor: Cursor = None,
) -> Tiles:
    """Tiles with their state, and how sure the promoted model is of them."""
    with context.database.session() as session:
        listed = list_tiles(
            session,
            campaign_id,
            bounds=parse_bbox(bbox),
            state=state,
            after=parse_cursor(cursor),
            limit=limit,
        )
    following = str(listed[-1].id) if len(listed) == limit else None
    # Who knows an audit tile, or what others said of a tile, answers differently.
    tells_all = actor.role == Role.COORDINATOR
    return Tiles(
        features=[_feature(tile, tells_all) for tile in listed],
        next_cursor=following,
        links=page_links(request, following),
    )


def _feature(tile: ListedTile, tells_all: bool) -> TileFeature:
    west, south, east, north = tile.bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return TileFeature(
        id=tile.id,
        geometry=Polygon(coordinates=[ring]),
        properties=TileProperties(
            z=tile.z,
            x=tile.x,
            y=tile.y,
            state=tile.state,
            reviewed=tile.reviewed,
            in_batch=tile.in_batch,
            reason=tile.reason,
            role=tile.role if tells_all else None,
            doubt=tile.doubt if tells_all else None,
            uncertainty=tile.uncertainty,
            mean_probability=tile.mean_probability,
        ),
    )
