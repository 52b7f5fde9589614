"""Actors: signing up, and who one is."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter

from service.api.context import Ctx
from service.api.problems import RESPONSES
from service.api.schemas.actors import Me, NewActor, SignUp
from service.auth import SignedIn
from service.domain.actors import sign_up
from service.errors import SignupClosed

router = APIRouter(tags=["actors"])


@router.post(
    "/actors",
    operation_id="sign_up",
    status_code=HTTPStatus.CREATED,
    responses={403: RESPONSES[403]},
)
def sign_up_volunteer(context: Ctx, asked: SignUp) -> NewActor:
    """A new volunteer with a token of their own, where the service lets anyone sign up."""
    if not context.settings.open_signup:
        raise SignupClosed("Ask the coordinator for a link with a token.")
    with context.database.session() as session:
        actor, token = sign_up(session, asked.name)
    return NewActor(id=actor.id, name=actor.name, role=actor.role, token=token)


@router.get("/me", operation_id="me", responses={401: RESPONSES[401]})
def me(actor: SignedIn) -> Me:
    """The actor whose token came with the request."""
    return Me.model_validate(actor)
