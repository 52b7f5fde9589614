"""What the journeys are made in: a real service in processes of its own, and real campaigns."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import mercantile
from shapely import Polygon, union_all
from shapely.geometry import box, mapping, shape
from sqlalchemy import update

from service.client import TilewiseClient
from service.domain import rounds
from service.domain.actors import sign_up
from service.jobs.context import Services
from service.settings import Settings
from service.stack.programs import Program, api_program, programs
from service.states import Role, TileRole
from service.tables import Actor, Lease
from tests.service.towns import TownScene, work_through

START_S = 120.0

# The journeys need real outlines with real probabilities, not good ones; but 200 steps now and then
# outline a third of what they mostly do, and then hardly a tile has two.
TRAINING = {
    "encoder": "resnet18",
    "decoder_channels": [64, 32, 16],
    "reduction": 2,
    "crop_px": 128,
    "batch_size": 4,
    "min_steps": 300,
    "max_steps": 300,
    "epochs": 2,
    "holdout_share": 0.0,
}
# Without second looks the order of tiles is the round's; the journeys about them ask for them.
POLICY: dict[str, Any] = {
    "views": 1,
    "training": TRAINING,
    "audit_min": 0,
    "audit_share": 0.0,
    "second_looks": False,
}


@dataclass(frozen=True)
class Running:
    """A program of the service, in a process of its own."""

    program: Program
    settings: Settings
    log: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, program: Program, settings: Settings) -> Running:
        log = settings.home / f"{program.name}.log"
        settings.home.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            process = subprocess.Popen(
                program.command,
                env=settings.as_environment() | dict(program.environment),
                stdout=words,
                stderr=words,
                start_new_session=True,  # a worker's children end with it
            )
        return cls(program, settings, log, process)

    def stop(self) -> None:
        """End it as a supervisor does; nothing is left behind."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


