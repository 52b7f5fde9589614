"""Rounds: how they start, are held, resumed and closed, and what a label sets off."""

from __future__ import annotations

import uuid

import pytest
from geoalchemy2.shape import from_shape
from shapely import box
from sqlalchemy import select

from service.artefacts import Artefacts
from service.database import Database
from service.domain import beginning, rounds
from service.domain.round_views import view_round, view_rounds
from service.errors import (
    CampaignNotActive,
    CampaignNotFound,
    RoundAlreadyRunning,
    RoundNotFound,
    RoundNotHeld,
)
from service.queries import jobs as job_queries
from service.queries import rounds as round_queries
from service.reasons import Why
from service.states import (
    CampaignState,
    HoldReason,
    JobKind,
    JobState,
    RoundState,
    TileRole,
)
from service.tables import Campaign, Job, Round, StartingLabel
from tests.service.towns import TownScene, add_campaign, add_labelling_round, label_tiles

AWAY = Why(
    "the imagery does not answer", HoldReason.IMAGERY_UNREACHABLE, {"host": "tiles.example.org"}
)
TOO_FEW = Why("only one tile", HoldReason.TOO_FEW_LABELS)


@pytest.fixture
def campaign(database: Database, artefacts: Artefacts, town: TownScene) -> Campaign:
    with database.session() as session:
        return add_campaign(session, town, artefacts)


def start(database: Database, campaign: Campaign) -> Round:
    with database.session() as session:
        return rounds.start_round(session, campaign.id)


def kinds(database: Database, round_: Round) -> list[JobKind]:
    with database.session() as session:
        return [job.kind for job in job_queries.of_rounds(session, [round_.id])]


def put(database: Database, round_: Round, state: RoundState) -> None:
    with database.session() as session:
        session.get_one(Round, round_.id).state = state


def test_a_round_without_labels_selects_and_with_them_trains(
    database: Database, campaign: Campaign, town: TownScene
) -> None:
    first = start(database, campaign)
    assert (first.number, kinds(database, first)) == (0, [JobKind.SELECT])
    put(database, first, RoundState.LABELLING)
    with database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=1)
    second = start(database, campaign)
    assert (second.number, second.label_count) == (1, 1)
    assert kinds(database, second) == [JobKind.TRAIN]


@pytest.mark.parametrize(
    ("class_name", "kind"),
    [("building", JobKind.TRAIN), ("road", JobKind.TRAIN), ("pond", JobKind.SELECT)],
)
def test_campaigns_of_buildings_and_roads_begin_with_a_starting_model(
    database: Database, artefacts: Artefacts, town: TownScene, class_name: str, kind: JobKind
) -> None:
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts, training={})
        campaign.class_name = class_name
    assert kinds(database, start(database, campaign)) == [kind]


def test_a_campaign_too_large_to_be_looked_at_first_begins_cold(
    database: Database, artefacts: Artefacts, town: TownScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts, training={})
    monkeypatch.setattr(beginning, "LOOKED_AT_ON_DISK", len(town.tiles) - 1)
    assert kinds(database, start(database, campaign)) == [JobKind.SELECT]


def test_audit_labels_alone_train_nothing(
    database: Database, campaign: Campaign, town: TownScene
) -> None:
    with database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=2)
    assert kinds(database, start(database, campaign)) == [JobKind.SELECT]


def test_starting_labels_are_enough_to_train_the_first_round(
    database: Database, campaign: Campaign
) -> None:
    with database.session() as session:
        roof = from_shape(box(35.76, -6.19, 35.761, -6.189), 4326)
        session.add(StartingLabel(campaign_id=campaign.id, geom=roof))
    assert kinds(database, start(database, campaign)) == [JobKind.TRAIN]


def test_a_round_asked_for_twice_is_refused_with_its_number(
    database: Database, campaign: Campaign
) -> None:
    start(database, campaign)
    with pytest.raises(RoundAlreadyRunning, match="Round 0 is planned") as refused:
        start(database, campaign)
    assert refused.value.extras == {"number": 0, "state": RoundState.PLANNED}


def test_only_active_campaigns_that_exist_start_rounds(
    database: Database, campaign: Campaign
) -> None:
    with database.session() as session:
        session.get_one(Campaign, campaign.id).state = CampaignState.PAUSED
    with pytest.raises(CampaignNotActive):
        start(database, campaign)
    with database.session() as session, pytest.raises(CampaignNotFound):
        rounds.start_round(session, uuid.uuid4())


def test_rounds_of_one_campaign_have_seeds_of_their_own(
    database: Database, campaign: Campaign
) -> None:
    first = start(database, campaign)
    put(database, first, RoundState.LABELLING)
    assert start(database, campaign).seed != first.seed


