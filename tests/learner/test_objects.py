import mercantile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from learner.objects import MergedObject, TileObject, merge_objects
from learner.world_pixels import lon_lat_of, world_px_of

ZOOM, X, Y = 20, 773_000, 440_000
LEFT, RIGHT = mercantile.Tile(X, Y, ZOOM), mercantile.Tile(X + 1, Y, ZOOM)
BELOW = mercantile.Tile(X, Y + 1, ZOOM)


def box(west: float, north: float, east: float, south: float) -> Polygon:
    """A rectangle in pixels from the north-west corner of LEFT, in EPSG:4326."""
    west, east = west + X * 256, east + X * 256
    north, south = north + Y * 256, south + Y * 256
    return lon_lat_of(shapely.box(west, north, east, south), ZOOM)


def reported(
    key: int, tile: mercantile.Tile, polygon: Polygon, source: str = "person", rank: int = 0
) -> TileObject:
    return TileObject(key, tile, polygon, source, rank)


def area_px(merged: MergedObject) -> float:
    return float(world_px_of([merged.polygon], ZOOM)[0].area)


def test_an_object_of_one_tile_stays_as_it_is() -> None:
    polygon = box(10, 10, 30, 30)
    (merged,) = merge_objects([reported(7, LEFT, polygon, "model")])
    assert merged == MergedObject(polygon, (7,), LEFT, "model")


def test_of_two_whole_versions_the_tile_that_holds_most_of_it_is_heeded() -> None:
    mostly_left = box(200, 50, 270, 90)
    shifted = box(203, 52, 272, 91)
    (merged,) = merge_objects([reported(1, RIGHT, shifted), reported(2, LEFT, mostly_left)])
    assert merged.polygon == mostly_left
    assert merged.keys == (1, 2)
    assert merged.owner_tile == LEFT


def test_a_higher_rank_goes_before_where_it_was_seen_best() -> None:
    shifted = box(203, 52, 272, 91)
    (merged,) = merge_objects(
        [reported(1, RIGHT, shifted, rank=1), reported(2, LEFT, box(200, 50, 270, 90))]
    )
    assert merged.polygon == shifted


@pytest.mark.parametrize("tile, half", [(RIGHT, (256, 50, 300, 90)), (BELOW, (100, 256, 150, 280))])
def test_two_halves_clipped_at_the_edge_of_their_tiles_are_united(
    tile: mercantile.Tile, half: tuple[float, float, float, float]
) -> None:
    other = (220, 50, 256, 90) if tile == RIGHT else (100, 230, 150, 256)
    (merged,) = merge_objects([reported(1, LEFT, box(*other)), reported(2, tile, box(*half))])
    areas = [(e - w) * (s - n) for w, n, e, s in (other, half)]
    assert area_px(merged) == pytest.approx(sum(areas), rel=1e-5)
    assert len(merged.polygon.interiors) == 0
    assert merged.keys == (1, 2)


def test_a_crack_of_a_pixel_between_two_halves_is_closed() -> None:
    (merged,) = merge_objects(
        [reported(1, LEFT, box(220, 50, 255.2, 90)), reported(2, RIGHT, box(256.3, 50, 300, 90))]
    )
    assert area_px(merged) == pytest.approx(80 * 40, rel=0.01)


def test_a_whole_version_goes_before_a_clipped_half() -> None:
    whole = box(220, 50, 300, 90)
    (merged,) = merge_objects([reported(1, LEFT, box(220, 50, 256, 90)), reported(2, RIGHT, whole)])
    assert merged.polygon == whole


def test_roofs_that_face_each_other_over_the_edge_with_a_small_overlap_stay_two() -> None:
    merged = merge_objects(
        [reported(1, LEFT, box(220, 50, 256, 90)), reported(2, RIGHT, box(256, 80, 300, 120))]
    )
    assert [each.keys for each in merged] == [(1,), (2,)]


