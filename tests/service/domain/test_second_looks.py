"""Labels that stand and are looked at by another person all the same."""

from __future__ import annotations

import uuid

import mercantile
import pytest
import shapely
from sqlalchemy import update

from service.database import Database
from service.domain.actors import KnownActor
from service.domain.drawn import SentOutline
from service.domain.policy import stored_policy
from service.domain.reviews import Accepted, Submission, submit_review
from service.domain.second_looks import contradicted
from service.domain.tasks import Claimed, claim_tasks
from service.queries import doubts
from service.states import (
    Answer,
    CheckpointState,
    Doubt,
    LabelKind,
    ObjectSource,
    ReviewStanding,
    Role,
    TileState,
)
from service.tables import Actor, Campaign, Checkpoint, Label, Tile
from tests.service.made import (
    ZOOM,
    MadeCampaign,
    inside,
    make_actor,
    make_campaign,
    make_model,
    make_round,
)


def claim(campaign: MadeCampaign, actor: KnownActor) -> Claimed:
    with campaign.database.session() as session:
        return claim_tasks(session, actor, campaign.id, count=1, holding=(), lease_s=600)


def answer_next(
    campaign: MadeCampaign, actor: KnownActor, says: Answer, *drawn: shapely.Polygon
) -> tuple[int, Accepted]:
    """Claim the next tile and answer it: the tile's id, and what became of the answer."""
    task = claim(campaign, actor).tasks[0].tile
    outlines = [
        SentOutline([list(map(list, each.exterior.coords))], ObjectSource.PERSON) for each in drawn
    ]
    place = mercantile.Tile(task.x, task.y, ZOOM)
    sent = Submission(uuid.uuid4(), place, says, 3.0, task.lease_id, outlines)
    with campaign.database.session() as session:
        return task.tile_id, submit_review(session, actor, campaign.id, sent)


def tile_row(campaign: MadeCampaign, tile_id: int) -> tuple[TileState, int, int]:
    with campaign.database.session() as session:
        row = session.get_one(Tile, tile_id)
        return row.state, row.reviewed, row.needed


def label_of(campaign: MadeCampaign, tile_id: int) -> tuple[LabelKind, Doubt | None, int]:
    """The label's kind, its doubt, and how many voices it has."""
    with campaign.database.session() as session:
        label = session.get_one(Label, tile_id)
        return label.kind, label.doubt, len(label.review_ids)


def roof(tile: Tile) -> shapely.Polygon:
    return inside(tile, 0.1, 0.1, 0.6, 0.6)


@pytest.fixture
def campaign(database: Database) -> MadeCampaign:
    """Two tiles, in a round's order from west to east, without a model."""
    made = make_campaign(database, 2, 1)
    make_round(made, made.tiles())
    return made


@pytest.fixture
def modelled(database: Database) -> MadeCampaign:
    """The same with a model that outlines a roof in the western tile and nothing in the other."""
    made = make_campaign(database, 2, 1)
    make_model(made, make_round(made, made.tiles()), [roof(made.tile(0, 0))])
    return made


@pytest.fixture
def amina(database: Database) -> KnownActor:
    return make_actor(database)


@pytest.fixture
def bea(database: Database) -> KnownActor:
    return make_actor(database, name="Bea")


def test_a_blind_nothing_stands_and_goes_to_the_next_person_first(
    campaign: MadeCampaign, amina: KnownActor, bea: KnownActor
) -> None:
    west, accepted = answer_next(campaign, amina, Answer.NOTHING)
    assert (accepted.tile_state, accepted.settled) == (TileState.SETTLED, True)
    assert tile_row(campaign, west) == (TileState.SETTLED, 1, 2)
    assert label_of(campaign, west) == (LabelKind.NOTHING, Doubt.UNSECONDED, 1)
    # Its author goes on with the next tile; the other person is asked about this one.
    assert claim(campaign, amina).tasks[0].tile.tile_id != west
    again, seconded = answer_next(campaign, bea, Answer.NOTHING)
    assert (again, seconded.standing) == (west, ReviewStanding.COUNTED)
    assert (seconded.tile_state, seconded.settled) == (TileState.SETTLED, False)
    assert tile_row(campaign, west) == (TileState.SETTLED, 2, 2)
    assert label_of(campaign, west) == (LabelKind.NOTHING, None, 2)


def test_who_sees_a_roof_there_changes_the_label(
    campaign: MadeCampaign, amina: KnownActor, bea: KnownActor
) -> None:
    west, _ = answer_next(campaign, amina, Answer.NOTHING)
    _, accepted = answer_next(campaign, bea, Answer.CORRECTED, roof(campaign.tile(0, 0)))
    assert (accepted.tile_state, accepted.settled) == (TileState.SETTLED, True)
    assert label_of(campaign, west) == (LabelKind.OBJECTS, None, 1)
    assert tile_row(campaign, west) == (TileState.SETTLED, 2, 2)


def test_a_second_look_without_a_lease_counts_where_the_seat_is_free(
    campaign: MadeCampaign, amina: KnownActor, bea: KnownActor
) -> None:
    west, _ = answer_next(campaign, amina, Answer.NOTHING)
    place = campaign.tile(0, 0)
    late = Submission(uuid.uuid4(), mercantile.Tile(place.x, place.y, ZOOM), Answer.NOTHING, 3.0)
    with campaign.database.session() as session:
        kept = submit_review(session, bea, campaign.id, late)
    assert kept.standing == ReviewStanding.COUNTED
    assert label_of(campaign, west) == (LabelKind.NOTHING, None, 2)