@dataclass
class World:
    """The service of the journeys: its address, its data, and a town to map."""

    services: Services
    town: TownScene
    token: str  # of the coordinator
    scene: dict[str, Any] = field(default_factory=dict)
    _api: Running | None = None

    @property
    def settings(self) -> Settings:
        return self.services.settings

    @property
    def url(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"

    @property
    def coordinator(self) -> TilewiseClient:
        return TilewiseClient(self.url, self.token)

    def client_of(self, token: str) -> TilewiseClient:
        return TilewiseClient(self.url, token)

    def start(self) -> None:
        """Start the API, or start it again at the same address."""
        self._api = Running.start(api_program(self.settings), self.settings)
        deadline = time.monotonic() + START_S
        while not _answers(self.url):
            if self._api.process.poll() is not None or time.monotonic() > deadline:
                words = self._api.log.read_text(encoding="utf-8")[-2000:]
                raise RuntimeError(f"the API did not start:\n{words}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._api is not None:
            self._api.stop()

    def volunteer(self, name: str = "Amina") -> dict[str, Any]:
        """A new volunteer ``{id, name, role, token}``."""
        with TilewiseClient(self.url) as visitor:
            return visitor.sign_up(name)

    def campaign(
        self, columns: int = 4, rows: int = 4, *, at: tuple[int, int] = (0, 0), **policy: Any
    ) -> str:
        """A new campaign without a model over some tiles of the town, through the API; its id."""
        with self.coordinator as coordinator:
            if not self.scene:
                found = coordinator.upload_scene(self.town.imagery)
                self.scene = {key: found[key] for key in ("kind", "location")}
            made = coordinator.create_campaign(
                name="Rooftown",
                class_name="building",
                zoom=self.town.tiles[0].z,
                imagery=self.scene,
                area=self.area(columns, rows, at),
                policy=POLICY | policy,
                seed=11,
            )
        return str(made["id"])

    def area(self, columns: int, rows: int, at: tuple[int, int] = (0, 0)) -> dict[str, Any]:
        """So many tiles of the town as GeoJSON; ``at`` counts columns and rows to leave out."""
        west, north = self.town.tiles[0].x + at[0], self.town.tiles[0].y + at[1]
        inside = [
            box(*mercantile.bounds(tile)).buffer(-1e-7)  # not a hair of the neighbours
            for tile in self.town.tiles
            if 0 <= tile.x - west < columns and 0 <= tile.y - north < rows
        ]
        return dict(mapping(union_all(inside).envelope))

    def label(self, campaign_id: str, *, pool: int = 0, audit: int = 0) -> None:
        """Two people answer open tiles with the truth, until so many have settled."""
        with self.coordinator as coordinator:
            tiles = [
                one["properties"]
                for page in coordinator.tile_pages(campaign_id, state="open")
                for one in page["features"]
            ]
        # One with roofs first: tiles come in a random order, and empty ones alone teach no model.
        in_pool = [one for one in tiles if one["role"] == TileRole.POOL]
        full = [one for one in in_pool if self.truth_in((one["z"], one["x"], one["y"]))][:1]
        chosen = [*full, *(one for one in in_pool if one not in full)][:pool]
        measured = [one for one in tiles if one["role"] == TileRole.AUDIT][:audit]
        for name, answered in (("Bea", chosen + measured), ("Dayo", measured)):
            with self.client_of(self.volunteer(name)["token"]) as client:
                for place in answered:
                    client.submit_review(campaign_id, self.true_review(place))

    def true_review(self, place: dict[str, Any]) -> dict[str, Any]:
        """The answer of somebody who knows the town."""
        tile = {key: place[key] for key in ("z", "x", "y")}
        outlines = self.truth_in((tile["z"], tile["x"], tile["y"]))
        return {
            "id": str(uuid.uuid4()),
            "tile": tile,
            "answer": "corrected" if outlines else "nothing",
            "seconds_spent": 5.0,
            "objects": feature_collection(outlines) if outlines else None,
        }

    def play_round(self, campaign_id: str) -> int:
        """Do a whole round's work here, in this process; returns its number."""
        with self.services.database.session() as session:
            number = rounds.start_round(session, uuid.UUID(campaign_id)).number
        work_through(self.services)
        return number

    def let_leases_end(self, campaign_id: str) -> None:
        """As if nobody had touched the page for longer than a lease lasts."""
        past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        with self.services.database.session() as session:
            session.execute(
                update(Lease)
                .where(Lease.campaign_id == uuid.UUID(campaign_id))
                .values(expires_at=past)
            )

    def forget_token(self, actor_id: str) -> None:
        """The service does not know this actor's token any more: the session has ended.

        The API remembers actors for a while, so it begins anew.
        """
        with self.services.database.session() as session:
            session.execute(
                update(Actor)
                .where(Actor.id == uuid.UUID(actor_id))
                .values(token_sha256=uuid.uuid4().bytes)
            )
        self.stop()
        self.start()

    def labels_of(self, campaign_id: str, tile: tuple[int, int, int]) -> list[Polygon]:
        """Outlines of the labels API whose reviewed tiles include this one."""
        z, x, y = tile
        place = f"{z}/{x}/{y}"
        with self.coordinator as coordinator:
            bounds = mercantile.bounds(mercantile.Tile(x, y, z))
            found = [
                feature
                for page in coordinator.label_pages(campaign_id, bbox=tuple(bounds))
                for feature in page["features"]
            ]
        return [shape(one["geometry"]) for one in found if place in one["properties"]["tiles"]]

    def truth_in(self, tile: tuple[int, int, int]) -> list[Polygon]:
        z, x, y = tile
        return self.town.outlines_in(mercantile.Tile(x, y, z))


def make_world(services: Services, town: TownScene) -> World:
    with services.database.session() as session:
        token = sign_up(session, "Chandra", Role.COORDINATOR)[1]
    return World(services, town, token)


def workers_of(settings: Settings) -> list[Running]:
    """A worker for each queue, as the stack runs them."""
    return [Running.start(one, settings) for one in programs(settings) if one.name != "api"]


def feature_collection(outlines: list[Polygon]) -> dict[str, Any]:
    """Outlines as a person sends them."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": mapping(one), "properties": {"source": "person"}}
            for one in outlines
        ],
    }


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/health", timeout=2).is_success
    except httpx.HTTPError:
        return False
