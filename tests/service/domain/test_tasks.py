from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from service.database import Database
from service.domain.actors import KnownActor
from service.domain.campaigns import change_campaign
from service.domain.tasks import (
    HELD_MOST,
    Claimed,
    audit_turns,
    claim_tasks,
    expire_leases,
    heartbeat,
    release,
)
from service.errors import CampaignNotActive, LeaseNotFound, LeaseOver
from service.states import CampaignState, LeaseState, Role, RoundState, TileRole
from service.tables import Lease, Tile
from tests.service.made import (
    MadeCampaign,
    inside,
    make_actor,
    make_campaign,
    make_model,
    make_round,
)


def claim(
    campaign: MadeCampaign,
    actor: KnownActor,
    count: int = 1,
    holding: tuple[uuid.UUID, ...] = (),
    lease_s: float = 600,
) -> Claimed:
    with campaign.database.session() as session:
        return claim_tasks(
            session, actor, campaign.id, count=count, holding=holding, lease_s=lease_s
        )


def ids(claimed: Claimed) -> list[int]:
    return [task.tile.tile_id for task in claimed.tasks]


def leases(claimed: Claimed) -> tuple[uuid.UUID, ...]:
    return tuple(task.tile.lease_id for task in claimed.tasks)


def seats_fit(campaign: MadeCampaign) -> bool:
    """Whether every tile's count of leases is the number of its active leases."""
    active = (
        select(func.count())
        .where(Lease.tile_id == Tile.id, Lease.state == LeaseState.ACTIVE)
        .scalar_subquery()
    )
    with campaign.database.session() as session:
        rows = session.execute(
            select(Tile.leased, active).where(Tile.campaign_id == campaign.id)
        ).all()
    return all(leased == counted for leased, counted in rows)


def test_tiles_come_in_the_order_of_the_round_and_beyond_it(database: Database) -> None:
    campaign = make_campaign(database)
    order = [campaign.tile(2, 1), campaign.tile(0, 0), campaign.tile(3, 2)]
    make_round(campaign, order, batch=2)
    amina = make_actor(database)
    claimed = claim(campaign, amina, 5)
    assert ids(claimed)[:3] == [tile.id for tile in order]
    assert len(set(ids(claimed))) == 5
    assert claimed.waiting == 2


def test_before_any_round_there_are_tiles_already(database: Database) -> None:
    assert len(claim(make_campaign(database), make_actor(database), 3).tasks) == 3


def test_while_the_next_round_is_made_the_order_of_the_last_one_serves(database: Database) -> None:
    campaign = make_campaign(database)
    make_round(campaign, [campaign.tile(2, 2)], number=0)
    make_round(campaign, [], number=1, state=RoundState.TRAINING)
    assert ids(claim(campaign, make_actor(database))) == [campaign.tile(2, 2).id]


def test_a_reloaded_page_finds_its_tiles_again_and_a_page_that_holds_them_gets_new_ones(
    database: Database,
) -> None:
    campaign = make_campaign(database)
    amina = make_actor(database)
    first = claim(campaign, amina, 2)
    assert ids(claim(campaign, amina, 2)) == ids(first)
    more = claim(campaign, amina, 2, holding=leases(first))
    assert not set(ids(more)) & set(ids(first))
    assert seats_fit(campaign)


def test_nobody_can_hoard(database: Database) -> None:
    campaign = make_campaign(database, 8, 8)
    amina = make_actor(database)
    held: tuple[uuid.UUID, ...] = ()
    for _ in range(6):
        held += leases(claim(campaign, amina, 8, holding=held))
    assert len(held) == HELD_MOST


def test_two_people_never_hold_a_tile_that_needs_one(database: Database) -> None:
    campaign = make_campaign(database, 3, 1)
    amina, bea = make_actor(database), make_actor(database, name="Bea")
    assert not set(ids(claim(campaign, amina, 2))) & set(ids(claim(campaign, bea, 8)))
    assert claim(campaign, make_actor(database, name="Cem"), 8).tasks == []


