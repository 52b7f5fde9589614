"""Scenes: imagery files that a coordinator uploads."""

from __future__ import annotations

import tempfile
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from anyio import open_file
from fastapi import APIRouter, Header, Request, Response

from service.api.context import Context, Ctx
from service.api.problems import RESPONSES
from service.api.schemas.imagery import ImageryFacts, UploadedScene
from service.auth import Coordinator
from service.domain.scenes import keep_scene
from service.errors import UploadTooLarge

router = APIRouter(tags=["imagery"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "/scenes",
    operation_id="upload_scene",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": UploadedScene, "description": "The same file was there already"},
        **{status: RESPONSES[status] for status in (401, 403, 422)},
    },
    openapi_extra=_BODY,
)
async def upload(
    context: Ctx,
    actor: Coordinator,
    request: Request,
    response: Response,
    x_filename: Annotated[str, Header(max_length=255, description="Its name.")] = "scene",
) -> UploadedScene:
    """Keep a GeoTIFF or MBTiles file, sent as the raw body; it is recognised by its content."""
    uploads = context.settings.home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=uploads) as folder:
        path = Path(folder) / "scene"
        await _receive(context, request, path)
        name = Path(x_filename).name or "scene"
        kept = await context.imagery_threads.run(partial(keep_scene, path, name, context.artefacts))
    if not kept.is_new:
        response.status_code = HTTPStatus.OK
    facts = ImageryFacts.of(kept.info)
    return UploadedScene(
        location=kept.location,
        kind=kept.kind,
        bounds=facts.bounds,
        max_zoom=facts.max_zoom,
        bands=facts.bands,
    )


async def _receive(context: Context, request: Request, path: Path) -> None:
    """Write the body to ``path`` as it comes; nothing of it is held in memory."""
    most = context.settings.max_upload_bytes
    size = 0
    async with await open_file(path, "wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise UploadTooLarge(
                    f"A scene may have {most:,} bytes here. Cut it down, compress it "
                    "(gdal_translate -of COG -co COMPRESS=JPEG), or have "
                    "TILEWISE_MAX_UPLOAD_BYTES raised.",
                    limit=most,
                )
            await file.write(piece)
