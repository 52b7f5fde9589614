"""Labels and predictions on the wire."""

from __future__ import annotations

import uuid
from typing import Literal

from pydantic import Field

from service.api.schemas.shapes import Page, Polygon, Wire
from service.states import ObjectSource


class LabelProperties(Wire):
    """Where an object comes from, whole."""

    class_name: str
    source: ObjectSource
    tiles: list[str] = Field(description="z/x/y of every tile whose label holds it.")
    reviews: list[uuid.UUID]
    reviewers: int
    checkpoints: list[uuid.UUID] = Field(description="Whose outlines people were shown.")
    rounds: list[int]
    revision: int
    deleted: bool | None = Field(None, description="Only when `since` is asked for.")


class LabelFeature(Wire):
    type: Literal["Feature"] = "Feature"
    id: uuid.UUID
    geometry: Polygon
    properties: LabelProperties


class Labels(Page):
    features: list[LabelFeature]
    revision: int = Field(description="The newest revision; ask with it as `since` next time.")


class PredictionProperties(Wire):
    class_name: str
    confidence: float = Field(description="Mean probability inside, 0 to 1.")
    checkpoint_id: uuid.UUID


class PredictionFeature(Wire):
    type: Literal["Feature"] = "Feature"
    id: int
    geometry: Polygon
    properties: PredictionProperties


class Predictions(Page):
    features: list[PredictionFeature]
    checkpoint_id: uuid.UUID | None
