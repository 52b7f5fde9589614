"""What the domain refuses, and the one table from refusal to HTTP status.

The domain raises these and never says HTTP. Each message says what is wrong and what to do; extra
keywords become members of the problem body (RFC 9457), for programs that want to act on them.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, ClassVar


class TilewiseError(Exception):
    """Something a person can act on.

    Args:
        detail: what is wrong in this case, and what to do about it.
        extras: members for the problem body, JSON-able.
    """

    title: ClassVar[str] = "The service refused"

    def __init__(self, detail: str, **extras: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extras = extras


class NotSignedIn(TilewiseError):
    title = "Not signed in"


class NotAllowed(TilewiseError):
    title = "Not allowed"


class SignupClosed(TilewiseError):
    title = "Signing up is closed"


class CampaignNotFound(TilewiseError):
    title = "No such campaign"


class CampaignNotActive(TilewiseError):
    title = "The campaign is not active"


class AreaRefused(TilewiseError):
    title = "The area cannot be used"


class AreaTooLarge(TilewiseError):
    title = "The area is too large"


class ImageryRefused(TilewiseError):
    title = "The imagery cannot be used"


class ImageryUnavailable(TilewiseError):
    title = "The imagery does not answer"


class ImageryTileMissing(TilewiseError):
    title = "No imagery here"


class ProbabilityMissing(TilewiseError):
    title = "No probability here"


class SceneRefused(TilewiseError):
    title = "The scene cannot be used"


class UploadTooLarge(TilewiseError):
    title = "The upload is too large"


class StartingLabelsRefused(TilewiseError):
    title = "The starting labels cannot be used"


class PolicyRefused(TilewiseError):
    title = "The policy cannot be used"


class QueryRefused(TilewiseError):
    title = "The question cannot be understood"


class TileNotFound(TilewiseError):
    title = "No such tile in the campaign"


class LeaseNotFound(TilewiseError):
    title = "No such lease"


class LeaseOver(TilewiseError):
    title = "The lease is over"


class ReviewConflict(TilewiseError):
    title = "Another review has this id"


class ReviewRefused(TilewiseError):
    title = "The review cannot be used"


class RoundNotFound(TilewiseError):
    title = "No such round"


class RoundAlreadyRunning(TilewiseError):
    title = "A round is on its way already"


class RoundNotHeld(TilewiseError):
    title = "The round is not held"


class CheckpointNotFound(TilewiseError):
    title = "No such checkpoint"


class CheckpointNotReady(TilewiseError):
    title = "The checkpoint cannot serve yet"


class NotReady(TilewiseError):
    title = "Not ready"


class RequestNotValid(TilewiseError):
    title = "The request is not valid"


class DatabaseAway(TilewiseError):
    title = "The database does not answer"


class Unforeseen(TilewiseError):
    title = "The service failed"


STATUS_BY_ERROR: dict[type[TilewiseError], HTTPStatus] = {
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    SignupClosed: HTTPStatus.FORBIDDEN,
    CampaignNotFound: HTTPStatus.NOT_FOUND,
    CampaignNotActive: HTTPStatus.CONFLICT,
    AreaRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    AreaTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImageryRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImageryUnavailable: HTTPStatus.BAD_GATEWAY,
    ImageryTileMissing: HTTPStatus.NOT_FOUND,
    ProbabilityMissing: HTTPStatus.NOT_FOUND,
    SceneRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    StartingLabelsRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    PolicyRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    QueryRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    TileNotFound: HTTPStatus.NOT_FOUND,
    LeaseNotFound: HTTPStatus.NOT_FOUND,
    LeaseOver: HTTPStatus.CONFLICT,
    ReviewConflict: HTTPStatus.CONFLICT,
    ReviewRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    RoundNotFound: HTTPStatus.NOT_FOUND,
    RoundAlreadyRunning: HTTPStatus.CONFLICT,
    RoundNotHeld: HTTPStatus.CONFLICT,
    CheckpointNotFound: HTTPStatus.NOT_FOUND,
    CheckpointNotReady: HTTPStatus.CONFLICT,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    RequestNotValid: HTTPStatus.UNPROCESSABLE_ENTITY,
    DatabaseAway: HTTPStatus.SERVICE_UNAVAILABLE,
    Unforeseen: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def problem_type(error: type[TilewiseError]) -> str:
    """A stable name of the problem's kind: ``urn:tilewise:problem:round-already-running``."""
    return "urn:tilewise:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()