def test_neighbours_that_overlap_a_little_stay_two() -> None:
    merged = merge_objects(
        [reported(1, LEFT, box(200, 50, 262, 90)), reported(2, RIGHT, box(258, 50, 320, 90))]
    )
    assert len(merged) == 2


def test_objects_of_one_tile_are_never_merged_not_even_through_a_third() -> None:
    first, second = box(210, 50, 256, 70), box(210, 72, 256, 90)
    blob = box(210, 50, 300, 90)
    merged = merge_objects(
        [reported(1, LEFT, first), reported(2, LEFT, second), reported(3, RIGHT, blob)]
    )
    assert [each.keys for each in merged] == [(1, 3), (2,)]


def test_an_object_over_four_tiles_becomes_one() -> None:
    tiles = [mercantile.Tile(X + i, Y + j, ZOOM) for i in (0, 1) for j in (0, 1)]
    whole = shapely.box(X * 256 + 200, Y * 256 + 180, X * 256 + 330, Y * 256 + 290)
    quarters = [
        shapely.intersection(
            whole, shapely.box(t.x * 256, t.y * 256, t.x * 256 + 256, t.y * 256 + 256)
        )
        for t in tiles
    ]
    (merged,) = merge_objects(
        [
            reported(key, tile, lon_lat_of(quarter, ZOOM))
            for key, (tile, quarter) in enumerate(zip(tiles, quarters, strict=True))
        ]
    )
    assert merged.keys == (0, 1, 2, 3)
    assert area_px(merged) == pytest.approx(whole.area, rel=1e-6)
    assert merged.polygon.is_valid


def test_the_owner_is_the_tile_of_the_representative_point() -> None:
    (merged,) = merge_objects([reported(1, LEFT, box(240, 50, 400, 90))])
    assert merged.owner_tile == RIGHT


def test_equal_keys_and_mixed_zooms_are_refused() -> None:
    polygon = box(0, 0, 5, 5)
    with pytest.raises(ValueError, match="key"):
        merge_objects([reported(1, LEFT, polygon), reported(1, RIGHT, polygon)])
    with pytest.raises(ValueError, match="zoom"):
        merge_objects([reported(1, LEFT, polygon), reported(2, mercantile.Tile(0, 0, 1), polygon)])


def test_nothing_merges_to_nothing() -> None:
    assert merge_objects([]) == []


@st.composite
def towns(draw: st.DrawFn) -> list[TileObject]:
    """Roofs over 3 x 3 tiles, each reported clipped or whole by every tile that it touches."""
    objects: list[TileObject] = []
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    for _ in range(draw(st.integers(1, 12))):
        west, north = rng.uniform(0, 700, 2)
        width, height = rng.uniform(10, 120, 2)
        roof = shapely.box(west, north, west + width, north + height)
        for i in range(3):
            for j in range(3):
                seen = roof.intersection(
                    shapely.box(i * 256, j * 256, i * 256 + 256, j * 256 + 256)
                )
                if seen.area > 0:
                    west_, north_, east_, south_ = (seen if rng.random() < 0.5 else roof).bounds
                    tile = mercantile.Tile(X + i, Y + j, ZOOM)
                    polygon = box(west_, north_, east_, south_)
                    objects.append(reported(len(objects), tile, polygon))
    return objects


@given(towns(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_reports_does_not_matter(town: list[TileObject], random: object) -> None:
    shuffled = list(town)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types it as object
    assert merge_objects(shuffled) == merge_objects(town)


@given(towns())
@settings(max_examples=50, deadline=None)
def test_every_report_ends_in_exactly_one_valid_object_with_none_of_its_own_tile(
    town: list[TileObject],
) -> None:
    merged = merge_objects(town)
    tile_of = {each.key: each.tile for each in town}
    assert sorted(key for each in merged for key in each.keys) == sorted(tile_of)
    for each in merged:
        assert each.polygon.is_valid
        tiles = [tile_of[key] for key in each.keys]
        assert len(set(tiles)) == len(tiles)
