from mercantile import Tile

from learner.data.chips import read_chip
from tests.learner.toy import PaintedWorld


def test_a_chip_is_its_tile_with_the_true_surroundings() -> None:
    world, tile = PaintedWorld(), Tile(10, 20, 18)
    chip, neighbour = read_chip(world, tile, 32), read_chip(world, Tile(11, 20, 18))
    assert chip.pixels.shape == (320, 320, 3)
    assert chip.valid.all()
    assert (chip.window.col_px, chip.window.row_px) == (10 * 256 - 32, 20 * 256 - 32)
    assert (chip.pixels[32:288, 288:] == neighbour.pixels[:, :32]).all()
