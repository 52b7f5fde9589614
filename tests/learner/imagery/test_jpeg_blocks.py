"""Blocks of JPEG GeoTIFFs, decoded beside GDAL and compared with what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from learner.imagery.errors import NotAnImage
from learner.imagery.jpeg_blocks import KEPT, JpegBlocks
from learner.imagery.scene import keep_decoded
from tests.learner.imagery.made_tifs import AREA, PICTURE, opened, write_tif

RGB = (1, 2, 3)
HEIGHT_PX, WIDTH_PX = AREA.shape
JPEG: dict[str, Any] = {
    "compress": "jpeg",
    "photometric": "ycbcr",
    "tiled": True,
    "blockxsize": 128,
    "blockysize": 128,
}
STRIPS: dict[str, Any] = JPEG | {"tiled": False, "blockxsize": None, "blockysize": 48}
WINDOWS = [
    Window(0, 0, WIDTH_PX, HEIGHT_PX),
    Window(130, 7, 1, 1),
    Window(128, 128, 128, 128),
    Window(100, 200, 300, 317),
    Window(WIDTH_PX - 9, HEIGHT_PX - 5, 9, 5),
]


@pytest.fixture(autouse=True)
def _as_much_kept_as_before() -> Iterator[None]:
    yield
    keep_decoded(64_000_000)


def written(folder: Path, bands: np.ndarray = PICTURE, **options: Any) -> Path:
    given = {name: value for name, value in (JPEG | options).items() if value is not None}
    return write_tif(folder / "imagery.tif", bands, **given)


def read_by_gdal(path: Path, part: Window, **options: Any) -> np.ndarray:
    with rasterio.open(path, **options) as dataset:
        return np.moveaxis(dataset.read(RGB, window=part), 0, -1)


def first_block(path: Path) -> tuple[int, int]:
    """Where it begins in the file, and how long it is."""
    with rasterio.open(path) as dataset:
        offset, size = (
            dataset.get_tag_item(f"BLOCK_{what}_0_0", "TIFF", 1) for what in ("OFFSET", "SIZE")
        )
    return int(offset), int(size)


def assert_nearly_the_same(some: np.ndarray | None, other: np.ndarray) -> None:
    """Two JPEG decoders round otherwise, and enlarge colours otherwise."""
    assert some is not None
    assert some.dtype == np.uint8
    assert some.shape == other.shape
    differences = np.abs(some.astype(int) - other.astype(int))
    assert differences.max() <= 12
    assert differences.mean() <= 1


@pytest.mark.parametrize("layout", [JPEG, STRIPS], ids=["tiles", "strips"])
@pytest.mark.parametrize("part", WINDOWS, ids=str)
def test_every_window_is_what_gdal_reads(
    tmp_path: Path, layout: dict[str, Any], part: Window
) -> None:
    path = written(tmp_path, **layout)
    with rasterio.open(path) as dataset:
        read = JpegBlocks(path).read(dataset, RGB, part)
    assert_nearly_the_same(read, read_by_gdal(path, part))


def test_overviews_have_blocks_of_their_own(tmp_path: Path) -> None:
    path = written(tmp_path)
    with rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2, 4])
    part = Window(20, 30, 200, 150)
    with rasterio.open(path, overview_level=0) as halved:
        read = JpegBlocks(path).read(halved, RGB, part)
    assert_nearly_the_same(read, read_by_gdal(path, part, overview_level=0))


def test_a_scene_is_read_so(tmp_path: Path) -> None:
    path = written(tmp_path)
    with rasterio.open(path) as dataset:
        decoded = JpegBlocks(path).read(dataset, RGB, WINDOWS[0])
    shown = opened(path).read(AREA)
    assert decoded is not None
    assert np.array_equal(shown.pixels, decoded)
    assert shown.valid.all()


@pytest.mark.parametrize(
    ("bands", "options"),
    [
        (PICTURE, {"photometric": "rgb"}),
        (PICTURE, {"compress": "deflate", "photometric": None}),
        (PICTURE, {"interleave": "band", "photometric": None}),
        (np.dstack([PICTURE, np.full(AREA.shape, 255, np.uint8)]), {"photometric": "rgb"}),
    ],
    ids=["stored as red, green, blue", "no jpeg", "band by band", "with a fourth band"],
)
def test_what_is_stored_otherwise_is_left_to_gdal(
    tmp_path: Path, bands: np.ndarray, options: dict[str, Any]
) -> None:
    path = written(tmp_path, bands, **options)
    with rasterio.open(path) as dataset:
        assert JpegBlocks(path).read(dataset, RGB, WINDOWS[0]) is None
    assert np.array_equal(opened(path).read(AREA).pixels, read_by_gdal(path, WINDOWS[0]))


def test_bands_in_another_order_are_left_to_gdal(tmp_path: Path) -> None:
    path = written(tmp_path)
    with rasterio.open(path) as dataset:
        assert JpegBlocks(path).read(dataset, (3, 2, 1), WINDOWS[0]) is None


def test_a_block_that_was_left_out_of_the_file_is_left_to_gdal(tmp_path: Path) -> None:
    picture = PICTURE.copy()
    picture[:128, :128] = 0
    path = written(tmp_path, picture, sparse_ok=True)
    with rasterio.open(path) as dataset:
        assert JpegBlocks(path).read(dataset, RGB, Window(0, 0, 130, 130)) is None
        assert JpegBlocks(path).read(dataset, RGB, Window(256, 0, 130, 130)) is not None
    assert not opened(path).read(AREA).pixels[:120, :120].any()


def test_a_broken_block_gets_gdals_error(tmp_path: Path) -> None:
    path = written(tmp_path)
    offset, size = first_block(path)
    content = bytearray(path.read_bytes())
    content[offset : offset + size] = bytes(size)
    path.write_bytes(content)
    with pytest.raises(NotAnImage, match="cannot be read as a GeoTIFF"):
        opened(path).read(AREA)


def test_a_block_that_claims_to_be_larger_is_not_unpacked(tmp_path: Path) -> None:
    path = written(tmp_path)
    offset, size = first_block(path)
    content = bytearray(path.read_bytes())
    frame = content.index(
        b"\xff\xc0", offset, offset + size
    )  # its header: then 3 bytes, then sides
    content[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with rasterio.open(path) as dataset:
        assert JpegBlocks(path).read(dataset, RGB, Window(0, 0, 8, 8)) is None


def test_no_more_is_kept_than_allowed(tmp_path: Path) -> None:
    path = written(tmp_path)
    block_bytes = 128 * 128 * 3
    for most_bytes in (0, block_bytes - 1, 3 * block_bytes):
        keep_decoded(most_bytes)
        with rasterio.open(path) as dataset:
            assert_nearly_the_same(
                JpegBlocks(path).read(dataset, RGB, WINDOWS[0]), read_by_gdal(path, WINDOWS[0])
            )
        assert KEPT.size_bytes <= most_bytes
    assert KEPT.size_bytes == 3 * block_bytes


def test_many_threads_read_the_same(tmp_path: Path) -> None:
    source = opened(written(tmp_path))
    keep_decoded(5 * 128 * 128 * 3)
    with ThreadPoolExecutor(8) as pool:
        reads = list(pool.map(source.read, [AREA] * 32))
    assert all(np.array_equal(read.pixels, reads[0].pixels) for read in reads)
