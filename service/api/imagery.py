"""Imagery: a first look before a campaign is made, and tiles for maps."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated

import mercantile
from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from learner.imagery.spec import ImagerySpec
from service.api.context import Context, Ctx
from service.api.paging import is_known, not_modified
from service.api.problems import RESPONSES
from service.api.schemas.imagery import Imagery, ImageryAnswer, ImageryCheck, ImageryFacts
from service.api.schemas.shapes import BIGGEST_COLUMN, Notice, TilePlace
from service.auth import Coordinator, SignedIn
from service.domain.imagery import refusing_imagery
from service.domain.previews import look_at_imagery
from service.domain.rasters import (
    find_imagery_tile,
    find_probability,
    imagery_jpeg,
    probability_png,
)
from service.errors import ImageryTileMissing

router = APIRouter(tags=["imagery"], responses={401: RESPONSES[401]})

Zoom = Annotated[int, Path(ge=0, le=24)]
Column = Annotated[int, Path(ge=0, lt=BIGGEST_COLUMN)]
# Imagery of a campaign never changes; it may need a token, so shared caches keep out.
KEEP_IMAGERY = {"Cache-Control": "private, max-age=86400"}
KEEP_PREVIEW = {"Cache-Control": "private, max-age=600"}
Named = Annotated[Imagery, Query()]


@router.post(
    "/imagery/check",
    operation_id="check_imagery",
    responses={status: RESPONSES[status] for status in (403, 422)},
)
async def check(context: Ctx, actor: Coordinator, asked: ImageryCheck) -> ImageryAnswer:
    """Whether imagery answers, at this zoom and in this area; a problem says what is wrong."""
    look = partial(
        look_at_imagery,
        asked.imagery.spec(),
        asked.zoom,
        asked.area,
        context.artefacts,
        context.settings,
    )
    seen = await context.imagery_threads.run(look)
    sample = seen.sample
    return ImageryAnswer(
        ok=True,
        info=ImageryFacts.of(seen.info),
        sample_tile=None if sample is None else TilePlace(z=sample.z, x=sample.x, y=sample.y),
        tiles=seen.tiles,
        notices=[Notice.model_validate(notice) for notice in seen.notices],
    )


@router.get(
    "/imagery/preview/{z}/{x}/{y}.jpg",
    operation_id="preview_tile",
    response_class=Response,
    responses={
        200: {"content": {"image/jpeg": {}}},
        **{status: RESPONSES[status] for status in (403, 404, 422)},
    },
)
async def preview(
    context: Ctx, actor: Coordinator, z: Zoom, x: Column, y: Column, named: Named
) -> Response:
    """One tile of imagery that no campaign has yet: what its coordinator is about to choose."""
    read = partial(_preview, context, named.spec(), _place(z, x, y))
    jpeg = await context.imagery_threads.run(read)
    return Response(jpeg, media_type="image/jpeg", headers=KEEP_PREVIEW)


@router.get(
    "/campaigns/{campaign_id}/imagery/{z}/{x}/{y}.jpg",
    operation_id="imagery_tile",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}, 404: RESPONSES[404]},
)
async def tile(
    context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, z: Zoom, x: Column, y: Column
) -> Response:
    """One tile of the campaign's imagery, in its area or near it."""
    read = partial(_jpeg, context, campaign_id, _place(z, x, y))
    jpeg = await context.imagery_threads.run(read)
    return Response(jpeg, media_type="image/jpeg", headers=KEEP_IMAGERY)


@router.get(
    "/campaigns/{campaign_id}/probability/{z}/{x}/{y}.png",
    operation_id="probability_tile",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}, 404: RESPONSES[404]},
)
async def probability(
    context: Ctx,
    actor: SignedIn,
    campaign_id: uuid.UUID,
    z: Zoom,
    x: Column,
    y: Column,
    request: Request,
) -> Response:
    """The promoted checkpoint's probability over one tile, 8-bit grey: 255 is certainty."""
    place = _place(z, x, y)
    checkpoint_id, prefix = await to_thread.run_sync(_probability, context, campaign_id, place)
    etag = f'"{checkpoint_id}"'
    if is_known(request, etag):
        return not_modified(etag)
    read = partial(probability_png, context.artefacts, prefix, place)
    png = await context.imagery_threads.run(read)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    return Response(png, media_type="image/png", headers=headers)


def _place(z: int, x: int, y: int) -> mercantile.Tile:
    if x >= 2**z or y >= 2**z:
        raise ImageryTileMissing(f"There is no tile {z}/{x}/{y} in the world.")
    return mercantile.Tile(x, y, z)


def _preview(context: Context, spec: ImagerySpec, place: mercantile.Tile) -> bytes:
    with refusing_imagery():
        return imagery_jpeg(context.imagery.named(spec), place)


def _probability(
    context: Context, campaign_id: uuid.UUID, place: mercantile.Tile
) -> tuple[uuid.UUID, str]:
    with context.database.session() as session:
        return find_probability(session, campaign_id, place)


def _jpeg(context: Context, campaign_id: uuid.UUID, place: mercantile.Tile) -> bytes:
    with context.database.session() as session:
        campaign = find_imagery_tile(session, campaign_id, place)
    return imagery_jpeg(context.imagery.of(campaign), place)