def test_a_tile_that_needs_two_is_given_to_two_people_but_not_twice_to_one(
    database: Database,
) -> None:
    campaign = make_campaign(database, 1, 1, reviews_per_tile=2)
    amina, bea, cem = (make_actor(database, name=name) for name in ("Amina", "Bea", "Cem"))
    mine = claim(campaign, amina)
    assert claim(campaign, amina, holding=leases(mine)).tasks == []
    assert ids(claim(campaign, bea)) == ids(mine)
    assert claim(campaign, cem).tasks == []


def test_many_people_at_once_never_overbook(database: Database) -> None:
    campaign = make_campaign(database, 6, 5, audit=6, reviews_per_tile=2, audit_reviews=2)
    make_round(campaign, campaign.tiles(TileRole.POOL)[:10])
    people = [make_actor(database, name=f"Person {n}") for n in range(12)]

    def take_all(actor: KnownActor) -> list[int]:
        taken: list[int] = []
        held: tuple[uuid.UUID, ...] = ()
        found = claim(campaign, actor, 3)
        while found.tasks:
            taken += ids(found)
            held += leases(found)
            found = claim(campaign, actor, 3, holding=held)
        return taken

    with ThreadPoolExecutor(12) as pool:
        given = [tile_id for taken in pool.map(take_all, people) for tile_id in taken]
    assert len(given) == 30 * 2  # every seat was taken: nobody left while there was one
    assert max(given.count(tile_id) for tile_id in given) == 2
    assert seats_fit(campaign)


def test_claims_of_one_person_in_two_windows_end_in_one_lease_a_tile(database: Database) -> None:
    campaign = make_campaign(database, 4, 4, reviews_per_tile=3)
    amina = make_actor(database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: claim(campaign, amina, 8), range(8)))
    with database.session() as session:
        active = session.scalars(
            select(Lease.tile_id).where(Lease.state == LeaseState.ACTIVE)
        ).all()
    assert len(active) == len(set(active))
    assert seats_fit(campaign)


def test_an_ended_lease_frees_its_tile(database: Database) -> None:
    campaign = make_campaign(database, 1, 1)
    amina, bea = make_actor(database), make_actor(database, name="Bea")
    first = claim(campaign, amina, lease_s=-1)
    assert ids(claim(campaign, bea)) == ids(first)
    with database.session() as session, pytest.raises(LeaseOver, match="still welcome"):
        heartbeat(session, amina, leases(first)[0], 600)
    assert seats_fit(campaign)


def test_expired_leases_are_ended_once(database: Database) -> None:
    campaign = make_campaign(database)
    claim(campaign, make_actor(database), 5, lease_s=-1)
    with database.session() as session:
        assert expire_leases(session) == 5
    with database.session() as session:
        assert expire_leases(session) == 0
    assert seats_fit(campaign)


def test_a_heartbeat_moves_the_end_and_a_released_tile_goes_to_others(database: Database) -> None:
    campaign = make_campaign(database, 1, 1)
    amina, bea = make_actor(database), make_actor(database, name="Bea")
    task = claim(campaign, amina).tasks[0].tile
    with database.session() as session:
        assert heartbeat(session, amina, task.lease_id, 6000) > task.expires_at
    for _ in range(2):  # giving it back twice is the same
        with database.session() as session:
            release(session, amina, task.lease_id)
    assert ids(claim(campaign, bea)) == [task.tile_id]
    assert seats_fit(campaign)


def test_a_lease_of_somebody_else_is_not_mine_to_keep_or_release(database: Database) -> None:
    campaign = make_campaign(database)
    lease = claim(campaign, make_actor(database)).tasks[0].tile.lease_id
    bea = make_actor(database, name="Bea")
    with database.session() as session:
        with pytest.raises(LeaseNotFound):
            heartbeat(session, bea, lease, 600)
        with pytest.raises(LeaseNotFound):
            release(session, bea, lease)
        with pytest.raises(LeaseNotFound):
            release(session, bea, uuid.uuid4())


