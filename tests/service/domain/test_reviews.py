from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mercantile
import pytest
import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from service.database import Database
from service.domain.actors import KnownActor
from service.domain.drawn import SentOutline
from service.domain.reviews import Accepted, Submission, reviews_of_tile, submit_review
from service.domain.tasks import claim_tasks
from service.errors import ReviewConflict, ReviewRefused, TileNotFound
from service.reasons import Notice
from service.states import (
    Answer,
    AnswerNotice,
    CantTellReason,
    LabelKind,
    ObjectSource,
    ReviewStanding,
    Role,
    TileState,
)
from service.tables import Label, LabelObject, Review, Tile
from tests.service.made import (
    ZOOM,
    MadeCampaign,
    inside,
    make_actor,
    make_campaign,
    make_model,
    make_round,
)


def sent(polygon: shapely.Polygon, source: ObjectSource = ObjectSource.PERSON) -> SentOutline:
    rings = [polygon.exterior, *polygon.interiors]
    return SentOutline([[list(xy) for xy in ring.coords] for ring in rings], source)


def answer(tile: Tile, says: Answer, *polygons: shapely.Polygon, **more: Any) -> Submission:
    return Submission(
        id=more.pop("id", uuid.uuid4()),
        tile=mercantile.Tile(tile.x, tile.y, ZOOM),
        answer=says,
        seconds_spent=more.pop("seconds_spent", 3.0),
        outlines=[sent(polygon) for polygon in polygons],
        **more,
    )


def submit(campaign: MadeCampaign, actor: KnownActor, submission: Submission) -> Accepted:
    with campaign.database.session() as session:
        return submit_review(session, actor, campaign.id, submission)


def lease(campaign: MadeCampaign, actor: KnownActor, lease_s: float = 600) -> uuid.UUID:
    with campaign.database.session() as session:
        claimed = claim_tasks(session, actor, campaign.id, count=1, holding=(), lease_s=lease_s)
    return claimed.tasks[0].tile.lease_id


def label(campaign: MadeCampaign, tile: Tile) -> Label | None:
    with campaign.database.session() as session:
        return session.get(Label, tile.id)


def label_outlines(campaign: MadeCampaign) -> list[tuple[shapely.Polygon, ObjectSource]]:
    with campaign.database.session() as session:
        rows = session.execute(select(LabelObject.geom, LabelObject.source)).all()
    return [(to_shape(geom), source) for geom, source in rows]


def state(campaign: MadeCampaign, tile: Tile) -> tuple[TileState, int, int, int]:
    with campaign.database.session() as session:
        row = session.get_one(Tile, tile.id)
        return row.state, row.needed, row.reviewed, row.leased


@pytest.fixture
def campaign(database: Database) -> MadeCampaign:
    return make_campaign(database, 2, 1)


@pytest.fixture
def tile(campaign: MadeCampaign) -> Tile:
    return campaign.tile(0, 0)


@pytest.fixture
def amina(database: Database) -> KnownActor:
    return make_actor(database)


@pytest.fixture
def bea(database: Database) -> KnownActor:
    return make_actor(database, name="Bea")


