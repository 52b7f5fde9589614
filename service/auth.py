"""From a credential to an actor, and what an actor's role may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from anyio import to_thread
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service.api.context import Context, Ctx
from service.domain.actors import KnownActor, by_token
from service.errors import NotAllowed, NotSignedIn
from service.states import Role

_bearer = HTTPBearer(auto_error=False, description="A token from signing up.")


async def signed_in(
    context: Ctx, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> KnownActor:
    """The actor whose token came with the request.

    Raises:
        NotSignedIn: no token came, or nobody has it.
    """
    if credentials is None:
        raise NotSignedIn("Send a token: 'Authorization: Bearer …'. POST /api/actors gives one.")
    token = credentials.credentials
    actor = context.actors.get(token)
    if actor is None:
        actor = await to_thread.run_sync(_look_up, context, token)
    if actor is None:
        raise NotSignedIn("Nobody here has this token. Sign up again, or ask a coordinator.")
    return actor


SignedIn = Annotated[KnownActor, Depends(signed_in)]


def _look_up(context: Context, token: str) -> KnownActor | None:
    with context.database.session() as session:
        actor = by_token(session, token)
    if actor is not None:
        context.actors.put(token, actor)
    return actor


def require(role: Role) -> Callable[[KnownActor], Awaitable[KnownActor]]:
    """A dependency that lets only actors of ``role`` through."""

    async def check(actor: SignedIn) -> KnownActor:
        if actor.role != role:
            raise NotAllowed(
                f"Only a {role} may do this, and {actor.name} is a {actor.role}. Ask a "
                "coordinator of this service.",
                needed=role,
            )
        return actor

    return check


Coordinator = Annotated[KnownActor, Depends(require(Role.COORDINATOR))]
