"""The built labeling UI: files by their name, and its one page for every other address."""

from __future__ import annotations

import mimetypes
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

router = APIRouter(include_in_schema=False)

BUILT = Path(__file__).parents[2] / "labeling_ui" / "dist"
# Names under assets/ carry the hash of their content: what has been fetched once stays right.
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
# Made by the build beside each file that is worth it, best first.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob: https: http:; connect-src 'self' blob: "
        "data:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
    ),
}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Tilewise</title>
<p>The labeling UI has not been built here: run <code>make ui</code>, then reload.
The API is described at <a href="/docs">/docs</a>.</p></html>"""

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".mjs")


@router.get("/{path:path}")
def page(request: Request, path: str) -> Response:
    """A built file, or the page itself, which reads the address (deep links work)."""
    found = _file(path)
    # An outdated page asks for scripts that are gone: the page in their place would be no script.
    if found is None and path.startswith(("api/", "assets/")):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found = found or _file("index.html")
    if found is None:
        return HTMLResponse(NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
    return _sent(request, found, FOREVER if path.startswith("assets/") else ASK_AGAIN)


def _file(path: str) -> Path | None:
    """The built file of this name; names that lead out of the folder are none."""
    wanted = (BUILT / path).resolve()
    return wanted if wanted.is_relative_to(BUILT.resolve()) and wanted.is_file() else None


def _sent(request: Request, file: Path, cache: str) -> Response:
    headers = {**HEADERS, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    accepted = request.headers.get("Accept-Encoding", "")
    for encoding, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted and packed.is_file():
            headers["Content-Encoding"] = encoding
            return FileResponse(packed, media_type=media_type, headers=headers)
    return FileResponse(file, media_type=media_type, headers=headers)
