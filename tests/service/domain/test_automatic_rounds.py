"""Rounds that start by themselves, and those that do not."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from service.artefacts import Artefacts
from service.database import Database
from service.domain import rounds
from service.domain.automatic_rounds import SECOND_LOOKS_WAIT_S, after_label
from service.domain.round_views import view_rounds
from service.queries import rounds as round_queries
from service.queries import selections
from service.reasons import Why
from service.states import HoldReason, TileRole, TileState
from service.tables import Campaign, Label, Tile
from tests.service.towns import TownScene, add_campaign, add_labelling_round, label_tiles

TOO_FEW = Why("only one tile", HoldReason.TOO_FEW_LABELS)


class TestAutomaticRounds:
    """``after_label`` with the policy's ``auto_rounds``."""

    @pytest.fixture
    def campaign(self, database: Database, artefacts: Artefacts, town: TownScene) -> Campaign:
        with database.session() as session:
            return add_campaign(session, town, artefacts, auto_rounds=True)

    def settle_batch(self, database: Database, campaign: Campaign, town: TownScene) -> None:
        with database.session() as session:
            batch = label_tiles(session, campaign, town, role=TileRole.POOL, count=4)
            add_labelling_round(session, campaign, batch)

    def after_label(self, database: Database, campaign: Campaign) -> bool:
        with database.session() as session:
            return after_label(session, campaign.id)

    def test_a_burst_of_labels_starts_one_round(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        self.settle_batch(database, campaign, town)
        assert [self.after_label(database, campaign) for _ in range(3)] == [True, False, False]
        with database.session() as session:
            assert [view.number for view in view_rounds(session, campaign.id)] == [0, 1]

    def test_a_batch_that_still_waits_for_people_starts_nothing(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        with database.session() as session:
            pool = [tile.id for tile in selections.open_pool(session, campaign.id)]
            add_labelling_round(session, campaign, pool[:4])
            label_tiles(session, campaign, town, role=TileRole.POOL, count=3)
        assert not self.after_label(database, campaign)

    def test_second_looks_are_waited_for_but_not_for_long(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        self.settle_batch(database, campaign, town)
        with database.session() as session:
            in_doubt = select(Tile).where(Tile.state == TileState.SETTLED).limit(1)
            tile = session.scalars(in_doubt).one()
            tile.reviewed, tile.needed = 1, 2
        assert not self.after_label(database, campaign)
        with database.session() as session:
            long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=SECOND_LOOKS_WAIT_S)
            session.get_one(Label, tile.id).settled_at = long_ago
        assert self.after_label(database, campaign)

    def test_second_looks_beyond_the_batch_are_not_waited_for(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        """One person who goes on answering would put the round off with each "nothing"."""
        self.settle_batch(database, campaign, town)
        with database.session() as session:
            (beyond,) = label_tiles(session, campaign, town, role=TileRole.POOL, count=1)
            tile = session.get_one(Tile, beyond)
            tile.reviewed, tile.needed = 1, 2
        assert self.after_label(database, campaign)

    def test_a_held_round_is_followed_after_another_batch_not_at_each_label(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        self.settle_batch(database, campaign, town)
        assert self.after_label(database, campaign)
        with database.session() as session:
            held = round_queries.latest(session, campaign.id)
            assert held is not None
            rounds.hold(session, held.id, TOO_FEW)
        for _ in range(3):
            with database.session() as session:
                label_tiles(session, campaign, town, role=TileRole.POOL, count=1)
            assert not self.after_label(database, campaign)
        with database.session() as session:
            label_tiles(session, campaign, town, role=TileRole.POOL, count=1)
        assert self.after_label(database, campaign)

    def test_without_the_rule_nothing_starts_by_itself(
        self, database: Database, campaign: Campaign, town: TownScene
    ) -> None:
        with database.session() as session:
            row = session.get_one(Campaign, campaign.id)
            row.policy = row.policy | {"auto_rounds": False}
        self.settle_batch(database, campaign, town)
        assert not self.after_label(database, campaign)
