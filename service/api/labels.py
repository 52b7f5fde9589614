"""Labels: what a campaign holds true, whole objects with all of their lineage."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from service.api.context import Context, Ctx
from service.api.paging import (
    GEOJSON,
    Bbox,
    Bounds,
    Cursor,
    Limit,
    is_known,
    not_modified,
    page_links,
    parse_bbox,
    parse_cursor,
)
from service.api.problems import RESPONSES
from service.api.schemas.labels import Labels
from service.auth import SignedIn
from service.domain.campaigns import get_campaign
from service.domain.labels import label_features, label_revision
from service.queries.map_objects import LabelFeature

router = APIRouter(
    prefix="/campaigns/{campaign_id}/labels",
    tags=["labels"],
    responses={status: RESPONSES[status] for status in (401, 404, 422)},
)
EXPORT_PIECE = 200  # features

Since = Annotated[
    int | None,
    Query(
        ge=0,
        description="Only what changed after this revision, objects that are gone included "
        "(`deleted`). Use `revision` of the last answer.",
    ),
]


@router.get(
    "",
    operation_id="list_labels",
    response_model=Labels,
    responses={304: {"description": "Nothing changed since the ETag that was sent"}},
)
def page(
    context: Ctx,
    actor: SignedIn,
    campaign_id: uuid.UUID,
    request: Request,
    bbox: Bbox = None,
    since: Since = None,
    limit: Limit = 1000,
    cursor: Cursor = None,
) -> Response:
    """A page of labels as GeoJSON, by revision; the same question again costs nothing."""
    bounds = parse_bbox(bbox)
    after = max(since or 0, parse_cursor(cursor))
    with context.database.session() as session:
        campaign = get_campaign(session, campaign_id)
        # Before the rows: what is settled in between comes again next time, and is never missed.
        revision = label_revision(session, campaign_id)
        etag = _etag(request, revision)
        if is_known(request, etag):
            return not_modified(etag)
        found = list(
            label_features(
                session,
                campaign_id,
                after=after,
                bounds=bounds,
                tombstones=since is not None,
                limit=limit,
            )
        )
    following = str(found[-1].revision) if len(found) == limit else None
    body = {
        "type": "FeatureCollection",
        "features": [_feature(each, campaign.class_name, since is not None) for each in found],
        "revision": revision,
        "next_cursor": following,
        "links": page_links(request, following),
    }
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    return Response(orjson.dumps(body), media_type=GEOJSON, headers=headers)


@router.get(
    "/export",
    operation_id="export_labels",
    response_class=StreamingResponse,
    responses={200: {"content": {GEOJSON: {}}, "description": "All labels in one document"}},
)
def export(
    context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, bbox: Bbox = None
) -> StreamingResponse:
    """All labels as one GeoJSON document, streamed as it is read."""
    bounds = parse_bbox(bbox)
    with context.database.session() as session:
        campaign = get_campaign(session, campaign_id)
    return StreamingResponse(
        _stream(context, campaign_id, campaign.class_name, bounds),
        media_type=GEOJSON,
        headers={"Content-Disposition": f'attachment; filename="labels-{campaign_id}.geojson"'},
    )


def _stream(
    context: Context, campaign_id: uuid.UUID, class_name: str, bounds: Bounds | None
) -> Iterator[bytes]:
    with context.database.session() as session:
        revision = label_revision(session, campaign_id)
        yield b'{"type":"FeatureCollection","revision":%d,"features":[' % revision
        piece: list[bytes] = []
        separator = b"\n"
        for feature in label_features(
            session, campaign_id, after=0, bounds=bounds, tombstones=False, limit=None
        ):
            piece.append(orjson.dumps(_feature(feature, class_name, False)))
            if len(piece) == EXPORT_PIECE:
                yield separator + b",\n".join(piece)
                piece, separator = [], b",\n"
        yield (separator + b",\n".join(piece) if piece else b"") + b"\n]}\n"


def _feature(label: LabelFeature, class_name: str, tells_deleted: bool) -> dict[str, Any]:
    properties = {
        "class_name": class_name,
        "source": label.source,
        **label.lineage,
        "revision": label.revision,
    }
    if tells_deleted:
        properties["deleted"] = label.deleted
    return {
        "type": "Feature",
        "id": str(label.id),
        "geometry": label.geometry,
        "properties": properties,
    }


def _etag(request: Request, revision: int) -> str:
    """Changes with the labels and with the question."""
    question = hashlib.sha256(str(request.url).encode()).hexdigest()[:16]
    return f'W/"{revision}-{question}"'
