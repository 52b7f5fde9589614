"""No request body is read beyond a limit, whatever its headers claim."""

from __future__ import annotations

from contextlib import suppress

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import refusal
from service.errors import UploadTooLarge

# Starting labels are the largest JSON body: about a million vertices.
JSON_MOST_BYTES = 128 * 1024**2
SCENES_PATH = "/api/scenes"  # counts its own bytes while it writes them to disk


class BodyTooLarge(Exception):
    """More bytes arrived than a body may have."""


class BodyLimit:
    """ASGI middleware: 413 for bodies over ``JSON_MOST_BYTES``, told or counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == SCENES_PATH:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        told = request.headers.get("content-length", "0")
        if told.isdigit() and int(told) > JSON_MOST_BYTES:
            await _too_large(request)(scope, receive, send)
            return
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > JSON_MOST_BYTES:
                raise BodyTooLarge
            return message

        async def answering(message: Message) -> None:
            if seen <= JSON_MOST_BYTES:  # FastAPI makes a 400 of whatever interrupts its reading
                await send(message)

        with suppress(BodyTooLarge):
            await self._app(scope, counting, answering)
        if seen > JSON_MOST_BYTES:
            await _too_large(request)(scope, receive, send)


def _too_large(request: Request) -> ASGIApp:
    return refusal(
        request,
        UploadTooLarge(
            f"A body may have {JSON_MOST_BYTES // 1024**2} MB. Simplify the geometry, or send "
            "fewer starting labels."
        ),
    )
