from hypothesis import given
from hypothesis import strategies as st
from mercantile import Tile

from learner.blocks import blocks_of
from learner.grid import PixelWindow

tile_sets = st.sets(st.builds(Tile, st.integers(0, 30), st.integers(0, 30), st.just(10)))


@given(tiles=tile_sets, side=st.integers(1, 5))
def test_every_tile_lies_in_exactly_one_block_and_no_block_is_empty(
    tiles: set[Tile], side: int
) -> None:
    blocks = blocks_of(tiles, side)
    assert sorted(tile for block in blocks for tile in block.tiles) == sorted(tiles)
    for block in blocks:
        assert block.window.col_px % (side * 256) == block.window.row_px % (side * 256) == 0
        assert set(block.tiles) <= set(block.rectangle.tiles()) <= set(block.window.tiles())


def test_the_rectangle_is_no_larger_than_its_tiles() -> None:
    (block,) = blocks_of([Tile(5, 6, 10), Tile(6, 6, 10)], 4)
    assert block.window == PixelWindow.of_tiles(10, 4, 4, 4, 4)
    assert block.rectangle == PixelWindow.of_tiles(10, 5, 6, 2, 1)
