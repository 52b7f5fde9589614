"""Checkpoints: what was trained, and which one serves."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.accuracy import Checkpoint, Checkpoints
from service.auth import Coordinator, SignedIn
from service.domain.accuracy import list_checkpoints
from service.domain.promotion import promote
from service.reasons import Why
from service.states import GateReason
from service.tables import Checkpoint as CheckpointRow

router = APIRouter(
    prefix="/campaigns/{campaign_id}/checkpoints",
    tags=["checkpoints"],
    responses={status: RESPONSES[status] for status in (401, 404)},
)


@router.get("", operation_id="list_checkpoints")
def list_all(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID) -> Checkpoints:
    """All checkpoints with their cards, newest first."""
    with context.database.session() as session:
        found = list_checkpoints(session, campaign_id)
    return Checkpoints(
        checkpoints=[Checkpoint.model_validate(_view(row, number)) for row, number in found]
    )


@router.post(
    "/{checkpoint_id}/promote",
    operation_id="promote_checkpoint",
    responses={403: RESPONSES[403], 409: RESPONSES[409]},
)
def let_serve(
    context: Ctx, actor: Coordinator, campaign_id: uuid.UUID, checkpoint_id: uuid.UUID
) -> Checkpoint:
    """Let this checkpoint serve: one that was held, or an older one (roll back)."""
    with context.database.session() as session:
        why = Why(f"promoted by {actor.name}", GateReason.BY_COORDINATOR, {"name": actor.name})
        promote(session, campaign_id, checkpoint_id, reason=why)
        numbers = {row.id: (row, number) for row, number in list_checkpoints(session, campaign_id)}
    return Checkpoint.model_validate(_view(*numbers[checkpoint_id]))


def _view(row: CheckpointRow, number: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "round": number,
        "state": row.state,
        "state_reason": row.state_reason,
        "state_code": row.state_code,
        "state_params": row.state_params,
        "parent_id": row.parent_id,
        "sha256": row.sha256,
        "card": row.card,
        "created_at": row.created_at,
        "promoted_at": row.promoted_at,
    }