def test_audit_tiles_are_mixed_in_at_their_share_and_look_like_others(database: Database) -> None:
    campaign = make_campaign(database, 10, 8, audit=40, audit_every=4, audit_reviews=1)
    pool = campaign.tiles(TileRole.POOL)
    round_id = make_round(campaign, pool, reason="random_check")
    make_model(campaign, round_id, [inside(tile, 0.2, 0.2, 0.4, 0.4) for tile in campaign.tiles()])
    amina = make_actor(database)
    held: tuple[uuid.UUID, ...] = ()
    tasks = []
    for _ in range(20):
        claimed = claim(campaign, amina, 1, holding=held)
        held = leases(claimed)
        tasks += claimed.tasks
        with database.session() as session:
            session.execute(text("UPDATE leases SET expires_at = now() - interval '1 s'"))
    audit = {tile.id for tile in campaign.tiles(TileRole.AUDIT)}
    blind = [task for task in tasks if task.tile.tile_id in audit]
    assert len(blind) == 5  # one in four of twenty
    assert all(task.outlines is None and task.tile.checkpoint_id is None for task in blind)
    assert {task.tile.reason for task in tasks} == {"random_check"}


def test_each_run_of_claims_holds_exactly_one_turn_for_an_audit_tile() -> None:
    for _ in range(20):
        actor = uuid.uuid4()
        assert [audit_turns(actor, 4, 4 * run, 4) for run in range(5)] == [1] * 5
        assert sum(audit_turns(actor, 4, claim, 1) for claim in range(20)) == 5


def test_once_the_pool_is_done_audit_tiles_fill_the_queue(database: Database) -> None:
    campaign = make_campaign(database, 4, 2, audit=4, audit_reviews=1)
    assert len(claim(campaign, make_actor(database), 8).tasks) == 8


def test_whole_outlines_are_shown_and_those_that_only_touch_are_not(database: Database) -> None:
    campaign = make_campaign(database, 2, 1)
    left = campaign.tile(0, 0)
    round_id = make_round(campaign, [left])
    straddling = inside(left, 0.8, 0.2, 1.4, 0.6)
    abutting = inside(left, 1.0, 0.7, 1.2, 0.9)
    checkpoint = make_model(campaign, round_id, [straddling, abutting])
    task = claim(campaign, make_actor(database)).tasks[0]
    assert task.tile.checkpoint_id == checkpoint
    assert task.outlines is not None
    assert [outline.confidence for outline in task.outlines] == [pytest.approx(0.8)]
    longitudes = [x for x, _ in task.outlines[0].geometry["coordinates"][0]]
    assert max(longitudes) == pytest.approx(straddling.bounds[2], abs=1e-7)


def test_a_tile_that_waits_for_more_eyes_comes_before_the_batch(database: Database) -> None:
    campaign = make_campaign(database, 3, 1, reviews_per_tile=2)
    order = [campaign.tile(0, 0), campaign.tile(1, 0), campaign.tile(2, 0)]
    make_round(campaign, order)
    with database.session() as session:
        session.get_one(Tile, order[2].id).reviewed = 1
    assert ids(claim(campaign, make_actor(database))) == [order[2].id]


def test_a_disputed_tile_goes_to_coordinators_only(database: Database) -> None:
    campaign = make_campaign(database, 1, 1)
    with database.session() as session:
        session.execute(text("UPDATE tiles SET state = 'disputed', reviewed = 3, needed = 4"))
    assert claim(campaign, make_actor(database)).tasks == []
    assert len(claim(campaign, make_actor(database, Role.COORDINATOR)).tasks) == 1


def test_a_paused_campaign_gives_out_no_tiles(database: Database) -> None:
    campaign = make_campaign(database)
    with database.session() as session:
        change_campaign(session, campaign.id, state=CampaignState.PAUSED)
    with pytest.raises(CampaignNotActive, match="Answers for tiles that you hold are still taken"):
        claim(campaign, make_actor(database))
