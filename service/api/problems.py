"""Every refusal leaves as a problem body (RFC 9457), whoever refused."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from learner.errors import LearnerError
from learner.imagery.errors import ImageryNotFound, ImageryUnreachable
from service.api.schemas.shapes import Problem
from service.artefacts import ArtefactMissing
from service.errors import STATUS_BY_ERROR, NotSignedIn, TilewiseError, problem_type

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
    app.add_exception_handler(TilewiseError, _refused)
    app.add_exception_handler(LearnerError, _learner_refused)
    app.add_exception_handler(ArtefactMissing, _artefact_missing)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _unforeseen)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, TilewiseError)
    status = STATUS_BY_ERROR[type(error)]
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else None
    return answer(
        request,
        status,
        type_=problem_type(type(error)),
        title=error.title,
        detail=error.detail,
        headers=headers,
        **error.extras,
    )


def _learner_refused(request: Request, error: Exception) -> Response:
    """Imagery that worked when the campaign was made, and does not now."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, ImageryUnreachable):
        status = HTTPStatus.BAD_GATEWAY
    elif isinstance(error, ImageryNotFound):
        status = HTTPStatus.NOT_FOUND
    name = "imagery-unavailable"
    return answer(
        request,
        status,
        type_=f"urn:tilewise:problem:{name}",
        title="The imagery does not answer",
        detail=str(error),
    )


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
    return answer(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        type_="urn:tilewise:problem:request-not-valid",
        title="The request is not valid",
        detail=f"{where or 'body'}: {first['message']}{more}. See /docs for what is expected.",
        errors=errors,
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
    return answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        type_="urn:tilewise:problem:database-away",
        title="The database does not answer",
        detail="Nothing was changed. Try again in a few seconds; answers can be sent again safely.",
        headers={"Retry-After": "2"},
    )


def _unforeseen(request: Request, error: Exception) -> Response:
    """What nobody foresaw: logged in full by the server, told without its insides."""
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        type_="urn:tilewise:problem:unforeseen",
        title="The service failed",
        detail="This is a fault of the service, not of the request; its log says more.",
    )
