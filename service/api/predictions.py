"""Predictions: what the promoted model says, before anyone has looked."""

from __future__ import annotations

import uuid

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.context import Ctx
from service.api.paging import GEOJSON, Bbox, Cursor, Limit, page_links, parse_bbox, parse_cursor
from service.api.problems import RESPONSES
from service.api.schemas.labels import Predictions
from service.auth import SignedIn
from service.domain.predictions import list_predictions

router = APIRouter(tags=["labels"])


@router.get(
    "/campaigns/{campaign_id}/predictions",
    operation_id="list_predictions",
    response_model=Predictions,
    responses={status: RESPONSES[status] for status in (401, 404, 422)},
)
def page(
    context: Ctx,
    actor: SignedIn,
    campaign_id: uuid.UUID,
    request: Request,
    bbox: Bbox = None,
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """A page of the promoted checkpoint's outlines as GeoJSON; a prediction is not a label."""
    with context.database.session() as session:
        found = list_predictions(
            session,
            campaign_id,
            after=parse_cursor(cursor),
            bounds=parse_bbox(bbox),
            limit=limit,
            actor=actor,
        )
    following = str(found.outlines[-1].id) if len(found.outlines) == limit else None
    body = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": outline.id,
                "geometry": outline.geometry,
                "properties": {
                    "class_name": found.class_name,
                    "confidence": outline.confidence,
                    "checkpoint_id": found.checkpoint_id,
                },
            }
            for outline in found.outlines
        ],
        "checkpoint_id": found.checkpoint_id,
        "next_cursor": following,
        "links": page_links(request, following),
    }
    return Response(orjson.dumps(body), media_type=GEOJSON)
