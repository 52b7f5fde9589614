"""Campaigns: made, listed, looked at, changed."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.rounds import newest_round
from service.api.schemas.campaigns import (
    Campaign,
    CampaignChanges,
    Campaigns,
    CampaignSummary,
    CreatedCampaign,
    NewCampaign,
    TileTotals,
)
from service.api.schemas.shapes import Notice
from service.auth import Coordinator, SignedIn
from service.domain import campaigns
from service.domain.actors import KnownActor
from service.domain.campaigns import CampaignOverview, CampaignRequest
from service.tables import Campaign as CampaignRow

router = APIRouter(
    prefix="/campaigns", tags=["campaigns"], responses={401: RESPONSES[401], 403: RESPONSES[403]}
)


@router.post(
    "",
    operation_id="create_campaign",
    status_code=HTTPStatus.CREATED,
    responses={422: RESPONSES[422]},
)
def create(context: Ctx, actor: Coordinator, asked: NewCampaign) -> CreatedCampaign:
    """Check area, imagery, starting labels and policy; then make tiles and draw the audit set."""
    request = CampaignRequest(
        name=asked.name,
        class_name=asked.class_name,
        imagery=asked.imagery.spec(),
        area=asked.area,
        zoom=asked.zoom,
        starting_labels=asked.starting_labels,
        policy=asked.policy,
        seed=asked.seed,
    )
    plan = campaigns.plan_campaign(request, context.artefacts, context.settings)
    with context.database.session() as session:
        created = campaigns.create_campaign(session, actor, plan)
        session.refresh(created.campaign)
    return CreatedCampaign(
        **_summary(created.campaign, plan.area.bounds),
        tiles=TileTotals(pool=created.pool, audit=created.audit),
        notices=[Notice.model_validate(notice) for notice in created.notices],
    )


@router.get("", operation_id="list_campaigns")
def list_all(context: Ctx, actor: SignedIn) -> Campaigns:
    """All campaigns, newest first."""
    with context.database.session() as session:
        found = campaigns.list_campaigns(session)
    return Campaigns(
        campaigns=[
            CampaignSummary.model_validate(_summary(campaign, bounds)) for campaign, bounds in found
        ]
    )


@router.get("/{campaign_id}", operation_id="get_campaign", responses={404: RESPONSES[404]})
def show(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID) -> Campaign:
    """One campaign with its counts, people's work, and the newest round."""
    with context.database.session() as session:
        return _view(session, actor, campaign_id)


@router.patch(
    "/{campaign_id}",
    operation_id="change_campaign",
    responses={404: RESPONSES[404], 422: RESPONSES[422]},
)
def change(
    context: Ctx, actor: Coordinator, campaign_id: uuid.UUID, asked: CampaignChanges
) -> Campaign:
    """Rename, pause, close, reopen, or change rules; the audit set stays as it was drawn."""
    with context.database.session() as session:
        campaigns.change_campaign(
            session, campaign_id, name=asked.name, state=asked.state, policy=asked.policy
        )
        return _view(session, actor, campaign_id)


def _view(session: Session, actor: KnownActor, campaign_id: uuid.UUID) -> Campaign:
    overview = campaigns.describe_campaign(session, actor, campaign_id)
    return Campaign.model_validate(
        {
            **_summary(overview.campaign, overview.bounds),
            **_counts(overview),
            "current_round": newest_round(session, campaign_id),
        }
    )


def _counts(overview: CampaignOverview) -> dict[str, Any]:
    return {
        "area": overview.area,
        "tiles": overview.tiles,
        "second_looks": overview.second_looks,
        "starting_labels": overview.starting_labels,
        "people": overview.work,
        "mine": overview.own_work,
    }


def _summary(campaign: CampaignRow, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "class_name": campaign.class_name,
        "zoom": campaign.zoom,
        "imagery": campaign.imagery,
        "policy": campaign.policy,
        "seed": campaign.seed,
        "state": campaign.state,
        "promoted_checkpoint_id": campaign.promoted_checkpoint_id,
        "bounds": bounds,
        "created_by": campaign.created_by,
        "created_at": campaign.created_at,
    }
