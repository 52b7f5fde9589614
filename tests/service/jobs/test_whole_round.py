"""Rounds from the first click to the order people work through, on a generated town."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import mercantile
import numpy as np
import pytest
import rasterio
import shapely
from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.actors import sign_up
from service.domain.automatic_rounds import after_label
from service.domain.campaigns import change_campaign
from service.domain.reviews import Submission, submit_review
from service.domain.round_views import view_round
from service.jobs.context import Services
from service.jobs.entry import work, work_on
from service.jobs.wake import rq_queue
from service.queries import jobs as job_queries
from service.states import (
    Answer,
    CheckpointState,
    ChosenBy,
    Doubt,
    JobKind,
    JobState,
    Queue,
    Role,
    RoundState,
    TileRole,
    TileState,
)
from service.tables import (
    Accuracy,
    AuditCount,
    Campaign,
    Checkpoint,
    Label,
    PredictedObject,
    PredictedShard,
    Round,
    Selection,
    Tile,
    TilePrediction,
)
from tests.service.towns import (
    TownScene,
    add_campaign,
    label_tiles,
    start,
    waiting_jobs,
    work_through,
)


@pytest.fixture
def campaign(services: Services, town: TownScene) -> Campaign:
    with services.database.session() as session:
        return add_campaign(session, town, services.artefacts)


def counts_of(services: Services) -> dict[str, int]:
    """Rows that a round writes, by table."""
    tables = (Checkpoint, PredictedShard, TilePrediction, PredictedObject, AuditCount, Accuracy)
    with services.database.session() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (*tables, Selection)
        }


def test_a_campaign_without_labels_asks_about_diverse_tiles(
    services: Services, campaign: Campaign
) -> None:
    start(services, campaign)
    done = work_through(services)
    assert [job.kind for job in done] == [JobKind.SELECT]
    with services.database.session() as session:
        view = view_round(session, campaign.id, 0)
        chosen = session.execute(
            select(Selection, Tile)
            .join(Tile, Tile.id == Selection.tile_id)
            .order_by(Selection.rank)
        ).all()
    assert view.state is RoundState.LABELLING
    assert (view.batch.size, view.batch.settled) == (4, 0)
    assert [selection.rank for selection, _ in chosen] == list(range(12))
    assert {tile.role for _, tile in chosen} == {TileRole.POOL}
    assert {selection.chosen_by for selection, _ in chosen} <= {
        ChosenBy.COLD_START,
        ChosenBy.RANDOM,
    }
    assert all(0 < selection.propensity <= 1 for selection, _ in chosen)


def test_tiles_that_turn_out_to_show_nothing_are_asked_of_nobody(
    services: Services, town: TownScene, tmp_path: Path
) -> None:
    """As behind a template of tiles, which nobody can ask beforehand what it has."""
    mostly_blank = TownScene(tmp_path, town.truth, town.tiles)
    shutil.copy(town.imagery, mostly_blank.imagery)
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(mostly_blank.imagery, "r+") as scene,
    ):
        mask = np.full(scene.shape, 255, np.uint8)
        mask[: scene.height // 2] = 0
        scene.write_mask(mask)
    with services.database.session() as session:
        campaign = add_campaign(session, mostly_blank, services.artefacts, order_factor=30)
    start(services, campaign)
    work_through(services)
    middle_row = np.mean([tile.y for tile in town.tiles])

    def asked_about(number: int) -> list[int]:
        with services.database.session() as session:
            return list(
                session.scalars(
                    select(Tile.y)
                    .join(Selection, Selection.tile_id == Tile.id)
                    .join(Round, Round.id == Selection.round_id)
                    .where(Round.number == number)
                )
            )

    cold = asked_about(0)
    assert cold
    assert min(cold) >= middle_row
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=20)
    number = start(services, campaign)
    work_through(services)
    trained = asked_about(number)
    assert trained
    assert min(trained) >= middle_row


def test_a_round_trains_predicts_measures_and_selects(
    services: Services, campaign: Campaign, town: TownScene
) -> None:
    start(services, campaign)
    work_through(services)
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=8)
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=4)
    number = start(services, campaign)
    done = work_through(services)
    kinds = [job.kind for job in done]
    shards = kinds.count(JobKind.PREDICT)
    assert kinds == [
        JobKind.TRAIN,
        *[JobKind.PREDICT] * shards,
        JobKind.STITCH,
        JobKind.SELECT,
    ]
    with services.database.session() as session:
        first = view_round(session, campaign.id, 0)
        view = view_round(session, campaign.id, number)
        checkpoint = session.scalars(select(Checkpoint)).one()
        accuracy = session.scalars(select(Accuracy)).one()
        settled = session.scalars(
            select(Selection.tile_id)
            .join(Tile, Tile.id == Selection.tile_id)
            .where(Selection.round_id == view.id, Tile.state != "open")
        ).all()
    assert view.state is RoundState.LABELLING
    assert first.state is RoundState.CLOSED
    assert settled == []  # nobody is asked about what is settled
    assert view.label_count == 8
    assert set(view.stage_seconds) == {"train", "predict", "stitch", "select"}
    assert checkpoint.state is CheckpointState.PROMOTED
    assert accuracy.tile_count == 4
    assert set(accuracy.scores) >= {"iou", "precision", "recall", "f1", "object_f1", "gain"}
    assert {job.kind: job.state for job in view.jobs} == {
        JobKind.TRAIN: JobState.DONE,
        JobKind.PREDICT: JobState.DONE,
        JobKind.STITCH: JobState.DONE,
        JobKind.SELECT: JobState.DONE,
    }
    assert counts_of(services)["tile_predictions"] == len(town.tiles)  # audit tiles, too


def test_a_label_that_the_round_s_model_contradicts_gets_a_second_look(
    services: Services, campaign: Campaign, town: TownScene
) -> None:
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=8)
        change_campaign(session, campaign.id, policy={"second_looks": False})
    start(services, campaign)
    while (job := waiting_jobs(services.database)[0]).kind is not JobKind.SELECT:
        work(job.id, services)
    with services.database.session() as session:
        volunteer, _ = sign_up(session, "Bea", Role.VOLUNTEER)
        full = _outline_an_open_tile(session)
        place = mercantile.Tile(full.x, full.y, campaign.zoom)
        said = Submission(uuid.uuid4(), place, Answer.NOTHING, 2.0)
        submit_review(session, volunteer, campaign.id, said)
        change_campaign(session, campaign.id, policy={"second_looks": True})
    work(job.id, services)
    with services.database.session() as session:
        doubts = session.scalars(select(Label.tile_id).where(Label.doubt == Doubt.CONTRADICTED))
        assert doubts.all() == [full.id]
        asked = session.get_one(Tile, full.id)
        assert (asked.state, asked.reviewed, asked.needed) == (TileState.SETTLED, 1, 2)


def _outline_an_open_tile(session: Session) -> Tile:
    """Half of some tile as an outline of the one checkpoint: its six steps have taught it none."""
    tile = session.scalars(
        select(Tile).where(Tile.role == TileRole.POOL, Tile.state == TileState.OPEN).limit(1)
    ).one()
    west, south, east, north = to_shape(tile.geom).bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    checkpoint_id = session.scalars(select(Checkpoint.id)).one()
    session.add(
        PredictedObject(
            checkpoint_id=checkpoint_id,
            tile_id=tile.id,
            geom=from_shape(half, 4326),
            confidence=0.9,
        )
    )
    return tile


def assert_chosen_by_score(services: Services, campaign: Campaign, number: int) -> None:
    """The round waits for people, with tiles that the acquisition has chosen."""
    with services.database.session() as session:
        view = view_round(session, campaign.id, number)
        chosen_by = set(session.scalars(select(Selection.chosen_by)))
    assert (view.state, view.held_reason) == (RoundState.LABELLING, None)
    assert ChosenBy.ACQUISITION in chosen_by


def test_a_way_to_choose_that_compares_views_finds_its_score(
    services: Services, town: TownScene
) -> None:
    with services.database.session() as session:
        campaign = add_campaign(session, town, services.artefacts, acquisition="tta_bald", views=2)
        label_tiles(session, campaign, town, role=TileRole.POOL, count=8)
    number = start(services, campaign)
    work_through(services)
    assert_chosen_by_score(services, campaign, number)


@pytest.mark.parametrize("before", [1, 0], ids=["between shards", "before the choice"])
def test_a_policy_that_changes_while_a_round_works_does_not_hold_it_up(
    services: Services, town: TownScene, before: int
) -> None:
    """The model was not asked to compare views: until the next one, the class's best chooses."""
    with services.database.session() as session:
        campaign = add_campaign(
            session, town, services.artefacts, acquisition="drawn_entropy", views=2
        )
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
    number = start(services, campaign)
    work(waiting_jobs(services.database)[0].id, services)
    shards = waiting_jobs(services.database)
    assert {job.kind for job in shards} == {JobKind.PREDICT}
    for job in shards[: len(shards) - before]:
        work(job.id, services)
    with services.database.session() as session:
        change_campaign(session, campaign.id, policy={"acquisition": "tta_bald"})
    work_through(services)
    assert_chosen_by_score(services, campaign, number)


