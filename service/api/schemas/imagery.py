"""Imagery on the wire."""

from __future__ import annotations

from pydantic import Field

from learner.imagery.source import ImageryInfo
from learner.imagery.spec import ImageryKind, ImagerySpec
from service.api.schemas.shapes import (
    EXAMPLE_AREA,
    Asked,
    Bounds,
    GeoJson,
    Notice,
    TilePlace,
    Wire,
    example,
)


class Imagery(Asked):
    """Where imagery comes from."""

    kind: ImageryKind
    location: str = Field(
        min_length=1,
        max_length=2000,
        description="A template (xyz), an http(s) address (scene), 'artefact:…' as an upload "
        "returned it, or a path inside the server's imagery folders.",
        examples=["https://tiles.example.org/{z}/{x}/{y}.jpg"],
    )
    min_zoom: int | None = Field(None, ge=0, le=30)
    max_zoom: int | None = Field(None, ge=0, le=30, description="Deepest zoom that a template has.")
    attribution: str = Field("", max_length=500)

    def spec(self) -> ImagerySpec:
        return ImagerySpec(self.kind, self.location, self.min_zoom, self.max_zoom, self.attribution)


class ImageryCheck(Asked):
    model_config = example(
        imagery={"kind": "xyz", "location": "https://tiles.example.org/{z}/{x}/{y}.jpg"},
        zoom=19,
        area=EXAMPLE_AREA,
    )

    imagery: Imagery
    zoom: int | None = Field(None, ge=0, le=23)
    area: GeoJson | None = Field(None, description="Where to look; the whole imagery without it.")


class ImageryFacts(Wire):
    bounds: Bounds | None = Field(description="None where the imagery cannot know.")
    min_zoom: int
    max_zoom: int = Field(description="Native zoom in 256-px tiles.")
    bands: int
    attribution: str

    @classmethod
    def of(cls, info: ImageryInfo) -> ImageryFacts:
        return cls(
            bounds=info.bounds_4326,
            min_zoom=info.min_zoom,
            max_zoom=info.max_zoom,
            bands=info.band_count,
            attribution=info.attribution,
        )


class ImageryAnswer(Wire):
    ok: bool
    info: ImageryFacts
    sample_tile: TilePlace | None = Field(description="A tile that shows something.")
    tiles: int | None = Field(None, description="Tiles that the area takes at this zoom.")
    notices: list[Notice]


class UploadedScene(Wire):
    location: str = Field(examples=["artefact:scenes/5f0c….tif"])
    kind: ImageryKind
    bounds: Bounds | None
    max_zoom: int
    bands: int
