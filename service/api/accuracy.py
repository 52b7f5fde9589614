"""Accuracy over rounds."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.accuracy import Accuracy, AuditProgress, Forecast, RoundAccuracy
from service.auth import SignedIn
from service.domain.accuracy import accuracy_over_rounds
from service.domain.forecast import forecast_accuracy

router = APIRouter(tags=["accuracy"])


@router.get(
    "/campaigns/{campaign_id}/accuracy",
    operation_id="get_accuracy",
    responses={status: RESPONSES[status] for status in (401, 404)},
)
def show(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID) -> Accuracy:
    """How good each round's map is over the campaign's area, with 95 % intervals."""
    with context.database.session() as session:
        found = accuracy_over_rounds(session, campaign_id)
    return Accuracy(
        audit=AuditProgress(tiles=found.audit_tiles, settled=found.audit_settled),
        rounds=[
            RoundAccuracy.model_validate(
                {
                    **measured.scores,
                    "round": round_.number,
                    "checkpoint_id": checkpoint.id,
                    "state": checkpoint.state,
                    "reason": checkpoint.state_reason,
                    "tile_count": measured.tile_count,
                    "labels": round_.label_count,
                    "person_seconds": round_.person_seconds,
                    "stage_seconds": round_.stage_seconds,
                }
            )
            for round_, checkpoint, measured in found.rounds
        ],
    )


@router.get(
    "/campaigns/{campaign_id}/accuracy/forecast",
    operation_id="get_forecast",
    responses={status: RESPONSES[status] for status in (401, 404, 422)},
)
def foretell(
    context: Ctx,
    actor: SignedIn,
    campaign_id: uuid.UUID,
    target: Annotated[
        float,
        Query(gt=0, lt=1, allow_inf_nan=False, description="Pixel IoU that is good enough."),
    ] = 0.75,
) -> Forecast:
    """How many more tiles until the map is good enough, and what the next batch is worth."""
    with context.database.session() as session:
        found = forecast_accuracy(session, campaign_id, target=target)
    return Forecast.model_validate(found)
