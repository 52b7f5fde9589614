"""Which checkpoint serves: the gate, the coordinator's word, and the way back."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from learner.evaluation.intervals import Interval
from service.artefacts import Artefacts
from service.database import Database
from service.domain import measure, promotion
from service.errors import CheckpointNotFound, CheckpointNotReady
from service.queries import accuracy
from service.reasons import Why
from service.states import CheckpointState, GateReason, RoundState, TileRole
from service.tables import Accuracy, Campaign, Checkpoint, Round, Tile
from tests.service.towns import TownScene, add_campaign, label_tiles

BY_AMINA = Why("promoted by Amina", GateReason.BY_COORDINATOR, {"name": "Amina"})


@pytest.fixture
def campaign(database: Database, artefacts: Artefacts, town: TownScene) -> Campaign:
    with database.session() as session:
        campaign = add_campaign(session, town, artefacts)
        label_tiles(session, campaign, town, role=TileRole.AUDIT, count=6)
        return campaign


def audit_ids(database: Database, campaign: Campaign) -> list[int]:
    with database.session() as session:
        return list(
            session.scalars(
                select(Tile.id).where(Tile.campaign_id == campaign.id, Tile.role == TileRole.AUDIT)
            )
        )


def add_checkpoint(
    database: Database,
    campaign: Campaign,
    number: int,
    *,
    hits: Mapping[int, int] | None,
    parent: Checkpoint | None = None,
) -> Checkpoint:
    """A candidate whose pixels hit so many of 100 true ones on each tile; None: not measured."""
    with database.session() as session:
        round_ = Round(campaign_id=campaign.id, number=number, seed=number, state=RoundState.CLOSED)
        session.add(round_)
        session.flush()
        checkpoint = Checkpoint(
            campaign_id=campaign.id,
            round_id=round_.id,
            parent_id=None if parent is None else parent.id,
            artefact_key="checkpoints/none.safetensors",
            sha256=f"{number:064d}",
            card={"threshold": 0.5},
        )
        session.add(checkpoint)
        session.flush()
        rows = [
            dict(
                zip(accuracy.COUNTS, (hit, 0, 100 - hit, 900, 0, 0, 0), strict=True),
                tile_id=tile_id,
                label_version=1,
            )
            for tile_id, hit in (hits or {}).items()
        ]
        if hits is not None:
            measure.publish(session, campaign, {checkpoint.id: rows})
        return checkpoint


def gate(database: Database, campaign: Campaign, candidate: Checkpoint) -> promotion.Decision:
    with database.session() as session:
        row = session.get_one(Checkpoint, candidate.id)
        return promotion.pass_gate(session, campaign.id, row)


def states(database: Database) -> list[CheckpointState]:
    with database.session() as session:
        return list(
            session.scalars(
                select(Checkpoint.state)
                .join(Round, Round.id == Checkpoint.round_id)
                .order_by(Round.number)
            )
        )


def serving(database: Database, campaign: Campaign) -> uuid.UUID | None:
    with database.session() as session:
        return session.get_one(Campaign, campaign.id).promoted_checkpoint_id


@pytest.mark.parametrize(
    ("gain", "promoted", "code"),
    [
        (Interval(-0.20, -0.30, -0.10), False, GateReason.WORSE),
        (Interval(-0.20, -0.30, 0.01), True, GateReason.NOT_WORSE),
        (Interval(0.10, 0.02, 0.20), True, GateReason.NOT_WORSE),
        (Interval(-0.20, math.nan, math.nan), True, GateReason.TOO_FEW_TILES),  # of one tile
        (None, True, GateReason.NOT_MEASURED),
    ],
)
def test_only_what_is_worse_with_its_whole_interval_is_held(
    gain: Interval | None, promoted: bool, code: GateReason
) -> None:
    decision = promotion.judge(gain, 30)
    assert (decision.promote, decision.reason.code) == (promoted, code)


def test_the_first_checkpoint_serves_and_says_so(database: Database, campaign: Campaign) -> None:
    first = add_checkpoint(database, campaign, 1, hits={})
    assert gate(database, campaign, first).promote
    assert serving(database, campaign) == first.id


def test_a_worse_checkpoint_is_held_with_the_numbers(
    database: Database, campaign: Campaign
) -> None:
    tiles = audit_ids(database, campaign)
    first = add_checkpoint(database, campaign, 1, hits=dict.fromkeys(tiles, 80))
    gate(database, campaign, first)
    worse = add_checkpoint(
        database,
        campaign,
        2,
        hits={tile: 40 + place for place, tile in enumerate(tiles)},
        parent=first,
    )
    decision = gate(database, campaign, worse)
    assert not decision.promote
    assert f"{len(tiles)} audit tiles" in decision.reason.text
    assert decision.reason.code is GateReason.WORSE
    assert decision.reason.params["tiles"] == len(tiles)
    assert decision.reason.params["gain"] == pytest.approx(-0.375)  # 42.5 of 100 instead of 80
    assert states(database) == [CheckpointState.PROMOTED, CheckpointState.HELD]
    assert serving(database, campaign) == first.id
    assert gate(database, campaign, worse) == decision  # said again, it stays


def test_a_better_checkpoint_takes_over(database: Database, campaign: Campaign) -> None:
    tiles = audit_ids(database, campaign)
    first = add_checkpoint(database, campaign, 1, hits=dict.fromkeys(tiles, 40))
    gate(database, campaign, first)
    better = add_checkpoint(database, campaign, 2, hits=dict.fromkeys(tiles, 80), parent=first)
    assert gate(database, campaign, better).promote
    assert states(database) == [CheckpointState.RETIRED, CheckpointState.PROMOTED]
    with database.session() as session:
        gain = session.get_one(Accuracy, better.id).scores["gain"]
    assert gain["estimate"] == pytest.approx(0.4)


def test_without_audit_labels_it_is_promoted_unmeasured(
    database: Database, campaign: Campaign
) -> None:
    gate(database, campaign, add_checkpoint(database, campaign, 1, hits={}))
    second = add_checkpoint(database, campaign, 2, hits={})
    decision = gate(database, campaign, second)
    assert (decision.promote, decision.reason.code) == (True, GateReason.NOT_MEASURED)


def test_a_coordinator_rolls_back_and_forth(database: Database, campaign: Campaign) -> None:
    first = add_checkpoint(database, campaign, 1, hits={})
    second = add_checkpoint(database, campaign, 2, hits={})
    for each in (first, second):
        gate(database, campaign, each)
    for chosen in (first, first, second):
        with database.session() as session:
            promotion.promote(session, campaign.id, chosen.id, reason=BY_AMINA)
        assert serving(database, campaign) == chosen.id
        assert states(database).count(CheckpointState.PROMOTED) == 1


def test_a_checkpoint_without_whole_predictions_cannot_serve(
    database: Database, campaign: Campaign
) -> None:
    early = add_checkpoint(database, campaign, 1, hits=None)
    with database.session() as session, pytest.raises(CheckpointNotReady):
        promotion.promote(session, campaign.id, early.id, reason=BY_AMINA)
    with database.session() as session, pytest.raises(CheckpointNotFound):
        promotion.promote(session, campaign.id, uuid.uuid4(), reason=BY_AMINA)


def test_the_database_itself_allows_one_promoted_checkpoint(
    database: Database, campaign: Campaign
) -> None:
    for number in (1, 2):
        add_checkpoint(database, campaign, number, hits={})
    with pytest.raises(IntegrityError), database.session() as session:
        for checkpoint in session.scalars(select(Checkpoint)):
            checkpoint.state = CheckpointState.PROMOTED
