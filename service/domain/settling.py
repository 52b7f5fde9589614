"""From reviews to labels: the outcome of :mod:`service.domain.settle`, written down."""

from __future__ import annotations

from collections.abc import Sequence

import mercantile
import shapely
from sqlalchemy.orm import Session

from service.domain.map_objects import refresh_whole_objects, versions_near
from service.domain.policy import stored_policy
from service.domain.settle import Disputed, NeedsMore, Rules, Settled, Vote, settle
from service.queries import labels, reviews, tiles
from service.queries.reviews import Counted
from service.states import LabelKind, Role, TileState
from service.tables import Campaign, Tile


def resettle(session: Session, campaign: Campaign, tile: Tile) -> tuple[TileState, bool]:
    """Settle a locked tile by its counted reviews: its state, and is its label new or changed?

    Where a changed answer breaks an agreement, the tile asks for more eyes again, and its label
    stands until they agree.
    """
    policy = stored_policy(campaign.policy)
    rules = Rules(policy.reviews_needed(tile.role), policy.max_reviews, policy.agreement_iou)
    counted = reviews.counted(session, tile.id)
    square = shapely.box(*mercantile.bounds(tile.x, tile.y, campaign.zoom))
    match settle([_vote(review) for review in counted], square, rules):
        case Settled() as outcome:
            unusable = outcome.kind == LabelKind.UNUSABLE
            state = TileState.UNUSABLE if unusable else TileState.SETTLED
            tiles.set_progress(session, tile.id, state, len(counted), len(counted))
            return state, _write_label(session, campaign, tile, outcome, counted)
        case NeedsMore(needed):
            tiles.set_progress(session, tile.id, TileState.OPEN, len(counted), needed)
            return TileState.OPEN, False
        case Disputed():
            # One seat more: for the coordinator who decides.
            tiles.set_progress(session, tile.id, TileState.DISPUTED, len(counted), len(counted) + 1)
            return TileState.DISPUTED, False


def _vote(review: Counted) -> Vote:
    return Vote(
        review.id,
        review.answer,
        tuple(polygon for polygon, _ in review.objects),
        review.role == Role.COORDINATOR,
    )


def _write_label(
    session: Session,
    campaign: Campaign,
    tile: Tile,
    outcome: Settled,
    counted: Sequence[Counted],
) -> bool:
    before = labels.get(session, tile.id)  # the tile's lock guards it
    labels.lock_campaign(session, campaign.id)
    medoid = outcome.review_ids[0]
    if before is not None and before.review_ids[0] == medoid and before.kind == outcome.kind:
        labels.add_reviews(session, tile.id, outcome.review_ids)
        return False
    old = [] if before is None else versions_near(session, campaign, tile)
    labels.put(
        session,
        tile_id=tile.id,
        campaign_id=campaign.id,
        kind=outcome.kind,
        review_ids=outcome.review_ids,
        objects=next(review.objects for review in counted if review.id == medoid),
        replaces=before is not None,
    )
    refresh_whole_objects(session, campaign, tile, old)
    return True
