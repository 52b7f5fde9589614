"""Campaigns over HTTP: what is taken, what is refused, and what the refusal says."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import pyproj
import pytest
import rasterio

from service.client import ApiProblem
from tests.service.api.conftest import RunningService, box_area
from tests.service.made import CORNER, ZOOM

FAR_AWAY = {
    "type": "Polygon",
    "coordinates": [[[10, 10], [10.01, 10], [10.01, 10.01], [10, 10.01], [10, 10]]],
}


def create(service: RunningService, imagery: dict[str, Any], **changes: Any) -> dict[str, Any]:
    asked = {"name": "Town", "class_name": "building", "imagery": imagery, "area": box_area()}
    return service.coordinator.create_campaign(**{**asked, **changes})


def refused(service: RunningService, imagery: dict[str, Any], **changes: Any) -> ApiProblem:
    with pytest.raises(ApiProblem) as problem:
        create(service, imagery, **changes)
    assert service.coordinator.campaigns() == []  # nothing half-made stays
    return problem.value


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
    ("area", "says"),
    [
        ({"hello": 1}, "not GeoJSON"),
        ({"type": "Circle"}, "no type 'Circle'"),
        ({"type": "Polygon", "coordinates": [[1, 2]]}, "cannot be read"),
        ({"type": "Polygon", "coordinates": []}, "area is empty"),
        ({"type": "FeatureCollection", "features": []}, "area is empty"),
        ({"type": "Point", "coordinates": [85.5, 27.6]}, "area is empty"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "crosses itself",
        ),
        (
            {"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 0]]]},
            "antimeridian",
        ),
        (
            {"type": "Polygon", "coordinates": [[[179, 0], [181, 0], [181, 1], [179, 0]]]},
            "antimeridian",
        ),
        (
            {"type": "Polygon", "coordinates": [[[9.5e6, 3.1e6], [9.6e6, 3.1e6], [9.6e6, 3.2e6]]]},
            "cannot be read|EPSG:3857",
        ),
        (
            {
                "type": "Polygon",
                "coordinates": [[[9.5e6, 3.1e6], [9.6e6, 3.1e6], [9.6e6, 3.2e6], [9.5e6, 3.1e6]]],
            },
            "EPSG:3857",
        ),
        (
            {"type": "Polygon", "coordinates": [[[27, 95], [28, 95], [28, 96], [27, 95]]]},
            "latitude seems to come first",
        ),
        (FAR_AWAY, "outside the imagery"),
    ],
)
def test_an_area_that_cannot_be_used_is_refused_with_the_reason(
    service: RunningService, uploaded: dict[str, Any], area: dict[str, Any], says: str
) -> None:
    problem = refused(service, uploaded, area=area)
    assert problem.status == 422
    assert problem.type == "urn:tilewise:problem:area-refused"
    assert re.search(says, problem.detail), problem.detail


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
    assert made["notices"][0] == "8 of 32 tiles lie beyond the imagery's edges; left out."


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
    assert "cannot be measured" in made["notices"][0]


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


def test_starting_labels_are_taken_and_what_was_left_out_is_counted(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    x, y = middle()
    line = {"type": "LineString", "coordinates": [[x, y], [x + 1e-4, y]]}
    mixed = features(
        polygon_at(x, y), line, line, {"type": "Point", "coordinates": [x, y]}, polygon_at(10, 10)
    )
    made = create(service, uploaded, starting_labels=mixed)
    assert (
        "3 features of the starting labels are not polygons and were left out." in made["notices"]
    )
    assert "1 starting labels lie outside the area and were left out." in made["notices"]
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
    assert "3000 invalid starting labels were repaired." in made["notices"]
    assert "2000 starting labels were beyond repair and left out." in made["notices"]
    # A bow tie means its two triangles.
    assert service.coordinator.campaign(made["id"])["starting_labels"] == 6001


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ({"no": "geojson"}, "not GeoJSON"),
        (features({"type": "Point", "coordinates": [85.5, 27.6]}), "None of the file's features"),
        (features(polygon_at(9.5e6, 3.1e6, 100)), "EPSG:3857"),
        (features(polygon_at(500_000, 3_000_000, 10)), "UTM"),
    ],
)
def test_starting_labels_that_cannot_be_used_are_refused(
    service: RunningService, uploaded: dict[str, Any], labels: dict[str, Any], says: str
) -> None:
    problem = refused(service, uploaded, starting_labels=labels)
    assert problem.type == "urn:tilewise:problem:starting-labels-refused"
    assert says in problem.detail


# Imagery


class _Tiles(http.server.BaseHTTPRequestHandler):
    """A tile server with faults: by path /404/…, /500/…, /page/…."""

    def do_GET(self) -> None:
        fault = self.path.split("/")[1]
        status = {"404": 404, "500": 500}.get(fault, 200)
        body = b"<html>Sign in</html>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def faulty_host() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings: Any) -> Any:
    """Tiles of this machine may be asked for: the faulty host is one."""
    return settings.model_copy(update={"allow_private_imagery": True})


@pytest.mark.parametrize(
    ("path", "cause", "says"),
    [
        ("404", "imagery-not-found", "shows nothing"),
        ("500", "imagery-unreachable", "127.0.0.1"),
        ("page", "not-an-image", "image"),
    ],
)
def test_a_tile_server_with_a_fault_is_refused_by_name(
    service: RunningService, faulty_host: str, path: str, cause: str, says: str
) -> None:
    imagery = {"kind": "xyz", "location": f"{faulty_host}/{path}/{{z}}/{{x}}/{{y}}.png"}
    problem = refused(service, imagery, zoom=ZOOM, area=box_area(1, 1))
    assert problem.problem["cause"] == cause
    assert says in problem.detail
    with pytest.raises(ApiProblem) as checked:
        service.coordinator.check_imagery(imagery, zoom=ZOOM, area=box_area(1, 1))
    assert checked.value.problem["cause"] == cause


def test_a_template_without_a_zoom_asks_for_one(service: RunningService, faulty_host: str) -> None:
    imagery = {"kind": "xyz", "location": f"{faulty_host}/404/{{z}}/{{x}}/{{y}}.png"}
    assert "Give the campaign's zoom" in refused(service, imagery).detail


def test_a_template_that_means_nothing_is_refused(service: RunningService) -> None:
    imagery = {"kind": "xyz", "location": "https://tiles.example.org/{a}/{b}.png"}
    assert refused(service, imagery, zoom=ZOOM).problem["cause"] == "bad-template"


def test_paths_on_the_server_may_only_be_named_inside_its_imagery_folders(
    service: RunningService, scene: Path, tmp_path: Path
) -> None:
    imagery = {"kind": "scene", "location": str(scene)}
    assert "imagery folders" in refused(service, imagery).detail
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "town.tif").write_bytes(scene.read_bytes())
    sneaking = {"kind": "scene", "location": str(allowed / ".." / scene.name)}
    assert "imagery folders" in refused(service, sneaking).detail
    assert create(service, {"kind": "scene", "location": str(allowed / "town.tif")})["id"]


def test_an_artefact_that_is_not_there_is_asked_for(service: RunningService) -> None:
    imagery = {"kind": "scene", "location": "artefact:scenes/none.tif"}
    assert "Upload it first" in refused(service, imagery).detail


def write_raster(path: Path, bands: int, **profile: Any) -> Path:
    shape = (64, 64)
    with rasterio.open(
        path, "w", driver="GTiff", width=64, height=64, count=bands, dtype="uint8", **profile
    ) as dataset:
        for band in range(1, bands + 1):
            dataset.write(np.full(shape, 7, np.uint8), band)
    return path


def test_uploads_that_are_no_scenes_are_refused_with_the_reason(
    service: RunningService, scene: Path, tmp_path: Path
) -> None:
    def upload(path: Path) -> str:
        with pytest.raises(ApiProblem) as problem:
            service.coordinator.upload_scene(path)
        assert problem.value.status == 422
        return problem.value.detail

    text = tmp_path / "notes.tif"
    text.write_text("not an image")
    assert "neither a GeoTIFF nor an MBTiles file" in upload(text)
    empty = tmp_path / "empty.tif"
    empty.write_bytes(b"")
    assert "is empty" in upload(empty)
    cut = tmp_path / "cut.tif"
    cut.write_bytes(scene.read_bytes()[:300])
    assert upload(cut)
    where = rasterio.transform.from_origin(0, 0, 1, 1)
    grey = write_raster(tmp_path / "grey.tif", 2, crs="EPSG:3857", transform=where)
    assert "band" in upload(grey)
    nowhere = write_raster(tmp_path / "nowhere.tif", 3)
    assert "does not say where it lies" in upload(nowhere)


def test_the_same_scene_twice_is_one_artefact_and_is_told_so(
    service: RunningService, scene: Path
) -> None:
    heard: list[int] = []
    first = service.coordinator.upload_scene(scene, on_progress=heard.append)
    again = service.coordinator.upload_scene(scene)
    assert first == again
    assert first["location"].startswith("artefact:scenes/")
    assert (first["kind"], first["max_zoom"], first["bands"]) == ("scene", ZOOM, 3)
    assert heard[-1] == scene.stat().st_size
    assert list((service.settings.home / "uploads").iterdir()) == []


def test_checking_imagery_finds_a_tile_that_shows_something(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    seen = service.coordinator.check_imagery(uploaded, area=box_area())
    assert (seen["ok"], seen["tiles"], seen["info"]["max_zoom"]) == (True, 24, ZOOM)
    sample = seen["sample_tile"]
    assert CORNER.x <= sample["x"] < CORNER.x + 6
    assert service.coordinator.check_imagery(uploaded)["sample_tile"] is not None
