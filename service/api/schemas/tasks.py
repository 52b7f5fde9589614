"""Tasks and reviews on the wire."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from service.api.schemas.shapes import (
    EXAMPLE_AREA,
    Asked,
    Bounds,
    Notice,
    Polygon,
    TilePlace,
    Wire,
    example,
)
from service.states import Answer, CantTellReason, ObjectSource, ReviewStanding, TileState


class Claim(Asked):
    model_config = example(count=4, holding=["0b9f7f0e-5f0e-4b67-9b57-3a6c2a0a7c11"])

    count: int = Field(1, ge=1, le=8)
    holding: list[uuid.UUID] = Field(
        default_factory=list,
        max_length=64,
        description="Leases whose tiles are at hand already; other active leases of the actor are "
        "handed out again before new ones.",
    )


class OutlineProperties(Wire):
    id: int
    confidence: float = Field(description="Mean probability inside, 0 to 1.")


class OutlineFeature(Wire):
    type: Literal["Feature"] = "Feature"
    id: int
    geometry: Polygon
    properties: OutlineProperties


class Outlines(Wire):
    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[OutlineFeature]


class TaskTile(TilePlace):
    id: int


class Task(Wire):
    """A tile to answer. Tiles without outlines are drawn from scratch."""

    lease_id: uuid.UUID
    tile: TaskTile
    bounds: Bounds
    expires_at: dt.datetime
    outlines: Outlines | None
    reason: str = Field(description="Key of the sentence that says why this tile is asked.")
    checkpoint_id: uuid.UUID | None
    class_name: str


class QueueState(Wire):
    waiting: int = Field(description="Tiles of the batch that are still open, to all.")


class ClaimedTasks(Wire):
    tasks: list[Task]
    queue: QueueState


class LeaseEnd(Wire):
    expires_at: dt.datetime


class SentProperties(Wire):
    source: ObjectSource = ObjectSource.PERSON


class SentFeature(Wire):
    """One outline of an answer, whole: it may reach beyond the tile."""

    type: Literal["Feature"] = "Feature"
    geometry: Polygon
    properties: SentProperties = Field(default_factory=SentProperties)


class SentObjects(Wire):
    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[SentFeature]


class NewReview(Asked):
    model_config = example(
        id="6f6d2f1c-8a6e-4c5f-9e0e-2f0c3f7b9a01",
        tile={"z": 19, "x": 386690, "y": 220241},
        lease_id="0b9f7f0e-5f0e-4b67-9b57-3a6c2a0a7c11",
        answer="corrected",
        objects={
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": EXAMPLE_AREA, "properties": {"source": "person"}}
            ],
        },
        seconds_spent=12.5,
        acts={"draw": 1},
    )

    id: uuid.UUID = Field(description="Made by the client; the same answer twice is once.")
    tile: TilePlace
    answer: Answer
    lease_id: uuid.UUID | None = None
    objects: SentObjects | None = Field(None, description="With 'corrected': all that is here.")
    cant_tell_reason: CantTellReason | None = None
    seconds_spent: Annotated[float, Field(ge=0, le=24 * 3600)] = Field(
        description="Seconds the person spent on it."
    )
    acts: dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=0, lt=2**31)]] = Field(
        default_factory=dict, max_length=40, description='Such as {"delete": 1, "draw": 2}.'
    )


class KeptReview(Wire):
    id: uuid.UUID
    standing: ReviewStanding
    tile_state: TileState
    replay: bool
    settled: bool = Field(description="Whether it settled or changed the tile's label.")
    notices: list[Notice]


class ReviewView(Wire):
    id: uuid.UUID
    answer: Answer
    cant_tell_reason: CantTellReason | None
    standing: ReviewStanding
    seconds_spent: float
    created_at: dt.datetime
    mine: bool
    objects: SentObjects


class Reviews(Wire):
    reviews: list[ReviewView]
