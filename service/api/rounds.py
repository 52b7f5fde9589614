"""Rounds: started, watched, closed, resumed. Workers are woken after the commit, never before."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from service.api.context import Context, Ctx
from service.api.problems import RESPONSES
from service.api.schemas.rounds import Round, Rounds
from service.auth import Coordinator, SignedIn
from service.domain import rounds
from service.domain.round_views import view_round, view_rounds
from service.jobs.wake import wake_campaign
from service.states import RoundState

router = APIRouter(
    prefix="/campaigns/{campaign_id}/rounds",
    tags=["rounds"],
    responses={status: RESPONSES[status] for status in (401, 404)},
)
CHANGES: dict[int | str, dict[str, Any]] = {403: RESPONSES[403], 409: RESPONSES[409]}
LOOK_EVERY_S = 1.0
# Proxies drop connections that are silent; a comment keeps them.
SILENCE_MOST_S = 15.0


@router.post("", operation_id="start_round", status_code=HTTPStatus.CREATED, responses=CHANGES)
def start(context: Ctx, actor: Coordinator, campaign_id: uuid.UUID) -> Round:
    """Start the next round; people label on by the order that stands."""
    with context.database.session() as session:
        started = rounds.start_round(session, campaign_id)
        number = started.number
    return _woken(context, campaign_id, number)


@router.get("", operation_id="list_rounds")
def list_all(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID) -> Rounds:
    """All rounds of a campaign, oldest first."""
    with context.database.session() as session:
        found = view_rounds(session, campaign_id)
    return Rounds(rounds=[Round.model_validate(view) for view in found])


@router.get("/{number}", operation_id="get_round")
def show(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, number: int) -> Round:
    """One round with its jobs' progress."""
    return _view(context, campaign_id, number)


@router.post("/{number}/close", operation_id="close_round", responses=CHANGES)
def close(context: Ctx, actor: Coordinator, campaign_id: uuid.UUID, number: int) -> Round:
    """End a round before its batch has settled."""
    with context.database.session() as session:
        rounds.close_round(session, campaign_id, number)
    return _view(context, campaign_id, number)


@router.post("/{number}/resume", operation_id="resume_round", responses=CHANGES)
def resume(context: Ctx, actor: Coordinator, campaign_id: uuid.UUID, number: int) -> Round:
    """Try a held round again, once its reason is dealt with."""
    with context.database.session() as session:
        rounds.resume_round(session, campaign_id, number)
    return _woken(context, campaign_id, number)


@router.get(
    "/{number}/events",
    operation_id="follow_round",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "The round's views"}},
)
def events(context: Ctx, actor: SignedIn, campaign_id: uuid.UUID, number: int) -> StreamingResponse:
    """The round whenever it changes, as Server-Sent Events named `round`, until it is closed."""
    first = _view(context, campaign_id, number)  # a refusal here is still a plain problem
    return StreamingResponse(
        _follow(context, first),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _follow(context: Context, view: Round) -> AsyncIterator[str]:
    """PostgreSQL is asked each second: the truth is there, whichever process changed it."""
    sent = ""
    silent_s = 0.0
    while not context.stopping.is_set():
        text = view.model_dump_json()
        if text != sent:
            yield f"event: round\ndata: {text}\n\n"
            sent, silent_s = text, 0.0
        elif silent_s >= SILENCE_MOST_S:
            yield ": still here\n\n"
            silent_s = 0.0
        if view.state == RoundState.CLOSED:
            return
        await asyncio.sleep(LOOK_EVERY_S)
        silent_s += LOOK_EVERY_S
        view = await to_thread.run_sync(_view, context, view.campaign_id, view.number)


def newest_round(session: Session, campaign_id: uuid.UUID) -> Round | None:
    """The newest round's view; None before the first."""
    found = view_rounds(session, campaign_id)
    return Round.model_validate(found[-1]) if found else None


def _woken(context: Context, campaign_id: uuid.UUID, number: int) -> Round:
    wake_campaign(context.database, context.redis, campaign_id)
    return _view(context, campaign_id, number)


def _view(context: Context, campaign_id: uuid.UUID, number: int) -> Round:
    with context.database.session() as session:
        return Round.model_validate(view_round(session, campaign_id, number))