def test_one_person_alone_is_held_up_by_nothing(campaign: MadeCampaign, amina: KnownActor) -> None:
    answer_next(campaign, amina, Answer.NOTHING)
    answer_next(campaign, amina, Answer.NOTHING)
    assert claim(campaign, amina).tasks == []
    assert {tile.state for tile in campaign.tiles()} == {TileState.SETTLED}
    with campaign.database.session() as session:
        assert doubts.waiting(session, campaign.id) == 2


def test_nothing_where_the_model_sees_a_roof_is_looked_at_again(
    modelled: MadeCampaign, amina: KnownActor, bea: KnownActor
) -> None:
    west, _ = answer_next(modelled, amina, Answer.NOTHING)
    assert label_of(modelled, west) == (LabelKind.NOTHING, Doubt.CONTRADICTED, 1)
    again = claim(modelled, bea).tasks[0]
    assert again.tile.tile_id == west
    assert again.outlines is not None and len(again.outlines) == 1


def test_a_model_that_sees_nothing_either_is_the_second_voice(
    modelled: MadeCampaign, amina: KnownActor
) -> None:
    answer_next(modelled, amina, Answer.RIGHT)
    east, _ = answer_next(modelled, amina, Answer.NOTHING)
    assert label_of(modelled, east) == (LabelKind.NOTHING, None, 1)
    assert tile_row(modelled, east) == (TileState.SETTLED, 1, 1)


def test_a_coordinators_word_needs_no_second(campaign: MadeCampaign, database: Database) -> None:
    coordinator = make_actor(database, Role.COORDINATOR)
    west, _ = answer_next(campaign, coordinator, Answer.NOTHING)
    assert label_of(campaign, west) == (LabelKind.NOTHING, None, 1)


def test_a_campaign_may_do_without(database: Database, amina: KnownActor) -> None:
    campaign = make_campaign(database, 1, 1, second_looks=False)
    west, _ = answer_next(campaign, amina, Answer.NOTHING)
    assert label_of(campaign, west) == (LabelKind.NOTHING, None, 1)


def contradictions(campaign: MadeCampaign, checkpoint_id: uuid.UUID) -> list[int]:
    with campaign.database.session() as session:
        row = session.get_one(Campaign, campaign.id)
        return contradicted(session, row, stored_policy(row.policy), checkpoint_id)


def ask_again(campaign: MadeCampaign, tile_ids: list[int]) -> None:
    with campaign.database.session() as session:
        doubts.ask_again(session, tile_ids, Doubt.CONTRADICTED)


@pytest.fixture
def learned(modelled: MadeCampaign, amina: KnownActor) -> tuple[MadeCampaign, uuid.UUID]:
    """Both tiles are answered; then a newer model outlines a roof in the empty eastern one."""
    answer_next(modelled, amina, Answer.RIGHT)
    answer_next(modelled, amina, Answer.NOTHING)
    with modelled.database.session() as session:
        session.get_one(Campaign, modelled.id).promoted_checkpoint_id = None
        session.execute(update(Checkpoint).values(state=CheckpointState.RETIRED))
    roofs = [roof(tile) for tile in modelled.tiles()]
    return modelled, make_model(modelled, make_round(modelled, number=1), roofs)


def test_a_newer_model_has_a_label_looked_at_that_it_contradicts(
    learned: tuple[MadeCampaign, uuid.UUID], bea: KnownActor
) -> None:
    campaign, checkpoint_id = learned
    east = campaign.tile(1, 0).id
    assert contradictions(campaign, checkpoint_id) == [east]
    ask_again(campaign, [east])
    assert label_of(campaign, east) == (LabelKind.NOTHING, Doubt.CONTRADICTED, 1)
    assert tile_row(campaign, east) == (TileState.SETTLED, 1, 2)
    ask_again(campaign, [east])  # a job may run twice
    assert tile_row(campaign, east) == (TileState.SETTLED, 1, 2)
    assert contradictions(campaign, checkpoint_id) == []
    tile_id, accepted = answer_next(campaign, bea, Answer.RIGHT)
    assert (tile_id, accepted.settled) == (east, True)
    assert label_of(campaign, east) == (LabelKind.OBJECTS, None, 1)


def test_two_who_agree_are_right_whatever_the_model_says(
    learned: tuple[MadeCampaign, uuid.UUID], bea: KnownActor
) -> None:
    campaign, checkpoint_id = learned
    east = campaign.tile(1, 0).id
    ask_again(campaign, contradictions(campaign, checkpoint_id))
    answer_next(campaign, bea, Answer.NOTHING)
    assert label_of(campaign, east) == (LabelKind.NOTHING, None, 2)
    assert contradictions(campaign, checkpoint_id) == []


def test_a_round_asks_for_few_second_looks_and_for_the_worst_first(
    database: Database, amina: KnownActor
) -> None:
    campaign = make_campaign(database, 6, 1, batch_size=8)
    make_round(campaign, campaign.tiles())
    for _ in range(6):
        answer_next(campaign, make_actor(database, Role.COORDINATOR), Answer.NOTHING)
    # As if volunteers had said it before models were asked about their answers.
    with campaign.database.session() as session:
        session.execute(update(Actor).values(role=Role.VOLUNTEER))
    sizes = [0.1, 0.5, 0.4, 0.15, 0.6, 0.3]
    roofs = [
        inside(tile, 0.1, 0.1, 0.1 + side, 0.1 + side)
        for tile, side in zip(campaign.tiles(), sizes, strict=True)
    ]
    checkpoint_id = make_model(campaign, make_round(campaign, number=1), roofs)
    found = contradictions(campaign, checkpoint_id)
    assert found == [campaign.tile(4, 0).id, campaign.tile(1, 0).id]  # a quarter of the batch
