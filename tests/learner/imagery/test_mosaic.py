"""Windows put together from tiles."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import mercantile
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from learner.grid import PixelWindow
from learner.imagery.mosaic import read_mosaic
from learner.imagery.source import Pixels
from tests.learner.imagery.local_server import world_pixels


def whole_world(tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
    return [shown(world_pixels(t.z, 256 * t.x, 256 * t.y, 256, 256)) for t in tiles]


def shown(pixels: np.ndarray) -> Pixels:
    return Pixels(pixels, np.ones(pixels.shape[:2], np.bool_))


@given(
    zoom=st.integers(2, 5),
    col=st.integers(-600, 9000),
    row=st.integers(-600, 9000),
    width=st.integers(1, 700),
    height=st.integers(1, 700),
)
def test_any_window_shows_the_world_as_it_is(
    zoom: int, col: int, row: int, width: int, height: int
) -> None:
    window = PixelWindow(zoom, col, row, width, height)
    read = read_mosaic(window, native_zoom=zoom, load=whole_world)
    rows = np.arange(row, row + height)
    on_earth = (rows >= 0) & (rows < 256 * 2**zoom)
    assert (read.valid == on_earth[:, None]).all()
    expected = world_pixels(zoom, col, row, width, height)
    expected[~on_earth] = 0
    assert np.array_equal(read.pixels, expected)


def test_a_missing_tile_is_not_valid_and_its_neighbours_are() -> None:
    def load(tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
        return [None if t.x == 1 else p for t, p in zip(tiles, whole_world(tiles), strict=True)]

    read = read_mosaic(PixelWindow(3, 200, 300, 400, 10), native_zoom=3, load=load)
    assert read.valid[:, :56].all()
    assert not read.valid[:, 56:312].any()
    assert read.valid[:, 312:].all()
    assert (read.pixels[:, 56:312] == 0).all()


def double(tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
    """Tiles of 512 px: twice the detail of their zoom."""
    return [shown(world_pixels(t.z + 1, 512 * t.x, 512 * t.y, 512, 512)) for t in tiles]


def test_tiles_of_512_px_are_averaged_two_by_two() -> None:
    read = read_mosaic(PixelWindow(3, 250, 260, 20, 12), native_zoom=3, load=double)
    fine = world_pixels(4, 500, 520, 40, 24).astype(float)
    expected = fine.reshape(12, 2, 20, 2, 3).mean((1, 3))
    assert np.abs(read.pixels - expected).max() <= 0.5
    assert read.valid.all()


def test_tiles_of_512_px_show_their_full_detail_one_zoom_deeper() -> None:
    read = read_mosaic(PixelWindow(4, 500, 520, 40, 24), native_zoom=3, load=double)
    assert np.array_equal(read.pixels, world_pixels(4, 500, 520, 40, 24))


def test_beyond_the_native_zoom_pixels_are_interpolated_without_seams() -> None:
    window = PixelWindow(5, 1000, 1020, 60, 40)  # over the edge of tiles at zoom 3 (x 256 = 1024)
    read = read_mosaic(window, native_zoom=3, load=whole_world)
    around = world_pixels(3, 240, 245, 40, 40)
    large = cv2.resize(around, (160, 160), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(read.pixels, large[40:80, 40:100])
    assert read.valid.all()


@given(col=st.integers(900, 1100), row=st.integers(900, 1100), cut=st.integers(1, 59))
def test_two_enlarged_windows_side_by_side_are_the_window_of_both(
    col: int, row: int, cut: int
) -> None:
    def part(offset: int, width: int) -> np.ndarray:
        window = PixelWindow(5, col + offset, row, width, 20)
        return read_mosaic(window, native_zoom=3, load=whole_world).pixels

    assert np.array_equal(np.hstack([part(0, cut), part(cut, 60 - cut)]), part(0, 60))


def test_half_covered_pixels_keep_their_colour_when_averaged() -> None:
    def load(tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
        pixels = np.full((512, 512, 3), 200, np.uint8)
        valid = np.ones((512, 512), np.bool_)
        valid[:, 0::2] = False
        pixels[~valid] = 0
        return [Pixels(pixels, valid) for _ in tiles]

    read = read_mosaic(PixelWindow(3, 300, 300, 8, 8), native_zoom=3, load=load)
    assert read.valid.all()
    assert (read.pixels == 200).all()
