"""Acquisitions: the ways to choose tiles, as the coordinator's menu."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.problems import RESPONSES
from service.api.schemas.accuracy import Acquisition, Acquisitions
from service.auth import SignedIn
from service.domain.policy import OFFERED

router = APIRouter(tags=["campaigns"])


@router.get("/acquisitions", operation_id="list_acquisitions", responses={401: RESPONSES[401]})
def list_all(actor: SignedIn) -> Acquisitions:
    """Every acquisition that a campaign's policy may name."""
    return Acquisitions(
        acquisitions=[
            Acquisition(
                name=name,
                explanation=entry.explanation,
                needs=sorted(entry.needs),
                needs_features=entry.needs_features,
            )
            for name, entry in OFFERED.items()
        ]
    )
