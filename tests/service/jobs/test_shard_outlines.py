"""Outlines made row by row of blocks are those that one look at the whole shard would give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import mercantile
import numpy as np
import numpy.typing as npt
import pytest
import rasterio

from learner.grid import TILE_PX, PixelWindow
from learner.predict import BlockPrediction
from learner.vectorise import Outline, OutlineRules, outlines, stitch, trace
from service.domain.probability import probability_of, read_window, stored_of
from service.jobs.shard_outlines import ShardOutlines
from service.jobs.shard_raster import ShardRaster

ZOOM = 20
WEST, NORTH = 767_100, 442_000
SIDE = 4  # tiles
BLOCK = 2  # tiles
THRESHOLD = 0.5
RULES = OutlineRules.from_mapping({"preset": "buildings"})
TILES = [mercantile.Tile(WEST + x, NORTH + y, ZOOM) for y, x in product(range(SIDE), repeat=2)]
WHOLE = PixelWindow.of_tiles(ZOOM, WEST, NORTH, SIDE, SIDE)


@pytest.fixture(scope="module")
def town() -> npt.NDArray[np.float32]:
    """Roofs of all sizes anywhere, over edges and corners of blocks too, and a road through all."""
    rng = np.random.default_rng(4)
    seen = np.full(WHOLE.shape, 0.1, np.float32)
    for _ in range(120):
        row, column = rng.integers(0, WHOLE.height_px, 2)
        height, width = rng.integers(8, 160, 2)
        seen[row : row + height, column : column + width] = rng.uniform(0.6, 1.0)
    seen[:, 500:530] = 0.9
    return probability_of(stored_of(seen))


def blocks_of(seen: npt.NDArray[np.float32]) -> Iterator[BlockPrediction]:
    """Row by row, as a predictor gives them."""
    for y, x in product(range(0, SIDE, BLOCK), repeat=2):
        window = PixelWindow.of_tiles(ZOOM, WEST + x, NORTH + y, BLOCK, BLOCK)
        row, column = WHOLE.offset_of(window)
        part = seen[row : row + window.height_px, column : column + window.width_px]
        inside = tuple(
            tile
            for tile in TILES
            if x <= tile.x - WEST < x + BLOCK and y <= tile.y - NORTH < y + BLOCK
        )
        nothing = np.zeros((len(inside), 1), np.float32)
        valid, shown = np.ones(part.shape, np.bool_), np.ones(len(inside), np.bool_)
        yield BlockPrediction(window, part, valid, inside, shown, {}, nothing)


def drawn_in(seen: npt.NDArray[np.float32], square: PixelWindow, path: Path) -> ShardOutlines:
    with ShardRaster.create(path, TILES) as raster:
        drawn = ShardOutlines(raster, square, THRESHOLD, RULES)
        for block in blocks_of(seen):
            drawn.add(block.window, raster.write(block))
        drawn.finish()
    return drawn


def in_order(found: list[Outline]) -> list[tuple[bytes, float]]:
    return sorted((outline.polygon.normalize().wkb, outline.confidence) for outline in found)


def test_row_by_row_is_the_same_as_all_at_once(
    town: npt.NDArray[np.float32], tmp_path: Path
) -> None:
    drawn = drawn_in(town, WHOLE.grown(1), tmp_path / "a.tif")
    whole = stitch(trace(town, WHOLE, threshold=THRESHOLD), within=WHOLE.grown(1))
    assert in_order(drawn.found) == in_order(outlines(whole, ZOOM, RULES, drawn.raster.read))
    assert drawn.at_edge == []


def test_what_touches_the_edge_of_the_shard_waits_for_its_neighbours(
    town: npt.NDArray[np.float32], tmp_path: Path
) -> None:
    drawn = drawn_in(town, WHOLE, tmp_path / "a.tif")
    whole = stitch(trace(town, WHOLE, threshold=THRESHOLD), within=WHOLE)
    at_edge = [piece for piece in whole if piece.open]
    assert at_edge
    assert sorted(piece.polygon.wkb for piece in drawn.at_edge) == sorted(
        piece.polygon.wkb for piece in at_edge
    )
    assert {piece.probability_sum for piece in drawn.at_edge} == {
        piece.probability_sum for piece in at_edge
    }


def test_memory_and_file_hold_the_same_and_nothing_beyond(
    town: npt.NDArray[np.float32], tmp_path: Path
) -> None:
    drawn = drawn_in(town, WHOLE, tmp_path / "a.tif")
    beyond = PixelWindow(
        ZOOM, WHOLE.col_px + 900, WHOLE.row_px - 70, WHOLE.width_px, 4 * TILE_PX + 200
    )
    with rasterio.open(tmp_path / "a.tif") as dataset:
        assert np.array_equal(drawn.raster.read(beyond), read_window([dataset], beyond))
