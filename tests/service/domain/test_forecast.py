"""The stop forecast of a campaign: which rounds it rests on, and what it says of them."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from learner.evaluation import scores
from learner.evaluation.forecast import Outlook, forecast
from service.database import Database
from service.domain.forecast import forecast_accuracy
from service.errors import CampaignNotFound
from service.queries import accuracy
from service.states import CheckpointState, ForecastReason
from service.tables import Checkpoint
from tests.service.curves import Curve, counted, saturating
from tests.service.made import make_campaign

BATCH = 20


@pytest.fixture
def curve(database: Database) -> Curve:
    campaign = make_campaign(database, 5, 4, audit=8, batch_size=BATCH)
    return Curve.of(campaign)


def test_a_campaign_without_a_measured_round_cannot_tell(curve: Curve) -> None:
    told = curve.ask(0.75)
    assert (told.outlook, told.why) == (Outlook.CANNOT_TELL, ForecastReason.TOO_FEW_ROUNDS)
    assert (told.rounds, told.rounds_needed, told.labels, told.audit_tiles) == (0, 4, 0, 0)
    assert (told.more_tiles, told.gain) == (None, None)


def test_the_forecast_is_the_learner_s_on_the_counts_of_the_rounds(curve: Curve) -> None:
    points = saturating(range(40, 360, 40))
    for labels, recall in points:
        curve.add(labels, recall)

    told = curve.ask(0.81)

    rows = np.array([[counted(at, recall)[:4] for at in range(8)] for _, recall in points])
    by_hand = forecast(
        [n for n, _ in points], rows, scores.iou, target=0.81, gain_tiles=BATCH, seed=7
    )
    assert by_hand.outlook is Outlook.WITHIN_REACH
    assert (told.outlook, told.more_tiles, told.gain) == (
        by_hand.outlook, by_hand.more_tiles, by_hand.gain,
    )  # fmt: skip
    assert (told.why, told.gain_tiles, told.labels) == (None, BATCH, 320)
    assert (told.rounds, told.audit_tiles) == (8, 8)


def test_three_rounds_are_too_few_unless_the_map_is_surely_good_already(curve: Curve) -> None:
    for labels, recall in [(40, 0.6), (80, 0.7), (120, 0.75)]:
        curve.add(labels, recall)
    assert curve.ask(0.9).why is ForecastReason.TOO_FEW_ROUNDS
    assert curve.ask(0.9).rounds == 3
    reached = curve.ask(0.7)
    assert (reached.outlook, reached.why, reached.more_tiles) == (Outlook.REACHED, None, None)


def test_only_tiles_that_all_rounds_were_compared_on_count(curve: Curve) -> None:
    for labels, recall in saturating([40, 80, 120, 160]):
        curve.add(labels, recall, tiles=slice(0, 5) if labels == 80 else slice(None))
    assert curve.ask(0.8).audit_tiles == 5
    curve.add(200, 0.8, tiles=slice(4, None))
    told = curve.ask(0.9)
    assert (told.audit_tiles, told.rounds, told.why) == (1, 5, ForecastReason.TOO_FEW_TILES)


def test_tiles_compared_with_another_version_of_their_label_do_not_count(curve: Curve) -> None:
    for labels, recall in saturating([40, 80, 120]):
        curve.add(labels, recall)
    curve.add(160, 0.77, label_version=2)
    assert curve.ask(0.8).audit_tiles == 0


def test_held_rolled_back_and_unmeasured_rounds_are_no_part_of_the_curve(curve: Curve) -> None:
    curve.add(0, 0.3)  # from starting labels alone
    curve.add(40, 0.6)
    curve.add(80, 0.1, state=CheckpointState.HELD)
    curve.add(100, 0.6, tiles=slice(0))  # no audit label reached it
    curve.add(120, 0.6)
    curve.add(120, 0.7)  # no new answer since: the later one counts
    serving = curve.add(160, 0.72)
    curve.add(200, 0.71)
    with curve.campaign.database.session() as session:
        for checkpoint in accuracy.by_round(session, curve.campaign.id)[-1:]:
            checkpoint[1].state = CheckpointState.RETIRED
        session.flush()
        session.get_one(Checkpoint, serving).state = CheckpointState.PROMOTED
    told = curve.ask(0.8)
    assert (told.rounds, told.labels) == (3, 160)


def test_rounds_that_jump_about_are_too_unsure(curve: Curve) -> None:
    for labels, recall in [(40, 0.7), (80, 0.64), (120, 0.73), (160, 0.66), (200, 0.71)]:
        curve.add(labels, recall)
    told = curve.ask(0.74)
    assert (told.outlook, told.why) == (Outlook.CANNOT_TELL, ForecastReason.TOO_UNSURE)
    assert told.gain is not None


def test_an_answer_follows_the_newest_counts(curve: Curve) -> None:
    for labels, recall in saturating([40, 80, 120, 160]):
        curve.add(labels, recall)
    before = curve.ask(0.82)
    curve.add(200, 0.86)
    after = curve.ask(0.82)
    assert (before.labels, after.labels) == (160, 200)
    assert before.gain != after.gain


def test_of_no_campaign_nothing_is_foretold(curve: Curve, database: Database) -> None:
    with database.session() as session, pytest.raises(CampaignNotFound):
        forecast_accuracy(session, uuid.uuid4(), target=0.75)
