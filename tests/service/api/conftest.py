"""A running service, spoken to over HTTP, with a scene it can show."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import pytest
import rasterio
import uvicorn

from learner.grid import PixelWindow
from service.client import ApiProblem, TilewiseClient
from service.database import Database
from service.domain.actors import sign_up
from service.main import create_app
from service.settings import Settings
from service.states import Role
from tests.service.made import CORNER, ZOOM

COLUMNS, ROWS = 6, 4
WINDOW = PixelWindow.of_tiles(ZOOM, CORNER.x, CORNER.y, COLUMNS, ROWS)


@dataclass(frozen=True)
class RunningService:
    """An address, and clients of each role."""

    url: str
    settings: Settings
    database: Database
    coordinator: TilewiseClient
    volunteer: TilewiseClient

    def another_volunteer(self) -> TilewiseClient:
        token = self.volunteer.sign_up("Bea")["token"]
        return TilewiseClient(self.url, token)


def serve(settings: Settings) -> tuple[uvicorn.Server, threading.Thread, str]:
    """The application behind a real server on a free port."""
    config = uvicorn.Config(
        create_app(settings), port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return server, thread, f"http://127.0.0.1:{port}"


@pytest.fixture
def service(
    settings: Settings, database: Database, redis_connection: object, tmp_path: Path
) -> Iterator[RunningService]:
    settings = settings.model_copy(update={"imagery_folders": (tmp_path / "allowed",)})
    server, thread, url = serve(settings)
    with database.session() as session:
        token = sign_up(session, "Coordinator", Role.COORDINATOR)[1]
    with TilewiseClient(url) as visitor:
        own = visitor.sign_up("Amina")["token"]
    with TilewiseClient(url, token) as coordinator, TilewiseClient(url, own) as volunteer:
        yield RunningService(url, settings, database, coordinator, volunteer)
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GeoTIFF of 6 × 4 tiles at zoom 18, smooth so that it stays small."""
    path = tmp_path_factory.mktemp("scene") / "town.tif"
    rows, columns = np.indices(WINDOW.shape)
    red, green = rows * 255 // WINDOW.height_px, columns * 255 // WINDOW.width_px
    pixels = np.stack((red, green, np.full_like(red, 128))).astype(np.uint8)
    profile = {
        "driver": "GTiff",
        "width": WINDOW.width_px,
        "height": WINDOW.height_px,
        "count": 3,
        "dtype": "uint8",
        "crs": "EPSG:3857",
        "transform": WINDOW.transform,
        "compress": "deflate",
        "tiled": True,
        "photometric": "rgb",
    }
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(pixels)
    return path


def box_area(columns: int = COLUMNS, rows: int = ROWS, x: int = 0, y: int = 0) -> dict[str, Any]:
    """The area of whole tiles, as GeoJSON."""
    first = mercantile.bounds(CORNER.x + x, CORNER.y + y, ZOOM)
    last = mercantile.bounds(CORNER.x + x + columns - 1, CORNER.y + y + rows - 1, ZOOM)
    west, north, east, south = first.west, first.north, last.east, last.south
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def uploaded(service: RunningService, scene: Path) -> dict[str, Any]:
    """Imagery of a campaign: the scene, uploaded."""
    answer = service.coordinator.upload_scene(scene)
    return {"kind": answer["kind"], "location": answer["location"]}


@pytest.fixture
def campaign(service: RunningService, uploaded: dict[str, Any]) -> dict[str, Any]:
    """A campaign of 24 tiles, 4 of them audit tiles."""
    return service.coordinator.create_campaign(
        name="Town",
        class_name="building",
        imagery=uploaded,
        area=box_area(),
        policy={"audit_min": 4, "audit_max": 4},
        seed=3,
    )


def create(service: RunningService, imagery: dict[str, Any], **changes: Any) -> dict[str, Any]:
    asked = {"name": "Town", "class_name": "building", "imagery": imagery, "area": box_area()}
    return service.coordinator.create_campaign(**{**asked, **changes})


def refused(service: RunningService, imagery: dict[str, Any], **changes: Any) -> ApiProblem:
    with pytest.raises(ApiProblem) as problem:
        create(service, imagery, **changes)
    assert service.coordinator.campaigns() == []  # nothing half-made stays
    return problem.value
