"""GeoTIFFs of many making, on disk and behind HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import from_bounds
from rasterio.warp import calculate_default_transform, reproject, transform_bounds

from learner.grid import PixelWindow
from learner.imagery.errors import (
    ImageryNotFound,
    ImageryTooLarge,
    NotAnImage,
    NotGeoreferenced,
    WrongBands,
    ZoomOutsideImagery,
)
from learner.imagery.source import ImagerySource
from learner.imagery.spec import ImageryLimits
from tests.learner.imagery.made_tifs import AREA, PICTURE, opened, write_tif

REAL = Path(__file__).parents[3].parent / "shared" / "data"


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> ImagerySource:
    folder = tmp_path_factory.mktemp("scene")
    return opened(write_tif(folder / "a.tif", tiled=True, blockxsize=256, blockysize=256))


@given(
    col=st.integers(-300, 900),
    row=st.integers(-300, 900),
    width=st.integers(1, 400),
    height=st.integers(1, 400),
)
def test_on_the_grid_every_window_is_the_file_itself(
    aligned: ImagerySource, col: int, row: int, width: int, height: int
) -> None:
    window = PixelWindow(18, AREA.col_px + col, AREA.row_px + row, width, height)
    read = aligned.read(window)
    expected = np.zeros((height, width, 3), np.uint8)
    inside = np.zeros((height, width), bool)
    for y, x in itertools.product(range(max(0, row), min(520, row + height)), [slice(None)]):
        left, right = max(0, col), min(700, col + width)
        if left < right:
            expected[y - row, left - col : right - col] = PICTURE[y, left:right][x]
            inside[y - row, left - col : right - col] = True
    assert np.array_equal(read.valid, inside)
    assert np.array_equal(read.pixels, expected)


def test_native_zoom_and_bounds_are_those_of_the_file(aligned: ImagerySource) -> None:
    info = aligned.describe()
    assert info.max_zoom == 18
    assert info.band_count == 3
    expected = transform_bounds("EPSG:3857", "EPSG:4326", *AREA.bounds_m)
    assert info.bounds_4326 == pytest.approx(expected)


@pytest.mark.parametrize(("m_per_px", "zoom"), [(0.13, 20), (0.149, 20), (0.2, 20), (0.3, 19)])
def test_the_native_zoom_is_the_nearest_by_resolution(
    tmp_path: Path, m_per_px: float, zoom: int
) -> None:
    west, _, _, north = AREA.bounds_m
    transform = rasterio.Affine(m_per_px, 0, west, 0, -m_per_px, north)
    assert opened(write_tif(tmp_path / "a.tif", transform=transform)).describe().max_zoom == zoom


def in_crs(path: Path, crs: str) -> Path:
    """PICTURE warped to another CRS, at twice its detail."""
    height, width = AREA.shape
    source = {"src_transform": AREA.transform, "src_crs": "EPSG:3857"}
    transform, new_width, new_height = calculate_default_transform(
        "EPSG:3857", crs, width, height, *AREA.bounds_m, dst_width=2 * width, dst_height=2 * height
    )
    bands = np.zeros((3, new_height, new_width), np.uint8)
    reproject(
        np.moveaxis(PICTURE, -1, 0),
        bands,
        **source,
        dst_transform=transform,
        dst_crs=crs,
        resampling=Resampling.bilinear,
    )
    return write_tif(path, np.moveaxis(bands, 0, -1), crs=crs, transform=transform)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32737", "EPSG:21037"])
def test_any_crs_lands_on_the_grid(tmp_path: Path, crs: str) -> None:
    source = opened(in_crs(tmp_path / "a.tif", crs))
    assert source.describe().max_zoom == 19
    read = source.read(PixelWindow(18, AREA.col_px + 100, AREA.row_px + 80, 500, 360))
    assert read.valid.all()
    difference = read.pixels.astype(int) - PICTURE[80:440, 100:600]
    assert np.abs(difference).mean() < 1.5  # a shift of one pixel makes about 2
    assert abs(difference.mean()) < 0.6


@pytest.mark.parametrize(("rows", "columns"), [(-1, 1), (1, -1), (-1, -1)])
def test_rows_and_columns_may_run_either_way(tmp_path: Path, rows: int, columns: int) -> None:
    height, width = AREA.shape
    corner = rasterio.Affine.translation(width * (columns < 0), height * (rows < 0))
    flipped = AREA.transform @ corner @ rasterio.Affine.scale(columns, rows)
    picture = np.ascontiguousarray(PICTURE[::rows, ::columns])
    source = opened(write_tif(tmp_path / "a.tif", picture, transform=flipped))
    west, south, east, north = source.describe().bounds_4326 or (0, 0, 0, 0)
    assert west < east and south < north
    read = source.read(AREA)
    assert read.valid.all()
    assert np.abs(read.pixels.astype(int) - PICTURE).max() <= 1


def test_a_rotated_file_is_turned_upright(tmp_path: Path) -> None:
    middle = rasterio.Affine.translation(350, 260)
    turned = AREA.transform @ middle @ rasterio.Affine.rotation(20) @ ~middle
    source = opened(write_tif(tmp_path / "a.tif", transform=turned))
    assert source.describe().max_zoom == 18
    read = source.read(AREA)
    assert not read.valid[0, 0] and read.valid[260, 350]
    column, row = ~(~AREA.transform @ turned) @ (400.5, 300.5)
    shown, there = read.pixels[300, 400].astype(int), PICTURE[int(row), int(column)].astype(int)
    assert np.abs(shown - there).max() <= 6


def test_a_file_off_the_grid_by_a_fraction_is_moved_onto_it(tmp_path: Path) -> None:
    ramp = np.repeat(np.arange(0, 210, 0.3)[None, :], 520, 0)
    picture = np.dstack([ramp] * 3).astype(np.uint8)
    shifted = AREA.transform @ rasterio.Affine.translation(0.5, 0.0)
    read = opened(write_tif(tmp_path / "a.tif", picture, transform=shifted)).read(AREA)
    expected = np.arange(0, 210, 0.3)[2:-2] - 0.15 - 0.5  # the file's cut to whole numbers: 0.5
    assert np.abs(read.pixels[260, 2:-2, 0] - expected).mean() < 0.5


@pytest.mark.parametrize("with_overviews", [False, True])
def test_lower_zooms_are_averages(tmp_path: Path, with_overviews: bool) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)
    path = write_tif(tmp_path / "a.tif", noise)
    if with_overviews:
        with rasterio.open(path, "r+") as file:
            file.build_overviews([2, 4], Resampling.average)
    quarter = PixelWindow(16, AREA.col_px // 4, AREA.row_px // 4, 128, 128)
    read = opened(path).read(quarter)
    expected = noise.reshape(128, 4, 128, 4, 3).mean((1, 3))
    assert np.abs(read.pixels - expected).max() <= 1.01
    assert read.valid.all()


def test_higher_zooms_are_interpolated(aligned: ImagerySource) -> None:
    window = PixelWindow(20, 4 * AREA.col_px + 400, 4 * AREA.row_px + 400, 400, 400)
    read = aligned.read(window)
    centres = PICTURE[100:200, 100:200]
    blocks = read.pixels.reshape(100, 4, 100, 4, 3).mean((1, 3))
    assert np.abs(blocks - centres).max() <= 3


@pytest.mark.parametrize("zoom", [13, 21])
def test_zooms_far_from_the_native_one_are_refused(aligned: ImagerySource, zoom: int) -> None:
    with pytest.raises(ZoomOutsideImagery, match="to 18"):
        aligned.read(PixelWindow(zoom, 0, 0, 10, 10))


HOLE = np.s_[100:200, 300:400]


def hole_mask() -> np.ndarray:
    mask = np.full(AREA.shape, 255, np.uint8)
    mask[HOLE] = 0
    return mask


def with_mask(path: Path) -> Path:
    return write_tif(path, mask=hole_mask())


def with_alpha(path: Path) -> Path:
    write_tif(path, np.dstack([PICTURE, hole_mask()]))
    with rasterio.open(path, "r+") as file:
        rgb = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        file.colorinterp = (*rgb, ColorInterp.alpha)
    return path


def with_nodata(path: Path) -> Path:
    bands = np.maximum(PICTURE, 1)
    bands[HOLE] = 0
    bands[300, :, 0] = 0  # no red, but green and blue: a colour, not a hole
    return write_tif(path, bands, nodata=0)


@pytest.mark.parametrize("write", [with_mask, with_alpha, with_nodata])
@pytest.mark.parametrize("zoom", [18, 17, 19])
def test_holes_are_not_valid(tmp_path: Path, write: Callable[[Path], Path], zoom: int) -> None:
    factor = 2.0 ** (zoom - 18)
    window = PixelWindow(zoom, *(round(v * factor) for v in (AREA.col_px, AREA.row_px, 700, 520)))
    read = opened(write(tmp_path / "a.tif")).read(window)
    top, bottom, left, right = (round(v * factor) for v in (100, 200, 300, 400))
    expected = np.ones(window.shape, bool)
    expected[top:bottom, left:right] = False
    off = read.valid != expected
    off[top - 1 : bottom + 1, left - 1 : right + 1] &= False  # the rim may fall either way
    assert not off.any()
    assert not read.valid[top + 1 : bottom - 1, left + 1 : right - 1].any()
    assert (read.pixels[~read.valid] == 0).all()
    assert read.pixels[read.valid].mean() == pytest.approx(128, abs=8)


def test_colours_are_found_by_name_where_the_file_names_them(tmp_path: Path) -> None:
    bands = np.dstack([np.full(AREA.shape, value, np.uint8) for value in (1, 2, 3, 4)])
    path = write_tif(tmp_path / "a.tif", bands)
    with rasterio.open(path, "r+") as file:
        file.colorinterp = (
            ColorInterp.blue,
            ColorInterp.green,
            ColorInterp.red,
            ColorInterp.undefined,
        )
    assert (opened(path).read(AREA).pixels == (3, 2, 1)).all()


@pytest.mark.parametrize(
    ("bands", "options", "error", "says"),
    [
        (PICTURE[..., :1], {}, WrongBands, "1 band"),
        (PICTURE[..., :2], {}, WrongBands, "2 band"),
        (PICTURE.astype(np.uint16), {}, WrongBands, "uint16"),
        (PICTURE.astype(np.float32), {}, WrongBands, "float32"),
        (PICTURE, {"crs": None}, NotGeoreferenced, "where it lies"),
        (PICTURE, {"transform": rasterio.Affine.identity()}, NotGeoreferenced, "where it lies"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(
    tmp_path: Path, bands: np.ndarray, options: dict[str, Any], error: type, says: str
) -> None:
    path = write_tif(tmp_path / "a.tif", bands, **options)
    with pytest.raises(error, match=says) as refused:
        opened(path)
    assert "gdal_translate" in str(refused.value)


def test_a_palette_is_refused_with_how_to_expand_it(tmp_path: Path) -> None:
    path = write_tif(tmp_path / "a.tif", PICTURE[..., :1], photometric="palette")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {n: (n, 0, 0, 255) for n in range(256)})
    with pytest.raises(WrongBands, match="expand rgb"):
        opened(path)


def test_a_file_that_lies_outside_web_mercator_is_refused(tmp_path: Path) -> None:
    polar = from_bounds(0, 89.5, 1, 90, 700, 520)
    path = write_tif(tmp_path / "a.tif", crs="EPSG:4326", transform=polar)
    with pytest.raises(NotGeoreferenced, match="85°"):
        opened(path)


@pytest.mark.parametrize("content", [b"", b"<html>", b"II*\x00" + bytes(100)])
def test_a_file_that_is_no_tiff_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(NotAnImage, match=r"a\.tif"):
        opened(tmp_path / "a.tif")


def test_formats_that_point_elsewhere_are_not_opened(tmp_path: Path) -> None:
    secret = write_tif(tmp_path / "secret.tif")
    vrt = tmp_path / "a.tif"
    vrt.write_text(
        f'<VRTDataset rasterXSize="700" rasterYSize="520">'
        f'<VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{secret}</SourceFilename><SourceBand>1</SourceBand>"
        f"</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(NotAnImage):
        opened(vrt)


@pytest.mark.parametrize(
    "location", ["/vsicurl/http://127.0.0.1/a.tif", "/vsimem/a.tif", "GTIFF_DIR:1:a.tif"]
)
def test_names_that_mean_something_to_gdal_are_only_paths(location: str) -> None:
    with pytest.raises(ImageryNotFound):
        opened(location)


def test_one_giant_block_is_refused(tmp_path: Path) -> None:
    limits = ImageryLimits(max_image_px=100_000)
    path = write_tif(tmp_path / "a.tif", blockysize=520, compress="deflate")
    with pytest.raises(ImageryTooLarge, match="COG"):
        opened(path, limits)


def test_reading_a_whole_large_file_for_a_small_window_is_refused(tmp_path: Path) -> None:
    limits = ImageryLimits(max_image_px=20_000)
    path = write_tif(tmp_path / "a.tif", tiled=True, blockxsize=128, blockysize=128)
    overview = PixelWindow(15, AREA.col_px // 8, AREA.row_px // 8, 87, 65)
    with pytest.raises(ImageryTooLarge, match="overviews"):
        opened(path, limits).read(overview)


def test_many_threads_read_the_same(aligned: ImagerySource) -> None:
    with ThreadPoolExecutor(8) as pool:
        reads = list(pool.map(aligned.read, [AREA] * 32))
    assert all(np.array_equal(read.pixels, PICTURE) for read in reads)


# --- real imagery ----------------------------------------------------------------------------


@pytest.mark.real_imagery
@pytest.mark.parametrize("name", ["banepa", "banepa_east", "kampala", "zanzibar"])
def test_real_scenes_show_their_chips_in_place(name: str) -> None:
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip("the real scenes do not lie beside this checkout")
    source = opened(folder / "imagery.tif")
    assert source.describe().max_zoom == 20
    for chip in sorted((folder / "chips" / "images").iterdir())[::25]:
        zoom, x, y = (int(part) for part in chip.stem.split("-"))
        shown = source.read(PixelWindow.of_tile(mercantile.Tile(x, y, zoom), margin_px=1))
        picture = np.asarray(Image.open(chip).convert("RGB")).astype(int)
        differences = {
            (dy, dx): np.abs(
                shown.pixels[1 + dy : 257 + dy, 1 + dx : 257 + dx].astype(int) - picture
            ).mean()
            for dy, dx in itertools.product((-1, 0, 1), repeat=2)
        }
        assert min(differences, key=differences.__getitem__) == (0, 0)
