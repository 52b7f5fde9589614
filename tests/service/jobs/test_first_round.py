"""Rounds that begin with a starting model: before the first label, and what follows from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import rasterio
from sqlalchemy import select

from learner.acquisition.values import Reason
from service.domain.round_views import view_round
from service.jobs.context import Services
from service.states import CheckpointState, ChosenBy, JobKind, RoundState, TileRole
from service.tables import (
    Accuracy,
    Campaign,
    Checkpoint,
    PredictedShard,
    Round,
    Selection,
)
from tests.service.towns import TownScene, add_campaign, label_tiles, start, work_through


def test_buildings_are_outlined_and_ranked_before_the_first_label(
    services: Services, town: TownScene
) -> None:
    with services.database.session() as session:
        campaign = add_campaign(session, town, services.artefacts, training={})
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=6)
    number = start(services, campaign)
    kinds = [job.kind for job in work_through(services)]
    assert (kinds[0], kinds[-2:]) == (JobKind.TRAIN, [JobKind.STITCH, JobKind.SELECT])
    with services.database.session() as session:
        view = view_round(session, campaign.id, number)
        first = session.scalars(select(Checkpoint)).one()
        accuracy = session.scalars(select(Accuracy)).one()
        chosen = session.scalars(select(Selection.chosen_by)).all()
    assert (view.state, view.label_count) == (RoundState.LABELLING, 0)
    assert (first.state, first.parent_id) == (CheckpointState.PROMOTED, None)
    assert first.card["model"]["starting_model"] == "buildings"
    assert accuracy.scores["iou"]["estimate"] > 0.6  # of a town it was not taught on
    assert ChosenBy.ACQUISITION in chosen and ChosenBy.COLD_START not in chosen
    with services.database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=8)
        session.get_one(Campaign, campaign.id).policy = campaign.policy | {
            "training": {"max_steps": 6, "min_steps": 6, "epochs": 2, "batch_size": 2}
        }
    start(services, campaign)
    work_through(services)
    with services.database.session() as session:
        second = session.scalars(select(Checkpoint).where(Checkpoint.parent_id == first.id)).one()
    assert second.card["parent"] == first.card["weights_sha256"]
    assert second.card["notices"] == []


def test_roads_begin_with_a_model_of_roads_and_are_asked_about_where_it_sees_some(
    services: Services, town: TownScene
) -> None:
    with services.database.session() as session:
        campaign = add_campaign(session, town, services.artefacts, training={})
        campaign.class_name = "road"
    first = start(services, campaign)
    work_through(services)
    with services.database.session() as session:
        serving = session.scalars(select(Checkpoint)).one()
        label_tiles(session, campaign, town, role=TileRole.POOL, count=8)
        session.get_one(Campaign, campaign.id).policy = campaign.policy | {
            "batch_size": 8,
            "training": {"max_steps": 6, "min_steps": 6, "epochs": 2, "batch_size": 2},
        }
    second = start(services, campaign)
    work_through(services)
    assert serving.card["model"]["starting_model"] == "roads"
    assert reasons(services, first) == {Reason.SEES_OBJECTS, Reason.RANDOM_CHECK}
    assert reasons(services, second) == {Reason.UNSURE_GROUND}


def reasons(services: Services, number: int) -> set[str]:
    """Of the tiles that the acquisition asks for in a round, but for its uniform draws."""
    with services.database.session() as session:
        of_round = select(Selection.reason).join(Round, Round.id == Selection.round_id)
        asked = of_round.where(Round.number == number, Selection.chosen_by == ChosenBy.ACQUISITION)
        return set(session.scalars(asked))


def test_two_campaigns_that_begin_alike_keep_their_predictions_apart(
    services: Services, town: TownScene, tmp_path: Path
) -> None:
    """The same weights on the same ground, and other imagery."""
    darker = TownScene(tmp_path, town.truth, town.tiles)
    shutil.copy(town.imagery, darker.imagery)
    with rasterio.open(darker.imagery, "r+") as scene:
        scene.write(scene.read() // 3)
    for scene_ in (town, darker):
        with services.database.session() as session:
            campaign = add_campaign(session, scene_, services.artefacts, training={})
        start(services, campaign)
    work_through(services)
    with services.database.session() as session:
        keys = session.scalars(select(PredictedShard.artefact_key)).all()
        weights = session.scalars(select(Checkpoint.card["weights_sha256"].astext)).all()
    assert len(set(weights)) == 1
    assert len(set(keys)) == len(keys)
