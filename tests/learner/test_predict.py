"""Prediction over a painted world, by a network too small to be good but real in every part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mercantile import Tile

from learner.errors import BadConfig, DeviceUnavailable
from learner.grid import PixelWindow
from learner.imagery.errors import ImageryUnreachable
from learner.imagery.source import Pixels
from learner.model.checkpoint import Checkpoint
from learner.predict import BlockPrediction, Predictor
from learner.scores import sampled
from learner.training.config import ModelConfig
from tests.learner.toy import TINY_MODEL, PaintedWorld, toy_checkpoint

ZOOM = 18


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return toy_checkpoint()


def _tiles(xs: range, ys: range) -> list[Tile]:
    return [Tile(x, y, ZOOM) for y in ys for x in xs]


def _tile_of(block: BlockPrediction, tile: Tile) -> np.ndarray:
    row, column = block.window.offset_of(PixelWindow.of_tile(tile))
    return block.probability[row : row + 256, column : column + 256]


def test_every_asked_tile_comes_once_with_scores_and_features(checkpoint: Checkpoint) -> None:
    tiles = _tiles(range(102, 107), range(100, 103))
    blocks = list(Predictor(checkpoint).predict_blocks(PaintedWorld(), reversed(tiles)))
    assert sorted(tile for block in blocks for tile in block.tiles) == sorted(tiles)
    for block in blocks:
        n = len(block.tiles)
        assert block.features.shape == (n, 128)
        assert block.features.dtype == np.float32
        assert set(block.scores) == {"uncertainty", "uncertainty_foreground", "mean_probability"}
        assert all(values.shape == (n,) for values in block.scores.values())
        means = [sampled(_tile_of(block, tile)).mean() for tile in block.tiles]
        # Of the network's own pixels, which are coarser than those of the tile.
        np.testing.assert_allclose(block.scores["mean_probability"], means, rtol=3e-3)


def test_windows_are_fixed_to_the_world_and_only_asked_tiles_are_valid(
    checkpoint: Checkpoint,
) -> None:
    predictor = Predictor(checkpoint)
    (all_of_it,) = predictor.predict_blocks(PaintedWorld(), _tiles(range(100, 104), range(4)))
    (part,) = predictor.predict_blocks(PaintedWorld(), [Tile(101, 2, ZOOM), Tile(102, 2, ZOOM)])
    assert part.window == all_of_it.window == PixelWindow.of_tiles(ZOOM, 100, 0, 4, 4)
    assert part.valid.sum() == 2 * 256**2
    assert part.valid[512:768, 256:768].all()
    assert not part.probability[~part.valid].any()
    assert np.abs(part.probability - all_of_it.probability)[part.valid].mean() < 0.01


def test_a_wide_gap_between_two_areas_is_never_read(checkpoint: Checkpoint) -> None:
    world = PaintedWorld()
    list(Predictor(checkpoint).predict_blocks(world, [Tile(0, 0, ZOOM), Tile(9000, 5000, ZOOM)]))
    assert sorted(window.shape for window in world.reads) == [(320, 320), (320, 320)]


def test_seams_do_not_show(checkpoint: Checkpoint) -> None:
    predictor, tiles = Predictor(checkpoint), _tiles(range(100, 102), range(100, 102))
    (whole,) = predictor.predict_blocks(PaintedWorld(), tiles, block_tiles=2, margin_px=64)
    pieces = list(predictor.predict_blocks(PaintedWorld(), tiles, block_tiles=1, margin_px=64))
    assert len(pieces) == 4
    for piece in pieces:
        difference = np.abs(piece.probability - _tile_of(whole, piece.tiles[0]))
        assert difference.max() < 0.02  # bf16 arithmetic on images of another size


def test_where_there_is_no_imagery_nothing_is_said(checkpoint: Checkpoint) -> None:
    hole = Tile(101, 100, ZOOM)
    tiles = _tiles(range(100, 104), range(100, 104))
    (block,) = Predictor(checkpoint).predict_blocks(PaintedWorld(hole=hole), tiles)
    assert block.valid.sum() == 15 * 256**2
    assert not _tile_of(block, hole).any()
    assert block.scores["uncertainty"][block.tiles.index(hole)] == 0
    assert [tile for tile, shown in zip(block.tiles, block.shown, strict=True) if not shown] == [
        hole
    ]


def test_a_black_tile_shows_nothing_though_it_counts_as_imagery(checkpoint: Checkpoint) -> None:
    black = Tile(101, 100, ZOOM)

    class Blackened(PaintedWorld):
        def read(self, window: PixelWindow) -> Pixels:
            whole, holed = PaintedWorld.read(self, window), PaintedWorld(hole=black).read(window)
            return Pixels(holed.pixels, whole.valid)

    tiles = _tiles(range(100, 104), range(100, 104))
    (block,) = Predictor(checkpoint).predict_blocks(Blackened(), tiles)
    assert block.valid.all()
    assert block.shown.sum() == 15
    assert not block.shown[block.tiles.index(black)]


def test_reading_runs_ahead_by_a_bounded_number_of_blocks(checkpoint: Checkpoint) -> None:
    world = PaintedWorld()
    tiles = [Tile(8 * column, 0, ZOOM) for column in range(16)]
    blocks = Predictor(checkpoint, threads=1).predict_blocks(world, tiles, readers=1)
    for consumed in range(1, 8):
        next(blocks)
        assert len(world.reads) <= consumed + 2 + 3  # waiting for the network, and after it
    blocks.close()
    assert len(world.reads) <= 12


def test_eight_views_turn_with_the_world(checkpoint: Checkpoint) -> None:
    class Transposed(PaintedWorld):
        def read(self, window: PixelWindow) -> Pixels:
            read = super().read(window)
            return Pixels(read.pixels.transpose(1, 0, 2), read.valid.T)

    predictor = Predictor(checkpoint, views=8)
    (straight,) = predictor.predict_blocks(PaintedWorld(), [Tile(4, 4, ZOOM)], block_tiles=1)
    (turned,) = predictor.predict_blocks(Transposed(), [Tile(4, 4, ZOOM)], block_tiles=1)
    np.testing.assert_allclose(turned.probability, straight.probability.T, atol=0.01)
    assert straight.scores["bald"][0] >= 0
    assert straight.scores["bald"][0] <= straight.scores["uncertainty"][0] + 1e-3


def test_the_temperature_is_applied() -> None:
    tile = [Tile(4, 4, ZOOM)]
    ((hot,), (cold,)) = (
        list(Predictor(toy_checkpoint(temperature=t)).predict_blocks(PaintedWorld(), tile))
        for t in (4.0, 1.0)
    )
    logit_hot, logit_cold = (
        np.log(b.probability / (1 - b.probability + 1e-9) + 1e-9) for b in (hot, cold)
    )
    np.testing.assert_allclose(4 * logit_hot[hot.valid], logit_cold[hot.valid], atol=0.05)


@pytest.mark.parametrize(("encoder", "features"), [("tu-mobilenetv3_small_100", 512)])
def test_wide_features_are_projected_to_512(encoder: str, features: int) -> None:
    model = ModelConfig(encoder=encoder, decoder_channels=(32, 16, 8, 8, 8))
    (block,) = Predictor(toy_checkpoint(model)).predict_blocks(PaintedWorld(), [Tile(4, 4, ZOOM)])
    assert block.features.shape == (1, features)


def test_a_reduced_network_answers_at_full_resolution() -> None:
    model = replace(TINY_MODEL, reduction=2)
    (block,) = Predictor(toy_checkpoint(model)).predict_blocks(PaintedWorld(), [Tile(4, 4, ZOOM)])
    assert block.probability.shape == (1024, 1024)
    assert block.valid.sum() == 256**2


def test_what_cannot_be_done_is_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(BadConfig, match="views is 1, 2, 4 or 8"):
        Predictor(checkpoint, views=3)
    with pytest.raises(DeviceUnavailable, match="backend"):
        Predictor(checkpoint, backend="abacus")
    with pytest.raises(BadConfig, match="No score bald"):
        list(Predictor(checkpoint).predict_blocks(PaintedWorld(), [], scores=frozenset({"bald"})))
    with pytest.raises(BadConfig, match="margin_px must be a multiple of 4, not 30"):
        list(Predictor(checkpoint).predict_blocks(PaintedWorld(), [], margin_px=30))


def test_imagery_that_fails_reaches_the_caller(checkpoint: Checkpoint) -> None:
    class Unreachable(PaintedWorld):
        def read(self, window: PixelWindow) -> Pixels:
            raise ImageryUnreachable("tiles.example.org does not answer")

    with pytest.raises(ImageryUnreachable):
        list(Predictor(checkpoint).predict_blocks(Unreachable(), [Tile(4, 4, ZOOM)]))