def test_an_answer_settles_its_tile_and_ends_its_lease(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    token = lease(campaign, amina)
    tile = next(tile for tile in campaign.tiles() if tile.leased == 1)
    roof = inside(tile, 0.2, 0.2, 0.5, 0.5)
    kept = submit(campaign, amina, answer(tile, Answer.CORRECTED, roof, lease_id=token))
    assert (kept.standing, kept.settled, kept.notices) == (ReviewStanding.COUNTED, True, ())
    assert state(campaign, tile) == (TileState.SETTLED, 1, 1, 0)
    found = label(campaign, tile)
    assert found is not None
    assert (found.kind, found.version, found.review_ids) == (LabelKind.OBJECTS, 1, [kept.id])
    assert [source for _, source in label_outlines(campaign)] == [ObjectSource.PERSON]


def test_the_same_answer_twice_is_once(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    submission = answer(tile, Answer.NOTHING)
    assert not submit(campaign, amina, submission).replay
    again = submit(campaign, amina, submission)
    assert (again.replay, again.id, again.standing) == (
        True,
        submission.id,
        ReviewStanding.COUNTED,
    )
    with campaign.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 1


def test_the_same_answer_at_the_same_moment_is_once(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    submission = answer(tile, Answer.CORRECTED, inside(tile, 0.1, 0.1, 0.3, 0.3))
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: submit(campaign, amina, submission), range(8)))
    assert sorted(each.replay for each in kept) == [False] + [True] * 7
    with campaign.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 1
        assert session.scalar(select(func.count()).select_from(LabelObject)) == 1


def test_another_answer_with_the_same_id_is_refused(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor, bea: KnownActor
) -> None:
    first = answer(tile, Answer.NOTHING)
    submit(campaign, amina, first)
    other = answer(tile, Answer.CANT_TELL, id=first.id)
    with pytest.raises(ReviewConflict, match="an id of its own"):
        submit(campaign, amina, other)
    with pytest.raises(ReviewConflict):
        submit(campaign, bea, first)
    with pytest.raises(ReviewConflict):
        submit(campaign, amina, answer(campaign.tile(1, 0), Answer.NOTHING, id=first.id))


def test_an_answer_after_its_lease_ended_counts_where_the_tile_still_needs_it(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    token = lease(campaign, amina, lease_s=-1)
    tile = next(tile for tile in campaign.tiles() if tile.leased == 1)
    kept = submit(campaign, amina, answer(tile, Answer.NOTHING, lease_id=token))
    assert kept.standing == ReviewStanding.COUNTED


def test_an_answer_without_any_lease_counts_with_a_notice(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    kept = submit(campaign, amina, answer(tile, Answer.NOTHING, lease_id=uuid.uuid4()))
    assert kept.standing == ReviewStanding.COUNTED
    [notice] = kept.notices
    assert notice.code == AnswerNotice.COUNTED_WITHOUT_LEASE
    assert "held no lease" in notice.text


def test_an_answer_where_somebody_else_is_at_work_is_kept_as_an_extra_vote(
    campaign: MadeCampaign, amina: KnownActor, bea: KnownActor
) -> None:
    token = lease(campaign, amina)
    tile = next(tile for tile in campaign.tiles() if tile.leased == 1)
    late = submit(campaign, bea, answer(tile, Answer.NOTHING, lease_id=token))
    assert late.standing == ReviewStanding.EXTRA
    assert [notice.code for notice in late.notices] == [AnswerNotice.EXTRA_WITHOUT_LEASE]
    assert state(campaign, tile) == (TileState.OPEN, 1, 0, 1)  # Amina's lease is untouched
    mine = submit(campaign, amina, answer(tile, Answer.CANT_TELL, lease_id=token))
    assert mine.standing == ReviewStanding.COUNTED


def test_an_answer_for_a_settled_tile_is_kept_as_an_extra_vote(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor, bea: KnownActor
) -> None:
    submit(campaign, amina, answer(tile, Answer.CORRECTED, inside(tile, 0.2, 0.2, 0.5, 0.5)))
    kept = submit(campaign, bea, answer(tile, Answer.CANT_TELL))
    assert (kept.standing, kept.settled) == (ReviewStanding.EXTRA, False)
    text = "The tile was settled before your answer came; it is kept as an extra vote."
    assert kept.notices == (Notice(AnswerNotice.TILE_WAS_DONE, text, {"state": "settled"}),)
    found = label(campaign, tile)
    assert found is not None and found.kind == LabelKind.OBJECTS


def test_a_person_who_changes_their_mind_changes_the_label(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    submit(campaign, amina, answer(tile, Answer.NOTHING))
    roof = inside(tile, 0.2, 0.2, 0.5, 0.5)
    newer = submit(campaign, amina, answer(tile, Answer.CORRECTED, roof))
    assert [notice.code for notice in newer.notices] == [AnswerNotice.NEWER_STANDS]
    found = label(campaign, tile)
    assert found is not None
    assert (found.version, found.kind, found.review_ids) == (2, LabelKind.OBJECTS, [newer.id])
    with campaign.database.session() as session:
        standings = session.scalars(select(Review.standing).order_by(Review.created_at)).all()
    assert standings == [ReviewStanding.SUPERSEDED, ReviewStanding.COUNTED]


def test_two_must_agree_and_one_who_changes_sides_reopens_the_tile(
    database: Database, amina: KnownActor, bea: KnownActor
) -> None:
    campaign = make_campaign(database, 1, 1, reviews_per_tile=2)
    tile = campaign.tile(0, 0)
    roof, like_it = inside(tile, 0.2, 0.2, 0.6, 0.6), inside(tile, 0.2, 0.2, 0.6, 0.62)
    assert not submit(campaign, amina, answer(tile, Answer.CORRECTED, roof)).settled
    assert submit(campaign, bea, answer(tile, Answer.CORRECTED, like_it)).settled
    assert label_outlines(campaign)[0][0].equals_exact(roof, 1e-9)
    submit(campaign, bea, answer(tile, Answer.NOTHING))
    assert state(campaign, tile) == (TileState.OPEN, 3, 2, 0)
    assert label(campaign, tile) is not None  # it stands until they agree again


def test_after_three_who_disagree_a_coordinator_decides(
    database: Database, amina: KnownActor, bea: KnownActor
) -> None:
    campaign = make_campaign(database, 1, 1, reviews_per_tile=2)
    tile = campaign.tile(0, 0)
    cem = make_actor(database, name="Cem")
    submit(campaign, amina, answer(tile, Answer.NOTHING))
    submit(campaign, bea, answer(tile, Answer.CORRECTED, inside(tile, 0.1, 0.1, 0.4, 0.4)))
    third = submit(campaign, cem, answer(tile, Answer.WRONG))
    assert third.tile_state == TileState.DISPUTED
    coordinator = make_actor(database, Role.COORDINATOR)
    decided = submit(campaign, coordinator, answer(tile, Answer.NOTHING))
    assert (decided.tile_state, decided.standing) == (TileState.SETTLED, ReviewStanding.COUNTED)
    assert decided.notices == ()


def test_two_who_cannot_tell_make_a_tile_unusable(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor, bea: KnownActor
) -> None:
    reason = {"cant_tell_reason": CantTellReason.CLOUD}
    assert submit(campaign, amina, answer(tile, Answer.CANT_TELL, **reason)).tile_state == (
        TileState.OPEN
    )
    assert submit(campaign, bea, answer(tile, Answer.CANT_TELL, **reason)).tile_state == (
        TileState.UNUSABLE
    )


def test_right_keeps_copies_of_the_outlines_that_were_shown(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    first = make_round(campaign, [tile])
    shown = inside(tile, 0.5, 0.5, 1.3, 0.8)
    checkpoint = make_model(campaign, first, [shown, inside(campaign.tile(1, 0), 0.7, 0, 0.9, 0.2)])
    token = lease(campaign, amina)
    kept = submit(campaign, amina, answer(tile, Answer.RIGHT, lease_id=token))
    assert kept.settled
    [(polygon, source)] = label_outlines(campaign)
    assert source == ObjectSource.MODEL
    assert polygon.equals(shown)  # whole, although the tile is not
    with campaign.database.session() as session:
        review = session.get_one(Review, kept.id)
        assert (review.checkpoint_id, review.round_id) == (checkpoint, first)


@pytest.mark.parametrize("with_lease", [True, False])
def test_right_needs_outlines_that_were_shown(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor, with_lease: bool
) -> None:
    make_round(campaign, [tile])
    token = lease(campaign, amina) if with_lease else None
    with pytest.raises(ReviewRefused, match="'corrected' with"):
        submit(campaign, amina, answer(tile, Answer.RIGHT, lease_id=token))
    with campaign.database.session() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 0


def test_answers_that_contradict_themselves_are_refused(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    roof = inside(tile, 0.1, 0.1, 0.3, 0.3)
    with pytest.raises(ReviewRefused, match="answer 'nothing'"):
        submit(campaign, amina, answer(tile, Answer.CORRECTED))
    with pytest.raises(ReviewRefused, match="Answer 'corrected' to keep them"):
        submit(campaign, amina, answer(tile, Answer.NOTHING, roof))
    with pytest.raises(ReviewRefused, match="does not go with 'nothing'"):
        submit(
            campaign,
            amina,
            answer(tile, Answer.NOTHING, cant_tell_reason=CantTellReason.CLOUD),
        )


def test_an_unknown_tile_is_named(campaign: MadeCampaign, tile: Tile, amina: KnownActor) -> None:
    elsewhere = Submission(uuid.uuid4(), mercantile.Tile(1, 2, ZOOM), Answer.NOTHING, 1.0)
    with pytest.raises(TileNotFound, match=f"no tile {ZOOM}/1/2"):
        submit(campaign, amina, elsewhere)
    other_zoom = Submission(
        uuid.uuid4(), mercantile.Tile(tile.x, tile.y, ZOOM - 1), Answer.NOTHING, 1.0
    )
    with pytest.raises(TileNotFound, match=f"of zoom {ZOOM}"):
        submit(campaign, amina, other_zoom)


def test_volunteers_see_their_own_answers_and_coordinators_all(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor, bea: KnownActor
) -> None:
    submit(campaign, amina, answer(tile, Answer.NOTHING))
    submit(campaign, bea, answer(tile, Answer.CANT_TELL))
    place = mercantile.Tile(tile.x, tile.y, ZOOM)
    coordinator = make_actor(campaign.database, Role.COORDINATOR)
    with campaign.database.session() as session:
        seen = {
            actor.name: [
                row.review.answer for row in reviews_of_tile(session, actor, campaign.id, place)
            ]
            for actor in (amina, bea)
        }
        all_of_them = reviews_of_tile(session, coordinator, campaign.id, place)
    assert seen == {"Amina": [Answer.NOTHING], "Bea": [Answer.CANT_TELL]}
    assert len(all_of_them) == 2


def test_answers_at_the_same_moment_for_one_tile_leave_its_seats_whole(
    database: Database,
) -> None:
    campaign = make_campaign(database, 2, 2, reviews_per_tile=3, max_reviews=5)
    people = [make_actor(database, name=f"Person {n}") for n in range(10)]
    tile = campaign.tile(0, 0)
    roof = inside(tile, 0.2, 0.2, 0.5, 0.5)
    with ThreadPoolExecutor(10) as pool:
        kept = list(
            pool.map(
                lambda actor: submit(campaign, actor, answer(tile, Answer.CORRECTED, roof)), people
            )
        )
    counted = [each for each in kept if each.standing == ReviewStanding.COUNTED]
    assert len(counted) == 3
    assert sum(each.settled for each in kept) == 1
    assert state(campaign, tile) == (TileState.SETTLED, 3, 3, 0)


def test_a_lost_database_connection_leaves_nothing_half_done(
    campaign: MadeCampaign, tile: Tile, amina: KnownActor
) -> None:
    submission = answer(tile, Answer.CORRECTED, inside(tile, 0.1, 0.1, 0.3, 0.3))
    with pytest.raises(OperationalError), campaign.database.session() as session:
        submit_review(session, amina, campaign.id, submission)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert label(campaign, tile) is None
    assert not submit(campaign, amina, submission).replay
    assert label(campaign, tile) is not None
