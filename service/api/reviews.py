"""Reviews: one person's answer about one tile."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Annotated

import mercantile
from fastapi import APIRouter, Query, Response
from shapely.geometry import mapping

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.shapes import Polygon, TilePlace
from service.api.schemas.tasks import (
    KeptReview,
    NewReview,
    Reviews,
    ReviewView,
    SentFeature,
    SentObjects,
    SentProperties,
)
from service.auth import SignedIn
from service.domain.automatic_rounds import after_label
from service.domain.drawn import SentOutline
from service.domain.reviews import Submission, reviews_of_tile, submit_review
from service.jobs.wake import wake_campaign
from service.queries.reviews import ReviewRow

router = APIRouter(tags=["reviews"], responses={status: RESPONSES[status] for status in (401, 404)})


@router.post(
    "/campaigns/{campaign_id}/reviews",
    operation_id="submit_review",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": KeptReview, "description": "The same answer, kept before"},
        409: RESPONSES[409],
        422: RESPONSES[422],
    },
)
def submit(
    context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, asked: NewReview, response: Response
) -> KeptReview:
    """Keep an answer. Send it again with the same id until this has said yes: it counts once."""
    with context.database.session() as session:
        accepted = submit_review(session, actor, campaign_id, _submission(asked))
        wakes = accepted.settled and after_label(session, campaign_id)
    if wakes:
        wake_campaign(context.database, context.redis, campaign_id)
    if accepted.replay:
        response.status_code = HTTPStatus.OK
    return KeptReview.model_validate(accepted)


@router.get("/campaigns/{campaign_id}/reviews", operation_id="list_reviews")
def of_tile(
    context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, tile: Annotated[TilePlace, Query()]
) -> Reviews:
    """What was said of one tile: one's own answers, or all of them for coordinators."""
    with context.database.session() as session:
        rows = reviews_of_tile(session, actor, campaign_id, _place(tile))
    return Reviews(reviews=[_view(row, actor.id) for row in rows])


def _place(tile: TilePlace) -> mercantile.Tile:
    return mercantile.Tile(tile.x, tile.y, tile.z)


def _submission(asked: NewReview) -> Submission:
    features = [] if asked.objects is None else asked.objects.features
    return Submission(
        id=asked.id,
        tile=_place(asked.tile),
        answer=asked.answer,
        seconds_spent=asked.seconds_spent,
        lease_id=asked.lease_id,
        outlines=[
            SentOutline(feature.geometry.coordinates, feature.properties.source)
            for feature in features
        ],
        cant_tell_reason=asked.cant_tell_reason,
        acts=asked.acts,
    )


def _view(row: ReviewRow, actor_id: uuid.UUID) -> ReviewView:
    review = row.review
    return ReviewView(
        id=review.id,
        answer=review.answer,
        cant_tell_reason=review.cant_tell_reason,
        standing=review.standing,
        seconds_spent=review.seconds_spent,
        created_at=review.created_at,
        mine=review.actor_id == actor_id,
        objects=SentObjects(
            features=[
                SentFeature(
                    geometry=Polygon.model_validate(mapping(polygon)),
                    properties=SentProperties(source=source),
                )
                for polygon, source in row.objects
            ]
        ),
    )
