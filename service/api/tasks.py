"""Tasks: claim the next tiles, keep them, give them back."""

from __future__ import annotations

import uuid
from http import HTTPStatus

from fastapi import APIRouter

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.shapes import Polygon
from service.api.schemas.tasks import (
    Claim,
    ClaimedTasks,
    LeaseEnd,
    OutlineFeature,
    OutlineProperties,
    Outlines,
    QueueState,
    Task,
    TaskTile,
)
from service.auth import SignedIn
from service.domain import tasks
from service.queries.tasks import Outline

router = APIRouter(tags=["tasks"], responses={401: RESPONSES[401], 404: RESPONSES[404]})


@router.post(
    "/campaigns/{campaign_id}/tasks/claim",
    operation_id="claim_tasks",
    responses={409: RESPONSES[409]},
)
def claim(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, asked: Claim) -> ClaimedTasks:
    """The next tiles for whoever asks; none only when nothing is left for them."""
    with context.database.session() as session:
        claimed = tasks.claim_tasks(
            session,
            actor,
            campaign_id,
            count=asked.count,
            holding=frozenset(asked.holding),
            lease_s=context.settings.lease_s,
        )
    return ClaimedTasks(
        tasks=[_task(task) for task in claimed.tasks], queue=QueueState(waiting=claimed.waiting)
    )


@router.post(
    "/tasks/{lease_id}/heartbeat",
    operation_id="keep_task",
    responses={409: RESPONSES[409]},
)
def heartbeat(context: Ctx, actor: SignedIn, lease_id: uuid.UUID) -> LeaseEnd:
    """Keep a tile for longer, while someone works on it."""
    with context.database.session() as session:
        expires_at = tasks.heartbeat(session, actor, lease_id, context.settings.lease_s)
    return LeaseEnd(expires_at=expires_at)


@router.post(
    "/tasks/{lease_id}/release", operation_id="release_task", status_code=HTTPStatus.NO_CONTENT
)
def release(context: Ctx, actor: SignedIn, lease_id: uuid.UUID) -> None:
    """Give a tile back unanswered; giving it back twice is the same."""
    with context.database.session() as session:
        tasks.release(session, actor, lease_id)


def _task(task: tasks.Task) -> Task:
    row = task.tile
    return Task(
        lease_id=row.lease_id,
        tile=TaskTile(z=task.zoom, x=row.x, y=row.y, id=row.tile_id),
        bounds=row.bounds,
        expires_at=row.expires_at,
        outlines=None
        if task.outlines is None
        else Outlines(features=[_outline(outline) for outline in task.outlines]),
        reason=row.reason,
        checkpoint_id=row.checkpoint_id,
        class_name=task.class_name,
    )


def _outline(outline: Outline) -> OutlineFeature:
    return OutlineFeature(
        id=outline.id,
        geometry=Polygon(coordinates=outline.geometry["coordinates"]),
        properties=OutlineProperties(id=outline.id, confidence=outline.confidence),
    )
