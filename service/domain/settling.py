"""From reviews to labels: the outcome of :mod:`service.domain.settle`, written down."""

from __future__ import annotations

from collections.abc import Sequence

import mercantile
import shapely
from sqlalchemy.orm import Session

from service.domain.doubt import QUESTIONED, doubt_of
from service.domain.map_objects import refresh_whole_objects, versions_near
from service.domain.policy import stored_policy
from service.domain.settle import Disputed, NeedsMore, Rules, Settled, Vote, settle
from service.queries import labels, predicted, reviews, tiles
from service.queries.reviews import Counted
from service.states import Doubt, LabelKind, Role, TileState
from service.tables import Campaign, Label, Tile


def resettle(session: Session, campaign: Campaign, tile: Tile) -> tuple[TileState, bool]:
    """Settle a locked tile by its counted reviews: its state, and is its label new or changed?

    Where a changed answer breaks an agreement, the tile asks for more eyes again, and its label
    stands until they agree. A label in doubt stands too: its tile is settled, with one seat more.
    """
    policy = stored_policy(campaign.policy)
    rules = Rules(policy.reviews_needed(tile.role), policy.max_reviews, policy.agreement_iou)
    square = shapely.box(*mercantile.bounds(tile.x, tile.y, campaign.zoom))
    counted = reviews.counted(session, tile.id)
    before = labels.get(session, tile.id)  # the tile's lock guards it
    doubts: Sequence[Doubt | None] = [None] * len(counted)
    if policy.second_looks and rules.needed == 1:  # two who agree leave no doubt
        doubts = _doubts(session, square, counted, before)
    votes = [_vote(review, doubt) for review, doubt in zip(counted, doubts, strict=True)]
    match settle(votes, square, rules):
        case Settled() as outcome:
            unusable = outcome.kind == LabelKind.UNUSABLE
            state = TileState.UNUSABLE if unusable else TileState.SETTLED
            needed = len(counted) + (outcome.doubt is not None)
            tiles.set_progress(session, tile.id, state, len(counted), needed)
            return state, _write_label(session, campaign, tile, outcome, counted, before)
        case NeedsMore(needed):
            tiles.set_progress(session, tile.id, TileState.OPEN, len(counted), needed)
            return TileState.OPEN, False
        case Disputed():
            # One seat more: for the coordinator who decides.
            tiles.set_progress(session, tile.id, TileState.DISPUTED, len(counted), len(counted) + 1)
            return TileState.DISPUTED, False


def _vote(review: Counted, doubt: Doubt | None) -> Vote:
    return Vote(
        review.id,
        review.answer,
        tuple(polygon for polygon, _ in review.objects),
        review.role == Role.COORDINATOR,
        doubt,
    )


def _doubts(
    session: Session, square: shapely.Polygon, counted: Sequence[Counted], before: Label | None
) -> list[Doubt | None]:
    """Of each review; a model may have come to doubt one later than it was given."""

    def doubt(review: Counted) -> Doubt | None:
        if before is not None and before.doubt is not None and review.id in before.review_ids:
            return before.doubt
        if review.role == Role.COORDINATOR or review.answer not in QUESTIONED:
            return None
        drawn = [polygon for polygon, _ in review.objects]
        return doubt_of(review.answer, drawn, shown_to(review), square)

    def shown_to(review: Counted) -> list[shapely.Polygon] | None:
        if review.checkpoint_id is None:
            return None
        return predicted.outlines_touching(session, review.checkpoint_id, square.bounds)

    return [doubt(review) for review in counted]


def _write_label(
    session: Session,
    campaign: Campaign,
    tile: Tile,
    outcome: Settled,
    counted: Sequence[Counted],
    before: Label | None,
) -> bool:
    labels.lock_campaign(session, campaign.id)
    medoid = outcome.review_ids[0]
    if before is not None and before.review_ids[0] == medoid and before.kind == outcome.kind:
        labels.set_voices(session, tile.id, outcome.review_ids, outcome.doubt)
        return False
    old = [] if before is None else versions_near(session, campaign, tile)
    labels.put(
        session,
        tile_id=tile.id,
        campaign_id=campaign.id,
        kind=outcome.kind,
        review_ids=outcome.review_ids,
        objects=next(review.objects for review in counted if review.id == medoid),
        doubt=outcome.doubt,
    )
    refresh_whole_objects(session, campaign, tile, old)
    return True
