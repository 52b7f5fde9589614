"""Shapes that several nouns share: problems, notices, tiles, GeoJSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from service.states import AnswerNotice, CampaignNotice

Position = Annotated[
    list[float],
    Field(min_length=2, max_length=4, description="Longitude, latitude in degrees (EPSG:4326)."),
]
Bounds = Annotated[
    tuple[float, float, float, float],
    Field(description="West, south, east, north in degrees (EPSG:4326)."),
]
BIGGEST_COLUMN = 2**30
EXAMPLE_AREA: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[85.519, 27.632], [85.523, 27.632], [85.523, 27.635], [85.519, 27.632]]],
}


class Wire(BaseModel):
    """Base of what is sent: built from rows and values by their attributes."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """Base of what is received: unknown members are refused, so that a typo is not silence."""

    model_config = ConfigDict(extra="forbid")


def example(**members: Any) -> ConfigDict:
    """Config of a request body with one whole example of it, for the OpenAPI."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [members]})


class Problem(BaseModel):
    """A refusal, after RFC 9457; further members depend on the type."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:tilewise:problem:round-already-running"])
    title: str
    status: int
    detail: str = Field(description="What is wrong in this case, and what to do about it.")
    instance: str


class TilePlace(BaseModel):
    """An XYZ tile."""

    z: int = Field(ge=0, le=30)
    x: int = Field(ge=0, lt=BIGGEST_COLUMN)
    y: int = Field(ge=0, lt=BIGGEST_COLUMN)


class Polygon(BaseModel):
    """A GeoJSON polygon in EPSG:4326, longitude first."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: list[list[Position]]


class MultiPolygon(BaseModel):
    """A GeoJSON multipolygon in EPSG:4326, longitude first."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[Position]]]


class Page(Wire):
    """A FeatureCollection that goes on while ``next_cursor`` is set."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    next_cursor: str | None = Field(None, description="Ask with it for the next page.")
    links: list[dict[str, str]] = Field(default_factory=list)


GeoJson = Annotated[
    dict[str, JsonValue],
    Field(
        description="GeoJSON: Polygon, MultiPolygon, Feature or FeatureCollection, EPSG:4326.",
        examples=[EXAMPLE_AREA],
    ),
]
Json = dict[str, Any]


class Notice(Wire):
    """What became of something that was sent."""

    code: CampaignNotice | AnswerNotice = Field(description="For pages in other languages.")
    params: Json = Field(description="What a sentence for the code fills in.")
    text: str = Field(description="The same in English.")