def test_the_end_of_a_job_wakes_what_follows(
    services: Services, campaign: Campaign, town: TownScene
) -> None:
    """At once: nobody waits for the reconciler's next look."""
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
    start(services, campaign)
    for queue in (Queue.PREDICT, Queue.PREDICT, Queue.LIGHT):
        before = rq_queue(services.redis, queue).count
        kind = waiting_jobs(services.database)[0].kind
        while (job := waiting_jobs(services.database)[0]).kind is kind:  # all its shards
            work(job.id, services)
        assert rq_queue(services.redis, queue).count > before


def test_who_has_predicted_a_shard_goes_on_with_the_next(
    services: Services, campaign: Campaign, town: TownScene
) -> None:
    """One after the other, in the process that has the network ready; other kinds are left."""
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
    start(services, campaign)
    work_on(waiting_jobs(services.database)[0].id, services)  # training, and nothing else
    shards = waiting_jobs(services.database)
    assert len(shards) > 1
    assert {job.kind for job in shards} == {JobKind.PREDICT}
    work_on(shards[0].id, services)
    assert [job.kind for job in waiting_jobs(services.database)] == [JobKind.STITCH]


def test_every_job_may_run_twice(services: Services, campaign: Campaign, town: TownScene) -> None:
    """Once more as a doubled wake-up, and once more as if its end had been forgotten."""
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=2)
    start(services, campaign)
    seen = set()
    while waiting := waiting_jobs(services.database):
        job = waiting[0]
        work(job.id, services)
        once = counts_of(services)
        work(job.id, services)
        with services.database.session() as session:
            job_queries.wait_again(session, job.id)
        work(job.id, services)
        assert counts_of(services) == once, job.kind
        seen.add(job.kind)
        if job.kind is JobKind.SELECT:
            with services.database.session() as session:
                label_tiles(session, campaign, town, role=TileRole.AUDIT, count=1)
                assert after_label(session, campaign.id)
    assert seen == set(JobKind)
    with services.database.session() as session:
        assert view_round(session, campaign.id, 0).state is RoundState.LABELLING


def test_outlines_of_all_shards_are_whole_and_owned_by_a_tile(
    services: Services, campaign: Campaign, town: TownScene
) -> None:
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=6)
    start(services, campaign)
    work_through(services)
    with services.database.session() as session:
        strays = session.scalar(
            select(func.count())
            .select_from(PredictedObject)
            .outerjoin(Tile, Tile.id == PredictedObject.tile_id)
            .where(~func.coalesce(func.ST_Intersects(Tile.geom, PredictedObject.geom), False))
        )
        invalid = session.scalar(
            select(func.count())
            .select_from(PredictedObject)
            .where(~func.ST_IsValid(PredictedObject.geom))
        )
        confidences = np.array(session.scalars(select(PredictedObject.confidence)).all())
    assert (strays, invalid) == (0, 0)
    assert ((confidences >= 0) & (confidences <= 1)).all()
