"""The whole HTTP API as typed methods: what the CLI, simulated mappers, demo and tests use.

Answers are the API's JSON objects as they are (``/docs`` has their fields). A refusal becomes
:class:`ApiProblem`, a dead connection :class:`ServiceUnreachable`. Threads may share a client.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from service.client_errors import ApiProblem, Json, ServiceUnreachable
from service.client_wire import Wire, given

__all__ = ["ApiProblem", "ServiceUnreachable", "TilewiseClient"]

Id = str | UUID
Bbox = str | Sequence[float]  # west, south, east, north in EPSG:4326

UPLOAD_PIECE_BYTES = 1024**2


class TilewiseClient(Wire):
    """A client of one Tilewise service; :class:`~service.client_wire.Wire` says how to open it."""

    # Health and actors

    def health(self) -> Json:
        """Whether the process answers at all."""
        return self._json("GET", "/health")

    def ready(self) -> Json:
        """What stands behind the API: database, migrations, Redis, workers.

        Raises:
            ApiProblem: 503 while something is missing; the problem names it.
        """
        return self._json("GET", "/ready")

    def sign_up(self, name: str) -> Json:
        """A new volunteer ``{id, name, role, token}``; the token is told this once."""
        return self._json("POST", "/actors", {"name": name})

    def me(self) -> Json:
        """The actor whom the token names."""
        return self._json("GET", "/me")

    # Imagery

    def upload_scene(self, path: Path, *, on_progress: Callable[[int], None] | None = None) -> Json:
        """Upload a GeoTIFF or MBTiles file; ``on_progress`` hears the bytes sent so far.

        Returns:
            ``{location, kind, bounds, max_zoom, bands}``; the same file twice is the same location.
        """

        def pieces() -> Iterator[bytes]:
            sent = 0
            with path.open("rb") as file:
                while piece := file.read(UPLOAD_PIECE_BYTES):
                    yield piece
                    sent += len(piece)
                    if on_progress is not None:
                        on_progress(sent)

        headers = {
            "X-Filename": path.name.encode("ascii", "replace").decode(),
            "Content-Type": "application/octet-stream",
            "Content-Length": str(path.stat().st_size),
        }
        answer: Json = self._send(
            "POST", "/scenes", content=pieces(), headers=headers, timeout=None
        ).json()
        return answer

    def check_imagery(
        self, imagery: Mapping[str, Any], *, zoom: int | None = None, area: Json | None = None
    ) -> Json:
        """Whether imagery answers: ``{ok, info, sample_tile}``, or an :class:`ApiProblem`."""
        return self._json(
            "POST", "/imagery/check", {"imagery": dict(imagery), "zoom": zoom, "area": area}
        )

    def imagery_tile(self, campaign_id: Id, z: int, x: int, y: int) -> bytes:
        """One tile of the campaign's imagery as JPEG."""
        return self._send("GET", f"/campaigns/{campaign_id}/imagery/{z}/{x}/{y}.jpg").content

    def probability_tile(self, campaign_id: Id, z: int, x: int, y: int) -> bytes:
        """The promoted checkpoint's probability over one tile as 8-bit grey PNG."""
        return self._send("GET", f"/campaigns/{campaign_id}/probability/{z}/{x}/{y}.png").content

    # Campaigns and tiles

    def create_campaign(
        self,
        *,
        name: str,
        class_name: str,
        imagery: Mapping[str, Any],
        area: Json,
        zoom: int | None = None,
        starting_labels: Any = None,
        policy: Mapping[str, Any] | None = None,
        seed: int | None = None,
    ) -> Json:
        """Make a campaign, with ``tiles: {pool, audit}``, ``notices: [{code, params, text}]``."""
        body = {
            "name": name,
            "class_name": class_name,
            "imagery": dict(imagery),
            "area": area,
            "zoom": zoom,
            "starting_labels": starting_labels,
            "policy": dict(policy or {}),
            "seed": seed,
        }
        return self._json("POST", "/campaigns", {k: v for k, v in body.items() if v is not None})

    def campaigns(self) -> list[Json]:
        """All campaigns, newest first, without counts."""
        found: list[Json] = self._json("GET", "/campaigns")["campaigns"]
        return found

    def campaign(self, campaign_id: Id) -> Json:
        """One campaign with its counts: ``tiles[role][state]``, people, current round."""
        return self._json("GET", f"/campaigns/{campaign_id}")

    def update_campaign(
        self,
        campaign_id: Id,
        *,
        state: str | None = None,
        policy: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> Json:
        """Change what is given; a policy may hold only the rules that change."""
        changes = {"state": state, "policy": policy, "name": name}
        return self._json(
            "PATCH",
            f"/campaigns/{campaign_id}",
            {key: value for key, value in changes.items() if value is not None},
        )

    def tile_pages(
        self,
        campaign_id: Id,
        *,
        bbox: Bbox | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Json]:
        """The campaign's tiles as FeatureCollections, page by page."""
        return self._pages(
            f"/campaigns/{campaign_id}/tiles", bbox=_bbox(bbox), state=state, limit=limit
        )

    # Rounds

    def start_round(self, campaign_id: Id) -> Json:
        """Start the next round.

        Raises:
            ApiProblem: 409 when one is on its way already.
        """
        return self._json("POST", f"/campaigns/{campaign_id}/rounds")

    def rounds(self, campaign_id: Id) -> list[Json]:
        """All rounds of a campaign, oldest first."""
        found: list[Json] = self._json("GET", f"/campaigns/{campaign_id}/rounds")["rounds"]
        return found

    def round(self, campaign_id: Id, number: int) -> Json:
        """One round: state, jobs with progress, batch, stage seconds."""
        return self._json("GET", f"/campaigns/{campaign_id}/rounds/{number}")

    def round_events(self, campaign_id: Id, number: int) -> Iterator[Json]:
        """The round's view whenever it changes, by Server-Sent Events, until it is closed."""
        with self._stream(f"/campaigns/{campaign_id}/rounds/{number}/events") as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def close_round(self, campaign_id: Id, number: int) -> Json:
        """End a round although its batch has not settled."""
        return self._json("POST", f"/campaigns/{campaign_id}/rounds/{number}/close")

    def resume_round(self, campaign_id: Id, number: int) -> Json:
        """Try a held round again."""
        return self._json("POST", f"/campaigns/{campaign_id}/rounds/{number}/resume")

    # Tasks and reviews

    def claim(self, campaign_id: Id, count: int = 1, *, holding: Sequence[Id] = ()) -> Json:
        """The next tiles for this actor: ``{tasks: [...], queue: {waiting}}``.

        Args:
            campaign_id: the campaign.
            count: how many tasks, 1 to 8.
            holding: leases whose tiles the caller has at hand already. Other active leases of the
                actor are handed out again first, so that a reloaded page finds its tile again.
        """
        return self._json(
            "POST",
            f"/campaigns/{campaign_id}/tasks/claim",
            {"count": count, "holding": [str(lease) for lease in holding]},
        )

    def heartbeat(self, lease_id: Id) -> Json:
        """Keep a lease for longer: ``{expires_at}``."""
        return self._json("POST", f"/tasks/{lease_id}/heartbeat")

    def release(self, lease_id: Id) -> None:
        """Give a tile back unanswered."""
        self._send("POST", f"/tasks/{lease_id}/release")

    def submit_review(self, campaign_id: Id, review: Mapping[str, Any]) -> Json:
        """Send one answer; the same one twice is once.

        Args:
            campaign_id: the campaign.
            review: ``{id, tile: {z, x, y}, lease_id?, answer, objects?, cant_tell_reason?,
                seconds_spent, acts?}``.

        Returns:
            ``{id, standing, tile_state, replay, settled, notices: [{code, params, text}]}``.
        """
        return self._json("POST", f"/campaigns/{campaign_id}/reviews", dict(review))

    def reviews(self, campaign_id: Id, *, z: int, x: int, y: int) -> list[Json]:
        """What people said of one tile, oldest first (an actor sees own ones, coordinators all)."""
        found: list[Json] = self._json(
            "GET", f"/campaigns/{campaign_id}/reviews", params={"z": z, "x": x, "y": y}
        )["reviews"]
        return found

    # Labels, predictions, accuracy

    def labels(
        self,
        campaign_id: Id,
        *,
        bbox: Bbox | None = None,
        since: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Json:
        """One page of labels as a FeatureCollection with ``revision`` and, maybe, a next link."""
        return self._json(
            "GET",
            f"/campaigns/{campaign_id}/labels",
            params=given(bbox=_bbox(bbox), since=since, limit=limit, cursor=cursor),
        )

    def label_pages(
        self,
        campaign_id: Id,
        *,
        bbox: Bbox | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> Iterator[Json]:
        """All labels, page by page; with ``since`` only what changed, tombstones included."""
        return self._pages(
            f"/campaigns/{campaign_id}/labels", bbox=_bbox(bbox), since=since, limit=limit
        )

    def prediction_pages(
        self, campaign_id: Id, *, bbox: Bbox | None = None, limit: int | None = None
    ) -> Iterator[Json]:
        """The promoted checkpoint's outlines as FeatureCollections, page by page."""
        return self._pages(f"/campaigns/{campaign_id}/predictions", bbox=_bbox(bbox), limit=limit)

    def export_labels(self, campaign_id: Id, path: Path, *, bbox: Bbox | None = None) -> Path:
        """Stream all labels into one GeoJSON file; the file appears only when it is whole."""
        partial = path.with_name(path.name + ".part")
        asked = f"/campaigns/{campaign_id}/labels/export"
        with self._stream(asked, bbox=_bbox(bbox)) as answer, partial.open("wb") as file:
            for piece in answer.iter_bytes():
                file.write(piece)
        return partial.replace(path)

    def contribution(self, campaign_id: Id) -> Json:
        """What came of one's own answers: ``{answers, agreement, taught}``."""
        return self._json("GET", f"/campaigns/{campaign_id}/contribution")

    def accuracy(self, campaign_id: Id) -> Json:
        """``{audit: {tiles, settled}, rounds: [...]}``: every number from the audit set alone."""
        return self._json("GET", f"/campaigns/{campaign_id}/accuracy")

    def forecast(self, campaign_id: Id, target: float | None = None) -> Json:
        """How many more tiles until pixel IoU reaches the target, and what a batch is worth."""
        return self._json(
            "GET", f"/campaigns/{campaign_id}/accuracy/forecast", params=given(target=target)
        )

    # Checkpoints and acquisitions

    def checkpoints(self, campaign_id: Id) -> list[Json]:
        """All checkpoints of a campaign, newest first."""
        answer = self._json("GET", f"/campaigns/{campaign_id}/checkpoints")
        found: list[Json] = answer["checkpoints"]
        return found

    def promote(self, campaign_id: Id, checkpoint_id: Id) -> Json:
        """Let this checkpoint serve, forwards or back."""
        return self._json("POST", f"/campaigns/{campaign_id}/checkpoints/{checkpoint_id}/promote")

    def acquisitions(self) -> list[Json]:
        """The ways to choose tiles, by name, each with one line that explains it."""
        found: list[Json] = self._json("GET", "/acquisitions")["acquisitions"]
        return found


def _bbox(bbox: Bbox | None) -> str | None:
    return bbox if bbox is None or isinstance(bbox, str) else ",".join(map(str, bbox))
