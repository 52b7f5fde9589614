"""Actors on the wire."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.schemas.shapes import Asked, Wire, example
from service.states import Role

PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class SignUp(Asked):
    model_config = example(name="Amina")

    name: PersonName = Field(description="What others see.", examples=["Amina"])


class Me(Wire):
    id: uuid.UUID
    name: str
    role: Role


class NewActor(Me):
    token: str = Field(description="Send it as a bearer token. It is told this once.")
