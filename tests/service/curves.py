"""Campaigns with several measured rounds, straight in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import update

from service.domain import measure
from service.domain.forecast import AccuracyForecast, forecast_accuracy
from service.queries import accuracy
from service.states import CheckpointState, RoundState, TileRole
from service.tables import Campaign, Checkpoint, Round
from tests.service.made import MadeCampaign, make_model, make_round

TRUE_PX = 10_000


@dataclass(frozen=True)
class Curve:
    """A campaign whose rounds are measured as a test says."""

    campaign: MadeCampaign
    audit: list[int]

    @classmethod
    def of(cls, campaign: MadeCampaign) -> Curve:
        return cls(campaign, sorted(tile.id for tile in campaign.tiles(TileRole.AUDIT)))

    def add(
        self,
        labels: int,
        recall: float,
        *,
        tiles: slice = slice(None),
        state: CheckpointState = CheckpointState.PROMOTED,
        label_version: int = 1,
    ) -> uuid.UUID:
        """One more round: its checkpoint finds so much of every tile, and nothing beside it."""
        with self.campaign.database.session() as session:
            session.execute(
                update(Checkpoint)
                .where(
                    Checkpoint.campaign_id == self.campaign.id,
                    Checkpoint.state == CheckpointState.PROMOTED,
                )
                .values(state=CheckpointState.RETIRED)
            )
            number = len(accuracy.by_round(session, self.campaign.id))
        round_id = make_round(self.campaign, number=number, state=RoundState.CLOSED)
        checkpoint_id = make_model(self.campaign, round_id, [])
        with self.campaign.database.session() as session:
            session.get_one(Round, round_id).label_count = labels
            session.get_one(Checkpoint, checkpoint_id).state = state
            rows = [
                {"tile_id": tile, "label_version": label_version}
                | dict(zip(accuracy.COUNTS, counted(place, recall), strict=True))
                for place, tile in list(enumerate(self.audit))[tiles]
            ]
            campaign = session.get_one(Campaign, self.campaign.id)
            measure.publish(session, campaign, {checkpoint_id: rows})
        return checkpoint_id

    def ask(self, target: float) -> AccuracyForecast:
        with self.campaign.database.session() as session:
            return forecast_accuracy(session, self.campaign.id, target=target)


def counted(place: int, recall: float) -> tuple[int, ...]:
    """Counts of a tile: no two are alike, so that a swap of tiles would show."""
    true = TRUE_PX + 100 * place
    found = round(true * (recall + 0.01 * (place % 3 - 1)))
    return (found, 0, true - found, 65_536 - true, 0, 0, 0)


def saturating(labels: Iterable[int]) -> list[tuple[int, float]]:
    """(labels, IoU) of a curve that levels off at 0.9."""
    return [(n, 0.9 - 1.0 * n**-0.4) for n in labels]
