"""Contributions: a person sees that their answers mattered."""

from __future__ import annotations

import uuid

from fastapi import APIRouter

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.contributions import Contribution
from service.auth import SignedIn
from service.domain.contributions import contribution_of

router = APIRouter(tags=["reviews"], responses={status: RESPONSES[status] for status in (401, 404)})


@router.get("/campaigns/{campaign_id}/contribution", operation_id="get_contribution")
def show(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID) -> Contribution:
    """One's own answers, how often others agreed, and what the newest model learned from them."""
    with context.database.session() as session:
        return Contribution.model_validate(contribution_of(session, actor, campaign_id))
