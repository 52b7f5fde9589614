"""Imagery over HTTP: uploads, templates and paths, and what is said of those that fail."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import rasterio
from PIL import Image

from service.client import ApiProblem
from tests.service.api.conftest import RunningService, box_area, create, refused
from tests.service.made import CORNER, ZOOM


def _black_tile() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (256, 256)).save(file, "PNG")
    return file.getvalue()


class _Tiles(http.server.BaseHTTPRequestHandler):
    """A tile server with faults: by path /404/…, /500/…, /page/…, /black/…."""

    def do_GET(self) -> None:
        fault = self.path.split("/")[1]
        status = {"404": 404, "500": 500}.get(fault, 200)
        kind, body = "text/html", b"<html>Sign in</html>"
        if fault == "black":
            kind, body = "image/png", _black_tile()
        self.send_response(status)
        self.send_header("Content-Type", kind)
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
        ("black", "imagery-not-found", "plain black or white"),
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
    def upload(path: Path) -> tuple[str, str]:
        with pytest.raises(ApiProblem) as problem:
            service.coordinator.upload_scene(path)
        assert problem.value.status == 422
        return problem.value.problem["cause"], problem.value.detail

    text = tmp_path / "notes.tif"
    text.write_text("not an image")
    cause, detail = upload(text)
    assert cause == "not-a-scene" and "neither a GeoTIFF nor an MBTiles file" in detail
    empty = tmp_path / "empty.tif"
    empty.write_bytes(b"")
    cause, detail = upload(empty)
    assert cause == "empty-file" and "is empty" in detail
    cut = tmp_path / "cut.tif"
    cut.write_bytes(scene.read_bytes()[:300])
    assert upload(cut)[0] == "not-an-image"
    where = rasterio.transform.from_origin(0, 0, 1, 1)
    grey = write_raster(tmp_path / "grey.tif", 2, crs="EPSG:3857", transform=where)
    cause, detail = upload(grey)
    assert cause == "wrong-bands" and "band" in detail
    nowhere = write_raster(tmp_path / "nowhere.tif", 3)
    cause, detail = upload(nowhere)
    assert cause == "not-georeferenced" and "does not say where it lies" in detail


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


def preview(service: RunningService, token: str | None, imagery: dict[str, Any], x: int) -> Any:
    return httpx.get(
        f"{service.url}/api/imagery/preview/{ZOOM}/{x}/{CORNER.y}.jpg",
        params=imagery,
        headers={"Authorization": f"Bearer {token}"},
    )


def test_imagery_is_shown_before_a_campaign_is_made_of_it(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    shown = preview(service, service.coordinator.token, uploaded, CORNER.x)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)
    beside = preview(service, service.coordinator.token, uploaded, CORNER.x - 1)
    assert (beside.status_code, beside.json()["title"]) == (404, "No imagery here")


def test_a_preview_of_a_faulty_host_says_what_is_wrong(
    service: RunningService, faulty_host: str
) -> None:
    imagery = {"kind": "xyz", "location": f"{faulty_host}/page/{{z}}/{{x}}/{{y}}.png"}
    problem = preview(service, service.coordinator.token, imagery, CORNER.x)
    assert (problem.status_code, problem.json()["cause"]) == (422, "not-an-image")


def test_only_coordinators_look_at_any_imagery(
    service: RunningService, uploaded: dict[str, Any]
) -> None:
    assert preview(service, service.volunteer.token, uploaded, CORNER.x).status_code == 403
