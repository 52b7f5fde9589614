"""Every answer says which version gave it, so that an outdated page can tell."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.version import VERSION

HEADER = "X-Tilewise-Version"


class VersionHeader:
    """ASGI middleware: adds the header, and nothing else (streams pass through untouched)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = VERSION
            await send(message)

        await self._app(scope, receive, with_version if scope["type"] == "http" else send)
