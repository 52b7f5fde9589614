"""Every refusal leaves as a problem body (RFC 9457), whoever refused."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from learner.imagery.errors import ImageryError, ImageryNotFound, ImageryUnreachable
from service.api.schemas.shapes import Problem
from service.artefacts import ArtefactMissing
from service.domain.imagery import cause_of
from service.errors import (
    STATUS_BY_ERROR,
    DatabaseAway,
    ImageryRefused,
    ImageryTileMissing,
    ImageryUnavailable,
    NotSignedIn,
    RequestNotValid,
    TilewiseError,
    Unforeseen,
    problem_type,
)

MEDIA_TYPE = "application/problem+json"
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text, "content": {MEDIA_TYPE: {}}}
    for status, text in (
        (401, "Not signed in"),
        (403, "Not allowed"),
        (404, "Not found"),
        (409, "In conflict with what stands"),
        (422, "Cannot be used; the detail says why"),
    )
}

HEADERS_BY_ERROR: dict[type[TilewiseError], dict[str, str]] = {
    NotSignedIn: {"WWW-Authenticate": "Bearer"},
    DatabaseAway: {"Retry-After": "2"},
}

log = logging.getLogger(__name__)


def answer(
    request: Request,
    status: int,
    *,
    type_: str = "about:blank",
    title: str | None = None,
    detail: str = "",
    headers: dict[str, str] | None = None,
    **extras: Any,
) -> Response:
    """A problem body; extras never displace its own members."""
    problem = {
        **extras,
        "type": type_,
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    # Members may be counts by a StrEnum, which orjson does not take for a string.
    options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    body = orjson.dumps(problem, option=options, default=str)
    return Response(body, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Register one handler for each kind of refusal."""
    app.add_exception_handler(TilewiseError, refusal)
    app.add_exception_handler(ImageryError, _imagery_failed)
    app.add_exception_handler(ArtefactMissing, _artefact_missing)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _not_kept)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _unforeseen)


def refusal(request: Request, error: Exception) -> Response:
    """The answer to what the domain, or a handler below, refuses."""
    assert isinstance(error, TilewiseError)
    return answer(
        request,
        STATUS_BY_ERROR[type(error)],
        type_=problem_type(type(error)),
        title=error.title,
        detail=error.detail,
        headers=HEADERS_BY_ERROR.get(type(error)),
        **error.extras,
    )


def _imagery_failed(request: Request, error: Exception) -> Response:
    """Imagery that worked when the campaign was made, and does not now."""
    assert isinstance(error, ImageryError)
    if isinstance(error, ImageryUnreachable):
        return refusal(request, ImageryUnavailable(str(error)))
    if isinstance(error, ImageryNotFound):
        return refusal(request, ImageryTileMissing(str(error)))
    return refusal(request, ImageryRefused(str(error), cause=cause_of(error)))


def _artefact_missing(request: Request, error: Exception) -> Response:
    return answer(request, HTTPStatus.NOT_FOUND, detail=str(error))


def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"loc": list(item["loc"]), "message": item["msg"], "kind": item["type"]}
        for item in error.errors()[:20]
    ]
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    more = f" (and {len(error.errors()) - 1} more)" if len(error.errors()) > 1 else ""
    told = f"{where or 'body'}: {first['message']}{more}. See /docs for what is expected."
    return refusal(request, RequestNotValid(told, errors=errors))


def _not_kept(request: Request, error: Exception) -> Response:
    """What only the database finds out: a NUL in a text, a number beyond its column."""
    log.warning("the database takes a value of %s for none: %s", request.url.path, error)
    return refusal(
        request,
        RequestNotValid(
            "A text holds a character that cannot be kept (U+0000), or a number is too large. "
            "Nothing was changed."
        ),
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}. See /docs for what there is."
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} is not possible here. See /docs for what is."
    return answer(request, error.status_code, detail=detail, headers=headers)


def _database_away(request: Request, error: Exception) -> Response:
    log.error("the database does not answer: %s", error)
    return refusal(
        request,
        DatabaseAway(
            "Nothing was changed. Try again in a few seconds; answers can be sent again safely."
        ),
    )


def _unforeseen(request: Request, error: Exception) -> Response:
    """What nobody foresaw: logged in full by the server, told without its insides."""
    return refusal(
        request,
        Unforeseen("This is a fault of the service, not of the request; its log says more."),
    )
