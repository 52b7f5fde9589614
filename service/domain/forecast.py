"""The stop forecast of a campaign: how many more tiles until the map is good enough?

Its curve is that of the rounds whose checkpoints have served, up to the one that serves now, each
counted on the audit tiles, and against the labels, that all of them have been compared with.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy.orm import Session

from learner.evaluation import scores
from learner.evaluation.forecast import LEAST_ROUNDS, Forecast, Outlook, forecast
from learner.evaluation.intervals import Interval
from service.domain.campaigns import get_campaign
from service.domain.policy import Policy
from service.queries import accuracy
from service.states import CheckpointState, ForecastReason
from service.tables import Accuracy, Checkpoint, Round

Measured = tuple[Round, Checkpoint, Accuracy]


@dataclass(frozen=True, slots=True)
class AccuracyForecast:
    """What more tiles would bring, and what that rests on.

    ``more_tiles`` and ``gain`` count from ``labels``, the tiles that the serving checkpoint has
    learned from; answers since then are among the tiles to come.
    """

    target: float
    outlook: Outlook
    why: ForecastReason | None  # only where it cannot be told
    more_tiles: Interval | None
    gain: Interval | None
    gain_tiles: int
    labels: int
    rounds: int
    rounds_needed: int
    audit_tiles: int


def forecast_accuracy(
    session: Session, campaign_id: uuid.UUID, *, target: float
) -> AccuracyForecast:
    """When pixel IoU reaches the target, and what the next batch is worth.

    Raises:
        CampaignNotFound: there is no such campaign.
    """
    campaign = get_campaign(session, campaign_id)
    batch = Policy.model_validate(campaign.policy).batch_size
    curve = curve_of(accuracy.by_round(session, campaign_id))
    counts = accuracy.common_pixel_counts(session, [checkpoint.id for _, checkpoint, _ in curve])
    labels = tuple(round_.label_count for round_, _, _ in curve)
    tiles = counts.shape[1]
    told = _forecast(labels, counts.tobytes(), tiles, target, batch, campaign.seed)
    outlook = Outlook.REACHED if _surely_above(curve, target) else told.outlook
    return AccuracyForecast(
        target=target,
        outlook=outlook,
        why=_why(told, len(labels), tiles) if outlook is Outlook.CANNOT_TELL else None,
        more_tiles=told.more_tiles if outlook is Outlook.WITHIN_REACH else None,
        gain=told.gain,
        gain_tiles=batch,
        labels=labels[-1] if labels else 0,
        rounds=len(labels),
        rounds_needed=LEAST_ROUNDS,
        audit_tiles=tiles,
    )


def curve_of(rounds: Sequence[Measured]) -> list[Measured]:
    """The rounds that make the curve, oldest first; ends with the one that serves.

    Held checkpoints are no part of it, nor are those that were rolled back. Of rounds that learned
    from as many tiles as a later one, or from more, the later one counts. The starting model, and a
    round that learned from starting labels alone, have no place on an axis of tiles.
    """
    served = [
        measured
        for measured in rounds
        if measured[1].state in (CheckpointState.PROMOTED, CheckpointState.RETIRED)
    ]
    while served and served[-1][1].state is not CheckpointState.PROMOTED:
        served.pop()
    if not served or served[-1][2].tile_count == 0:
        return []
    curve: list[Measured] = []
    for measured in reversed(served):
        least = curve[-1][0].label_count if curve else np.inf
        if 0 < measured[0].label_count < least and measured[2].tile_count:
            curve.append(measured)
    return curve[::-1]


@lru_cache(maxsize=16)
def _forecast(
    labels: tuple[int, ...], counts: bytes, tiles: int, target: float, batch: int, seed: int
) -> Forecast:
    """Pure, so that the pages that ask every few seconds are answered from what was said."""
    rows = np.frombuffer(counts, np.int32).reshape(len(labels), tiles, 4)
    return forecast(labels, rows, scores.iou, target=target, gain_tiles=batch, seed=seed)


def _surely_above(curve: Sequence[Measured], target: float) -> bool:
    """What has been measured of the serving map outweighs what its curve foretells."""
    low = curve[-1][2].scores["iou"]["low"] if curve else None
    return low is not None and low >= target


def _why(told: Forecast, rounds: int, tiles: int) -> ForecastReason:
    if rounds < LEAST_ROUNDS:
        return ForecastReason.TOO_FEW_ROUNDS
    if tiles < 2 or told.gain is None:
        return ForecastReason.TOO_FEW_TILES
    return ForecastReason.TOO_UNSURE
