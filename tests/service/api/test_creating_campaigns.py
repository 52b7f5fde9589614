"""Campaigns over HTTP: what is taken, what is refused, and what the refusal says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import pyproj
import pytest
import rasterio

from service.client import ApiProblem
from tests.service.api.conftest import RunningService, box_area, create, refused
from tests.service.made import CORNER, ZOOM

FAR_AWAY = {
    "type": "Polygon",
    "coordinates": [[[10, 10], [10.01, 10], [10.01, 10.01], [10, 10.01], [10, 10]]],
}


def test_a_campaign_takes_the_scene_s_own_zoom_and_draws_its_audit_set(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    assert campaign["zoom"] == ZOOM
    assert campaign["tiles"] == {"pool": 20, "audit": 4}
    seen = service.volunteer.campaign(campaign["id"])
    assert seen["tiles"]["pool"] == {"open": 20, "settled": 0, "disputed": 0, "unusable": 0}
    assert seen["tiles"]["audit"]["open"] == 4
    assert seen["current_round"] is None
    assert seen["people"] == {"people": 0, "reviews": 0, "seconds": 0.0}
    assert [each["id"] for each in service.volunteer.campaigns()] == [campaign["id"]]


def test_the_same_seed_draws_the_same_audit_set(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    def audit_places(seed: int) -> set[tuple[int, int]]:
        rules = {"audit_min": 4, "audit_max": 4}
        made = create(service, uploaded, seed=seed, policy=rules)
        [page] = service.coordinator.tile_pages(made["id"])
        return {
            (tile["properties"]["x"], tile["properties"]["y"])
            for tile in page["features"]
            if tile["properties"]["role"] == "audit"
        }

    assert audit_places(3) == audit_places(3)
    assert audit_places(3) != audit_places(4)


def test_only_coordinators_are_told_which_tiles_are_audit_tiles(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    def roles(pages: Iterator[dict[str, Any]]) -> set[str | None]:
        return {tile["properties"]["role"] for page in pages for tile in page["features"]}

    assert roles(service.coordinator.tile_pages(campaign["id"])) == {"pool", "audit"}
    assert roles(service.volunteer.tile_pages(campaign["id"], limit=5)) == {None}


@pytest.mark.parametrize("wrapped", ["Feature", "FeatureCollection", "MultiPolygon"])
def test_every_way_to_write_an_area_is_taken(
    service: RunningService, uploaded: dict[str, Any], wrapped: str
) -> None:
    polygon = box_area(2, 2)
    feature = {"type": "Feature", "properties": {}, "geometry": polygon}
    area = {
        "Feature": feature,
        "FeatureCollection": {"type": "FeatureCollection", "features": [feature]},
        "MultiPolygon": {"type": "MultiPolygon", "coordinates": [polygon["coordinates"]]},
    }[wrapped]
    tiles = create(service, uploaded, area=area)["tiles"]
    assert tiles["pool"] + tiles["audit"] == 4


@pytest.mark.parametrize(
    ("area", "says", "cause"),
    [
        ({"hello": 1}, "not GeoJSON", "not-geojson"),
        ({"type": "Circle"}, "no type 'Circle'", "not-geojson"),
        ({"type": "Polygon", "coordinates": [[1, 2]]}, "cannot be read", "not-geojson"),
        ({"type": "Polygon", "coordinates": []}, "area is empty", "no-area"),
        ({"type": "FeatureCollection", "features": []}, "area is empty", "no-area"),
        ({"type": "Point", "coordinates": [85.5, 27.6]}, "area is empty", "no-area"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "crosses itself",
            "crosses-itself",
        ),
        (
            {"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]},
            "antimeridian",
            "antimeridian",
        ),
        (
            {"type": "Polygon", "coordinates": [[[179, 0], [181, 0], [181, 1], [179, 0]]]},
            "antimeridian",
            "antimeridian",
        ),
        (
            {"type": "Polygon", "coordinates": [[[9.5e6, 3.1e6], [9.6e6, 3.1e6], [9.6e6, 3.2e6]]]},
            "EPSG:3857",
            "not-degrees",
        ),
        (
            {
                "type": "Polygon",
                "coordinates": [[[9.5e6, 3.1e6], [9.6e6, 3.1e6], [9.6e6, 3.2e6], [9.5e6, 3.1e6]]],
            },
            "EPSG:3857",
            "not-degrees",
        ),
        (
            {"type": "Polygon", "coordinates": [[[27, 95], [28, 95], [28, 96], [27, 95]]]},
            "latitude seems to come first",
            "latitude-first",
        ),
        (FAR_AWAY, "outside the imagery", "outside-imagery"),
    ],
)
def test_an_area_that_cannot_be_used_is_refused_with_the_reason(
    service: RunningService, uploaded: dict[str, Any], area: dict[str, Any], says: str, cause: str
) -> None:
    problem = refused(service, uploaded, area=area)
    assert problem.status == 422
    assert problem.type == "urn:tilewise:problem:area-refused"
    assert says in problem.detail
    assert problem.problem["cause"] == cause


def test_an_area_too_large_is_counted_before_it_is_cut_into_tiles(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    world = {
        "type": "Polygon",
        "coordinates": [[[-80, -80], [80, -80], [80, 80], [-80, 80], [-80, -80]]],
    }
    problem = refused(service, uploaded, area=world)
    assert problem.type == "urn:tilewise:problem:area-too-large"
    assert problem.problem["estimate"] > 4**ZOOM / 4
    assert "Choose zoom" in problem.detail


def test_an_area_in_another_system_is_converted_where_it_names_it(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    to_metres = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
    [ring] = box_area(2, 2)["coordinates"]
    area = {
        "type": "Polygon",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}},
        "coordinates": [[list(to_metres.transform(*place)) for place in ring]],
    }
    tiles = create(service, uploaded, area=area)["tiles"]
    assert tiles["pool"] + tiles["audit"] == 4
    unknown = {**area, "crs": {"type": "name", "properties": {"name": "Atlantis 1"}}}
    with pytest.raises(ApiProblem, match="not known here"):
        create(service, uploaded, area=unknown)


def test_tiles_beyond_the_imagery_are_left_out_with_a_notice(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    made = create(service, uploaded, area=box_area(8, 4))  # the scene has six columns
    assert sum(made["tiles"].values()) == 24
    assert made["notices"][0] == {
        "code": "tiles_beyond_imagery",
        "params": {"count": 8, "total": 32},
        "text": "8 of 32 tiles lie beyond the imagery's edges; left out.",
    }


def test_tiles_in_a_hole_of_the_imagery_are_left_out_too(
    service: RunningService, scene: Path, tmp_path: Path
) -> None:
    hole = np.s_[256:512, 512:1024]  # two tiles
    with rasterio.open(scene) as whole, rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        mask = np.full(whole.shape, 255, np.uint8)
        mask[hole] = 0
        with rasterio.open(tmp_path / "hole.tif", "w", **whole.profile) as with_hole:
            with_hole.write(whole.read())
            with_hole.write_mask(mask)
    answer = service.coordinator.upload_scene(tmp_path / "hole.tif")
    imagery = {"kind": answer["kind"], "location": answer["location"]}
    seen = service.coordinator.check_imagery(imagery, area=box_area())
    made = create(service, imagery)
    assert sum(made["tiles"].values()) == seen["tiles"] == 22
    assert made["notices"][0]["params"] == {"count": 2, "total": 24}
    places = {
        (tile["properties"]["x"] - CORNER.x, tile["properties"]["y"] - CORNER.y)
        for page in service.coordinator.tile_pages(made["id"])
        for tile in page["features"]
    }
    assert len(places) == 22
    assert not places & {(2, 1), (3, 1)}


def test_a_zoom_outside_the_imagery_is_refused_with_those_it_has(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    problem = refused(service, uploaded, zoom=22)
    assert problem.problem["cause"] == "zoom-outside-imagery"
    assert problem.problem["max_zoom"] == ZOOM


def test_a_campaign_too_small_for_an_audit_set_says_so(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    made = create(service, uploaded, area=box_area(1, 1))
    assert made["tiles"] == {"pool": 1, "audit": 0}
    [notice] = made["notices"]
    assert (notice["code"], notice["params"]) == ("no_audit", {"count": 1})
    assert "cannot be measured" in notice["text"]


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({"acquisition": "astrology"}, "choose one of"),
        ({"batch_size": 0}, "batch_size"),
        ({"bacth_size": 5}, "bacth_size"),
        ({"reviews_per_tile": 5, "max_reviews": 3}, "max_reviews (3) must be at least 5"),
        ({"outlines": {"rounded": True}}, "unknown outline rules rounded"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused(
    service: RunningService, uploaded: dict[str, Any], policy: dict[str, Any], says: str
) -> None:
    problem = refused(service, uploaded, policy=policy)
    assert problem.status == 422
    assert says in problem.detail


# Starting labels


def polygon_at(x: float, y: float, size: float = 1e-4) -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def features(*geometries: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries
        ],
    }


def middle() -> tuple[float, float]:
    bounds = mercantile.bounds(CORNER.x + 2, CORNER.y + 2, ZOOM)
    return bounds.west, bounds.south


def told(made: dict[str, Any]) -> list[tuple[str, int, str]]:
    """What is said of starting labels: code, count, English."""
    return [
        (notice["code"], notice["params"]["count"], notice["text"]) for notice in made["notices"]
    ]


def test_starting_labels_are_taken_and_what_was_left_out_is_counted(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    x, y = middle()
    line = {"type": "LineString", "coordinates": [[x, y], [x + 1e-4, y]]}
    mixed = features(
        polygon_at(x, y), line, line, {"type": "Point", "coordinates": [x, y]}, polygon_at(10, 10)
    )
    made = create(service, uploaded, starting_labels=mixed)
    assert told(made) == [
        (
            "labels_not_polygons",
            3,
            "3 features of the starting labels are not polygons and were left out.",
        ),
        ("labels_outside", 1, "1 starting labels lie outside the area and were left out."),
    ]
    assert service.coordinator.campaign(made["id"])["starting_labels"] == 1


def test_thousands_of_invalid_rings_are_repaired_or_left_out_and_counted(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    x, y = middle()
    bow_tie = [[x, y], [x + 1e-4, y + 1e-4], [x + 1e-4, y], [x, y + 1e-4], [x, y]]
    broken = [[x, y], [x + 1e-4, y]]
    rings = [bow_tie] * 3000 + [broken] * 2000
    geometries = [{"type": "Polygon", "coordinates": [ring]} for ring in rings]
    made = create(service, uploaded, starting_labels=features(*geometries, polygon_at(x, y)))
    assert told(made) == [
        ("labels_repaired", 3000, "3000 invalid starting labels were repaired."),
        ("labels_broken", 2000, "2000 starting labels were beyond repair and left out."),
    ]
    # A bow tie means its two triangles.
    assert service.coordinator.campaign(made["id"])["starting_labels"] == 6001


def test_starting_labels_of_another_place_are_told_apart_from_a_few_strays(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    made = create(service, uploaded, starting_labels=features(polygon_at(10, 10)))
    [(code, count, text)] = told(made)
    assert (code, count) == ("labels_all_outside", 1)
    assert "is it the right file?" in text


@pytest.mark.parametrize(
    ("labels", "says", "cause"),
    [
        ({"no": "geojson"}, "not GeoJSON", "not-geojson"),
        (
            features({"type": "Point", "coordinates": [85.5, 27.6]}),
            "None of the file's features",
            "no-polygons",
        ),
        (features(polygon_at(9.5e6, 3.1e6, 100)), "EPSG:3857", "not-degrees"),
        (features(polygon_at(500_000, 3_000_000, 10)), "UTM", "not-degrees"),
    ],
)
def test_starting_labels_that_cannot_be_used_are_refused(
    service: RunningService,
    uploaded: dict[str, Any],
    labels: dict[str, Any],
    says: str,
    cause: str,
) -> None:
    problem = refused(service, uploaded, starting_labels=labels)
    assert problem.type == "urn:tilewise:problem:starting-labels-refused"
    assert says in problem.detail
    assert problem.problem["cause"] == cause
