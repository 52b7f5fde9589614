"""Boxes, cursors and links of endpoints that list features."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from service.errors import QueryRefused

Bounds = tuple[float, float, float, float]

GEOJSON = "application/geo+json"
LIMIT_MOST = 10_000
Bbox = Annotated[
    str | None,
    Query(
        description="West,south,east,north in degrees (EPSG:4326).",
        examples=["85.519,27.632,85.523,27.635"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST, description="Most features in one page.")]
Cursor = Annotated[str | None, Query(description="The `next_cursor` of the page before.")]


def parse_bbox(text: str | None) -> Bounds | None:
    """Four numbers as a box.

    Raises:
        QueryRefused: not four numbers, not in order, not degrees.
    """
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise QueryRefused(
            f"bbox must be west,south,east,north in degrees, not {text!r}"
        ) from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise QueryRefused(
            f"bbox {text!r} is not in order, or not in degrees: west < east within ±180 and "
            "south < north within ±90. A box over the antimeridian is asked for as two."
        )
    return west, south, east, north


def parse_cursor(text: str | None) -> int:
    """Where the page before ended; 0 for the first page.

    Raises:
        QueryRefused: not a cursor of this service.
    """
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise QueryRefused(f"{text!r} is no cursor. Use `next_cursor` of the page before.")
    return int(text)


def page_links(request: Request, next_cursor: str | None) -> list[dict[str, str]]:
    """Links to this page and to the next one, if there is one."""
    links = [{"rel": "self", "type": GEOJSON, "href": str(request.url)}]
    if next_cursor is not None:
        following = request.url.include_query_params(cursor=next_cursor)
        links.append({"rel": "next", "type": GEOJSON, "href": str(following)})
    return links


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this very answer already."""
    sent = request.headers.get("if-none-match", "")
    return etag in {part.strip() for part in sent.split(",")} or sent.strip() == "*"


def not_modified(etag: str) -> Response:
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
