"""What a promoted model shows over HTTP: outlines, probabilities, accuracy, rolling back."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import pytest
import rasterio
from PIL import Image
from sqlalchemy import select, text

from learner.grid import PixelWindow
from service.artefacts import Artefacts
from service.client import ApiProblem
from service.states import CheckpointState, TileRole
from service.tables import Accuracy, Checkpoint, PredictedShard, Tile
from tests.service.api.conftest import COLUMNS, ROWS, RunningService
from tests.service.made import CORNER, ZOOM, MadeCampaign, inside, make_model, make_round

INTERVAL = {"estimate": 0.7, "low": 0.6, "high": 0.8}


@pytest.fixture
def made(service: RunningService, campaign: dict[str, Any]) -> MadeCampaign:
    return MadeCampaign(uuid.UUID(campaign["id"]), service.database)


@pytest.fixture
def model(service: RunningService, made: MadeCampaign, tmp_path: Path) -> uuid.UUID:
    """A promoted checkpoint: an outline a tile, and probabilities that tell columns apart."""
    tiles = made.tiles()
    round_id = make_round(made, made.tiles(TileRole.POOL), number=0)
    checkpoint = make_model(made, round_id, [inside(t, 0.2, 0.2, 0.4, 0.4) for t in tiles])
    window = PixelWindow.of_tiles(ZOOM, CORNER.x, CORNER.y, COLUMNS, ROWS)
    path = tmp_path / "probability.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=window.width_px, height=window.height_px, count=1,
        dtype="uint8", crs="EPSG:3857", transform=window.transform,
    ) as dataset:  # fmt: skip
        columns = np.arange(window.width_px) // 256 * 10
        dataset.write(np.tile(columns.astype(np.uint8), (window.height_px, 1)), 1)
    store = Artefacts.open(service.settings)
    with service.database.session() as session:
        for shard in sorted({tile.shard for tile in tiles}):
            prefix = f"predictions/test/{shard}"
            store.put_file(f"{prefix}/probability.tif", path)
            session.add(
                PredictedShard(
                    checkpoint_id=checkpoint, shard=shard, artefact_key=prefix, tile_count=1
                )
            )
        session.add(
            Accuracy(
                checkpoint_id=checkpoint,
                tile_count=4,
                scores={"iou": INTERVAL, "f1": INTERVAL, "gain": None},
                computed_at=dt.datetime.now(dt.UTC),
            )
        )
    return checkpoint


def test_probabilities_are_grey_pictures_and_audit_tiles_have_none(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    for tile in made.tiles():
        place = (made.id, ZOOM, tile.x, tile.y)
        if tile.role == TileRole.AUDIT:
            with pytest.raises(ApiProblem) as problem:
                service.coordinator.probability_tile(*place)
            assert problem.value.status == 404
            continue
        grey = np.asarray(Image.open(io.BytesIO(service.volunteer.probability_tile(*place))))
        assert grey.shape == (256, 256)
        assert set(grey.ravel().tolist()) == {(tile.x - CORNER.x) * 10}


def test_predictions_come_in_pages_with_their_checkpoint(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    pages = list(service.coordinator.prediction_pages(made.id, limit=10))
    assert [len(page["features"]) for page in pages] == [10, 10, 4]
    assert pages[0]["checkpoint_id"] == str(model)
    west, south, east, north = mercantile.bounds(CORNER)
    [page] = service.coordinator.prediction_pages(made.id, bbox=(west, south, east, north))
    assert len(page["features"]) == 1
    assert page["features"][0]["properties"]["confidence"] == pytest.approx(0.8)


def test_volunteers_see_no_prediction_of_tiles_that_they_judge_blind(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    [page] = service.volunteer.prediction_pages(made.id)
    assert len(page["features"]) == 24 - len(made.tiles(TileRole.AUDIT))


def test_a_task_shows_the_model_s_outlines_unless_it_is_an_audit_tile(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    audit = {tile.id for tile in made.tiles(TileRole.AUDIT)}
    tasks = service.volunteer.claim(made.id, count=8)["tasks"]
    keys = {tuple(sorted(task)) for task in tasks}
    assert len(keys) == 1  # the same members, whatever the tile's role
    for task in tasks:
        blind = task["tile"]["id"] in audit
        assert (task["outlines"] is None) is blind
        assert (task["checkpoint_id"] is None) is blind


def test_accuracy_says_how_good_and_why_it_serves(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    found = service.volunteer.accuracy(made.id)
    [row] = found["rounds"]
    assert (row["round"], row["iou"], row["gain"]) == (0, INTERVAL, None)
    assert (row["state"], row["tile_count"]) == ("promoted", 4)


def test_a_coordinator_rolls_back_to_an_older_checkpoint(
    service: RunningService, made: MadeCampaign, model: uuid.UUID
) -> None:
    with service.database.session() as session:
        session.get_one(Checkpoint, model).state = CheckpointState.RETIRED
    newer = make_model(made, make_round(made, number=1), [])
    assert [each["round"] for each in service.volunteer.checkpoints(made.id)] == [1, 0]
    promoted = service.coordinator.promote(made.id, model)
    assert promoted["state"] == "promoted"
    assert service.volunteer.campaign(made.id)["promoted_checkpoint_id"] == str(model)
    with pytest.raises(ApiProblem) as problem:
        service.coordinator.promote(made.id, newer)  # its predictions are not whole
    assert problem.value.status == 409
    with pytest.raises(ApiProblem) as problem:
        service.coordinator.promote(made.id, uuid.uuid4())
    assert problem.value.status == 404


def test_a_restarted_database_is_found_again(service: RunningService, made: MadeCampaign) -> None:
    assert service.volunteer.campaign(made.id)["id"]
    with service.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert service.volunteer.campaign(made.id)["id"]
    with service.database.session() as session:
        assert session.scalar(select(Tile.id).limit(1)) is not None
