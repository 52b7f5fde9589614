"""Campaigns and tiles on the wire."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.api.schemas.imagery import Imagery
from service.api.schemas.rounds import Round
from service.api.schemas.shapes import (
    EXAMPLE_AREA,
    Asked,
    Bounds,
    GeoJson,
    Json,
    MultiPolygon,
    Notice,
    Page,
    Polygon,
    Wire,
    example,
)
from service.domain.policy import Policy
from service.states import CampaignState, Doubt, TileRole, TileState

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NewCampaign(Asked):
    model_config = example(
        name="Banepa roofs",
        class_name="building",
        imagery={"kind": "xyz", "location": "https://tiles.example.org/{z}/{x}/{y}.jpg"},
        zoom=19,
        area=EXAMPLE_AREA,
        policy={"batch_size": 60},
    )

    name: Name = Field(examples=["Banepa roofs"])
    class_name: Name = Field(description="The one class that is mapped.", examples=["building"])
    imagery: Imagery
    area: GeoJson
    zoom: int | None = Field(None, ge=0, le=23, description="The imagery's own zoom without it.")
    starting_labels: GeoJson | None = Field(
        None, description="Unverified outlines to start from; trained on at a lower weight."
    )
    policy: Json = Field(default_factory=dict, description="Rules that differ from the defaults.")
    seed: int | None = Field(None, ge=0, lt=2**31, description="Of every draw, to repeat a run.")


class CampaignChanges(Asked):
    model_config = example(state="paused", policy={"batch_size": 60})

    name: Name | None = None
    state: CampaignState | None = None
    policy: Json | None = Field(None, description="Only the rules that change.")


class CampaignSummary(Wire):
    id: uuid.UUID
    name: str
    class_name: str
    zoom: int
    imagery: Imagery
    policy: Policy
    seed: int
    state: CampaignState
    promoted_checkpoint_id: uuid.UUID | None
    bounds: Bounds
    created_by: uuid.UUID
    created_at: dt.datetime


class Campaigns(Wire):
    campaigns: list[CampaignSummary]


class TileTotals(Wire):
    pool: int
    audit: int


class CreatedCampaign(CampaignSummary):
    tiles: TileTotals
    notices: list[Notice] = Field(description="What was done to the input.")


class StateCounts(Wire):
    open: int
    settled: int
    disputed: int
    unusable: int


class TileCounts(Wire):
    pool: StateCounts
    audit: StateCounts


class PeoplesWork(Wire):
    people: int
    reviews: int
    seconds: float


class Campaign(CampaignSummary):
    area: MultiPolygon
    tiles: TileCounts
    second_looks: int = Field(
        description="Settled tiles that a second person is asked to look at; their labels stand."
    )
    starting_labels: int
    people: PeoplesWork
    mine: PeoplesWork = Field(description="Of the actor who asks.")
    current_round: Round | None = Field(description="The newest round.")


class TileProperties(Wire):
    z: int
    x: int
    y: int
    state: TileState
    reviewed: int
    in_batch: bool
    reason: str | None = None
    role: TileRole | None = Field(None, description="Told to coordinators only.")
    doubt: Doubt | None = Field(
        None,
        description="Why a second person is asked to look at a settled tile; told to coordinators "
        "only.",
    )
    uncertainty: float | None = None
    mean_probability: float | None = None


class TileFeature(Wire):
    type: Literal["Feature"] = "Feature"
    id: int
    geometry: Polygon
    properties: TileProperties


class Tiles(Page):
    features: list[TileFeature]