def test_a_held_round_is_resumed_where_it_stopped(database: Database, campaign: Campaign) -> None:
    round_ = start(database, campaign)
    with database.session() as session:
        rounds.begin_stage(session, round_.id, JobKind.SELECT)
        rounds.hold(session, round_.id, AWAY)
    with database.session() as session:
        held = view_round(session, campaign.id, 0)
    assert (held.state, held.held_in) == (RoundState.HELD, RoundState.SELECTING)
    assert (held.held_reason, held.held_code) == (AWAY.text, AWAY.code)
    assert held.held_params == {"host": "tiles.example.org"}
    assert [job.state for job in held.jobs] == [JobState.CANCELLED]
    with database.session() as session:
        resumed = rounds.resume_round(session, campaign.id, 0)
        assert (resumed.state, resumed.held_reason) == (RoundState.SELECTING, None)
        assert (resumed.held_code, resumed.held_params) == (None, {})
    with database.session() as session:
        assert session.scalars(select(Job)).one().state is JobState.WAITING


def test_what_is_not_held_cannot_be_resumed(database: Database, campaign: Campaign) -> None:
    put(database, start(database, campaign), RoundState.LABELLING)
    with database.session() as session, pytest.raises(RoundNotHeld):
        rounds.resume_round(session, campaign.id, 0)
    with database.session() as session, pytest.raises(RoundNotFound):
        rounds.resume_round(session, campaign.id, 7)


def test_a_held_round_gives_way_to_a_new_one(database: Database, campaign: Campaign) -> None:
    round_ = start(database, campaign)
    with database.session() as session:
        rounds.hold(session, round_.id, TOO_FEW)
    assert start(database, campaign).number == 1
    with database.session() as session:
        states = [view.state for view in view_rounds(session, campaign.id)]
        assert states == [RoundState.CLOSED, RoundState.PLANNED]
        with pytest.raises(RoundAlreadyRunning):
            rounds.resume_round(session, campaign.id, 0)


def test_a_refused_training_holds_the_round_and_leaves_the_old_order(
    database: Database, campaign: Campaign, town: TownScene
) -> None:
    with database.session() as session:
        tiles = label_tiles(session, campaign, town, role=TileRole.POOL, count=2)
        before = add_labelling_round(session, campaign, tiles)
    round_ = start(database, campaign)
    with database.session() as session:
        rounds.begin_stage(session, round_.id, JobKind.TRAIN)
        rounds.train_was_refused(session, round_.id, TOO_FEW)
    with database.session() as session:
        assert view_round(session, campaign.id, 1).state is RoundState.HELD
        serving = round_queries.labelling(session, campaign.id)
    assert serving is not None
    assert serving.id == before.id


def test_a_refused_training_starts_cold_where_there_is_no_order_yet(
    database: Database, campaign: Campaign, town: TownScene
) -> None:
    with database.session() as session:
        label_tiles(session, campaign, town, role=TileRole.POOL, count=1)
    round_ = start(database, campaign)
    with database.session() as session:
        rounds.begin_stage(session, round_.id, JobKind.TRAIN)
        rounds.train_was_refused(session, round_.id, TOO_FEW)
    with database.session() as session:
        view = view_round(session, campaign.id, 0)
    assert (view.state, view.held_reason) == (RoundState.SELECTING, TOO_FEW.text)
    assert JobKind.SELECT in kinds(database, round_)


def test_closing_a_round_cancels_its_work_and_frees_the_campaign(
    database: Database, campaign: Campaign
) -> None:
    round_ = start(database, campaign)
    with database.session() as session:
        assert rounds.close_round(session, campaign.id, 0).state is RoundState.CLOSED
    with database.session() as session:
        assert session.scalars(select(Job)).one().state is JobState.CANCELLED
        assert rounds.close_round(session, campaign.id, 0).state is RoundState.CLOSED  # again
    assert start(database, campaign).number == round_.number + 1


def test_the_stitch_waits_for_the_last_shard(database: Database, campaign: Campaign) -> None:
    round_ = start(database, campaign)
    put(database, round_, RoundState.PREDICTING)
    with database.session() as session:
        job_queries.add(session, round_, JobKind.PREDICT, ["a", "b"])
    shards = [job for job in _jobs(database, round_) if job.kind is JobKind.PREDICT]
    for job, follows in zip(shards, (False, True), strict=True):
        with database.session() as session:
            locked = round_queries.lock(session, round_.id)
            assert locked is not None
            job_queries.end(session, job.id, JobState.DONE)
            rounds.advance(session, locked, JobKind.PREDICT)
            rounds.advance(session, locked, JobKind.PREDICT)  # said twice
        assert (JobKind.STITCH in kinds(database, round_)) is follows


def _jobs(database: Database, round_: Round) -> list[Job]:
    with database.session() as session:
        return list(job_queries.of_rounds(session, [round_.id]))
