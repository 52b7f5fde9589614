"""Outlines that people send: mended where the mending is beyond doubt, else refused by index."""

from __future__ import annotations

import uuid

import mercantile
import pytest
import shapely

from service.database import Database
from service.domain.actors import KnownActor
from service.domain.drawn import SentOutline
from service.domain.reviews import Submission
from service.errors import ReviewRefused
from service.states import Answer, ObjectSource
from service.tables import Tile
from tests.service.domain.test_reviews import answer, label_outlines, submit
from tests.service.made import ZOOM, MadeCampaign, inside, make_actor, make_campaign


@pytest.fixture
def campaign(database: Database) -> MadeCampaign:
    return make_campaign(database, 2, 1)


@pytest.fixture
def tile(campaign: MadeCampaign) -> Tile:
    return campaign.tile(0, 0)


@pytest.fixture
def amina(database: Database) -> KnownActor:
    return make_actor(database)


def test_an_outline_away_from_its_tile_is_named_by_its_index(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    here, far = inside(tile, 0.1, 0.1, 0.3, 0.3), inside(tile, 3, 3, 3.5, 3.5)
    with pytest.raises(ReviewRefused, match="Outline 1 does not touch its tile") as refused:
        submit(campaign, amina, answer(tile, Answer.CORRECTED, here, far))
    assert (refused.value.extras["index"], refused.value.extras["cause"]) == (1, "outside-tile")
    assert refused.value.extras["where"] == pytest.approx([far.centroid.x, far.centroid.y])


def test_a_hand_that_slips_beyond_the_edge_is_forgiven(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    beyond = inside(tile, 1.02, 0.2, 1.2, 0.4)
    assert submit(campaign, amina, answer(tile, Answer.CORRECTED, beyond)).settled


def test_only_a_crossing_with_one_meaning_is_mended(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    west, south, east, north = inside(tile, 0.2, 0.2, 0.6, 0.6).bounds
    bow_tie = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    with pytest.raises(ReviewRefused, match="Outline 0 crosses itself") as refused:
        submit(campaign, amina, answer(tile, Answer.CORRECTED, bow_tie))
    middle = [(west + east) / 2, (south + north) / 2]
    assert refused.value.extras["where"] == pytest.approx(middle)
    assert refused.value.extras["cause"] == "crosses-itself"
    spike = shapely.Polygon(  # a needle that was drawn out and back again
        [(west, south), (east, south), (east, north), (east, north + 1e-4), (east, north),
         (west, north)]
    )  # fmt: skip
    assert submit(campaign, amina, answer(tile, Answer.CORRECTED, spike)).settled
    [(polygon, _)] = label_outlines(campaign)
    assert polygon.is_valid
    assert polygon.area == pytest.approx((east - west) * (north - south))


def test_a_loop_too_small_to_be_meant_is_cut_off(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    west, south, east, north = inside(tile, 0.2, 0.2, 0.6, 0.6).bounds
    loop = (east - west) / 20
    crossed = shapely.Polygon(
        [(west, south), (east, south), (east, north), (west - loop, north),
         (west - loop, north + loop), (west, north + loop)]
    )  # fmt: skip
    assert not crossed.is_valid
    assert submit(campaign, amina, answer(tile, Answer.CORRECTED, crossed)).settled
    [(polygon, _)] = label_outlines(campaign)
    assert polygon.is_valid
    assert polygon.area == pytest.approx((east - west) * (north - south))


@pytest.mark.parametrize(
    ("rings", "message"),
    [
        ([], "is no polygon"),
        ([[[85.5, 27.6], [85.6, 27.6]]], "is no polygon"),
        ([[[85.5, 27.6], [85.6, 27.6], [85.7, 27.6], [85.5, 27.6]]], "has no area|crosses itself"),
        ([[[9.5e6, 3e6], [9.6e6, 3e6], [9.6e6, 3.1e6], [9.5e6, 3e6]]], "lies nowhere on Earth"),
        ([[[85.5, 27.6]] * 6000], "has 6,000 corners"),
        ([[[85.5, 27.6], [float("nan"), 27.6], [85.6, 27.7], [85.5, 27.6]]], "not finite"),
    ],
)
def test_outlines_that_cannot_be_used_are_refused_with_a_reason(
    campaign: MadeCampaign,
    tile: Tile,
    amina: KnownActor,
    rings: list[list[list[float]]],
    message: str,
) -> None:
    outline = SentOutline(rings, ObjectSource.PERSON)
    submission = Submission(
        uuid.uuid4(),
        mercantile.Tile(tile.x, tile.y, ZOOM),
        Answer.CORRECTED,
        1.0,
        outlines=[outline],
    )
    with pytest.raises(ReviewRefused, match=message):
        submit(campaign, amina, submission)
