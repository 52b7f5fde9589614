"""Whole objects from neighbouring tiles: once, with stable ids and revisions in order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.database import Database
from service.domain.actors import KnownActor
from service.domain.labels import label_features, label_revision
from service.domain.map_objects import versions_near
from service.queries.map_objects import LabelFeature
from service.states import Answer
from service.tables import Campaign, MapObject, Tile
from tests.service.domain.test_reviews import answer, submit
from tests.service.made import ZOOM, MadeCampaign, inside, make_actor, make_campaign

OUTLINES = 5  # of each tile


@pytest.fixture
def campaign(database: Database) -> MadeCampaign:
    return make_campaign(database, 3, 3)


@pytest.fixture
def amina(database: Database) -> KnownActor:
    return make_actor(database)


def live(campaign: MadeCampaign) -> dict[uuid.UUID, MapObject]:
    with campaign.database.session() as session:
        rows = session.scalars(
            select(MapObject).where(~MapObject.deleted).order_by(MapObject.revision)
        )
        return {row.id: row for row in rows}


def draw(campaign: MadeCampaign, actor: KnownActor, tile: Tile, *roofs: shapely.Polygon) -> None:
    says = Answer.CORRECTED if roofs else Answer.NOTHING
    submit(campaign, actor, answer(tile, says, *roofs))


def changes(campaign: MadeCampaign, after: int) -> list[LabelFeature]:
    with campaign.database.session() as session:
        return list(
            label_features(
                session, campaign.id, after=after, bounds=None, tombstones=True, limit=None
            )
        )


def newest(campaign: MadeCampaign) -> int:
    with campaign.database.session() as session:
        return label_revision(session, campaign.id)


def test_a_roof_over_an_edge_leaves_the_house_whole_and_once(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    left, right = campaign.tile(0, 0), campaign.tile(1, 0)
    roof = inside(left, 0.7, 0.3, 1.2, 0.6)  # 0.3 in the left tile, 0.2 in the right one
    draw(campaign, amina, left, roof)
    draw(campaign, amina, right, roof)
    [whole] = live(campaign).values()
    assert to_shape(whole.geom).equals(roof)
    assert whole.lineage["tiles"] == [f"{ZOOM}/{left.x}/{left.y}", f"{ZOOM}/{right.x}/{right.y}"]
    assert len(whole.lineage["reviews"]) == 2
    assert whole.lineage["reviewers"] == 1
    assert whole.tile_id == left.id  # it holds most of it


def test_clipped_halves_are_united(campaign: MadeCampaign, amina: KnownActor) -> None:
    left, right = campaign.tile(0, 0), campaign.tile(1, 0)
    draw(campaign, amina, left, inside(left, 0.7, 0.3, 1.0, 0.6))
    draw(campaign, amina, right, inside(left, 1.0, 0.3, 1.2, 0.6))
    [whole] = live(campaign).values()
    assert to_shape(whole.geom).area == pytest.approx(inside(left, 0.7, 0.3, 1.2, 0.6).area)


def test_what_did_not_change_keeps_its_id_and_revision(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    tile = campaign.tile(1, 1)
    draw(campaign, amina, tile, inside(tile, 0.1, 0.1, 0.3, 0.3))
    before = live(campaign)
    far = campaign.tile(2, 2)
    draw(campaign, amina, far, inside(far, 0.5, 0.5, 0.8, 0.8))
    after = live(campaign)
    [kept] = before.keys() & after.keys()
    assert after[kept].revision == before[kept].revision


def test_an_object_that_is_gone_leaves_a_tombstone_for_those_who_follow(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    tile = campaign.tile(1, 1)
    draw(campaign, amina, tile, inside(tile, 0.1, 0.1, 0.3, 0.3))
    [old] = live(campaign)
    seen = newest(campaign)
    draw(campaign, amina, tile)
    assert live(campaign) == {}
    [tombstone] = changes(campaign, seen)
    assert (tombstone.id, tombstone.deleted) == (old, True)
    assert tombstone.revision > seen


def test_a_half_that_was_cut_off_again_is_replaced(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    left, right = campaign.tile(0, 0), campaign.tile(1, 0)
    roof = inside(left, 0.7, 0.3, 1.2, 0.6)
    draw(campaign, amina, left, roof)
    draw(campaign, amina, right, roof)
    draw(campaign, amina, left)  # nothing here, says the newer answer
    [whole] = live(campaign).values()
    assert whole.lineage["tiles"] == [f"{ZOOM}/{right.x}/{right.y}"]


def test_four_tiles_around_a_corner_hold_one_object(
    campaign: MadeCampaign, amina: KnownActor
) -> None:
    corner = campaign.tile(0, 0)
    roof = inside(corner, 0.6, 0.6, 1.5, 1.5)
    for column in (0, 1):
        for row in (0, 1):
            draw(campaign, amina, campaign.tile(column, row), roof)
    [whole] = live(campaign).values()
    assert len(whole.lineage["tiles"]) == 4


def test_whoever_follows_revisions_sees_the_same_map_as_whoever_reads_all(
    campaign: MadeCampaign, database: Database
) -> None:
    """Many people settle neighbouring tiles at once, while a reader follows the changes."""
    people = [make_actor(database, name=f"Person {n}") for n in range(9)]
    tiles = campaign.tiles()
    followed: dict[uuid.UUID, LabelFeature] = {}
    seen = 0

    def settle(pair: tuple[KnownActor, Tile]) -> None:
        actor, tile = pair
        roofs = [inside(tile, 0.8, 0.3, 1.2, 0.5), inside(tile, 0.3, 0.8, 0.5, 1.2)]
        draw(campaign, actor, tile, *roofs)
        draw(campaign, actor, tile, *roofs[:1])

    def follow() -> None:
        nonlocal seen
        for change in changes(campaign, seen):
            assert change.revision > seen
            seen = change.revision
            if change.deleted:
                followed.pop(change.id, None)
            else:
                followed[change.id] = change

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(settle, pair) for pair in zip(people, tiles, strict=True)]
        while not all(each.done() for each in running):
            follow()
        for each in running:
            each.result()
    follow()
    assert followed.keys() == live(campaign).keys()
    assert len(followed) == 9  # the roof over each tile's eastern edge


def test_what_an_answer_reads_does_not_grow_with_the_labels_of_the_campaign(
    database: Database,
) -> None:
    """Labels come faster than the database counts them: its plans must not hang on those counts."""
    town = make_campaign(database, 20, 20)
    tiles = town.tiles()
    with database.session() as session:
        _label_by_sql(session, tiles[:1])
        session.execute(text("ANALYZE labels, label_objects"))
        _label_by_sql(session, tiles[1:])
    with database.session() as session:
        campaign, middle = session.get_one(Campaign, town.id), town.tile(10, 10)
        before = _rows_read(session)
        assert len(versions_near(session, campaign, middle)) == OUTLINES
        assert _rows_read(session) - before < 10 * OUTLINES


def _rows_read(session: Session) -> int:
    """Rows of labels and their objects that this connection has fetched or passed over."""
    query = """
        SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables
        WHERE relname IN ('labels', 'label_objects')
    """
    return int(session.execute(text(query)).scalar_one())


def _label_by_sql(session: Session, tiles: Sequence[Tile]) -> None:
    """A label of small outlines, far from the tile's edges, for each tile."""
    parameters = {"ids": [tile.id for tile in tiles], "outlines": OUTLINES}
    session.execute(
        text("""
            INSERT INTO labels (tile_id, campaign_id, kind, version, review_ids, settled_at)
            SELECT id, campaign_id, 'objects', 1, '{}', now() FROM tiles WHERE id = ANY(:ids)
        """),
        parameters,
    )
    session.execute(
        text("""
            INSERT INTO label_objects (tile_id, geom, source)
            SELECT t.id, ST_Buffer(ST_Centroid(t.geom), 1e-6 * n), 'person'
            FROM tiles t, generate_series(1, :outlines) n WHERE t.id = ANY(:ids)
        """),
        parameters,
    )
