"""Contributions on the wire."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.shapes import Wire


class OwnAnswers(Wire):
    tiles: int
    corrections: int
    seconds: float


class OwnAgreement(Wire):
    shared: int = Field(description="Labelled tiles that others answered as well.")
    agreed: int = Field(description="Those of them whose label rests on one's own answer.")


class OwnTeaching(Wire):
    round: int
    labels: int = Field(description="Labels that the round's model learned from.")
    mine: int = Field(description="Those of them that rest on one's own answers.")


class Contribution(Wire):
    answers: OwnAnswers
    agreement: OwnAgreement
    taught: OwnTeaching | None
