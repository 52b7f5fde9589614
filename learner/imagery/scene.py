"""A GeoTIFF, cloud-optimised or not, on disk or behind http(s), in any CRS."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform, transform_bounds
from rasterio.windows import Window

from learner.grid import TILE_PX, PixelWindow, mercator_m_per_px
from learner.imagery.errors import (
    ImageryNotFound,
    ImageryTooLarge,
    NotAnImage,
    NotGeoreferenced,
    WrongBands,
)
from learner.imagery.remote import RemoteFile
from learner.imagery.source import ImageryInfo, Pixels, check_window
from learner.imagery.spec import ImageryLimits, ImagerySpec

_MERCATOR = CRS.from_epsg(3857)
_HALF_OPAQUE = 128
_ALIGNED_WITHIN_PX = 0.01
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WORLD_M = PixelWindow(0, 0, 0, TILE_PX, TILE_PX).bounds_m
_SOURCE_PX_MOST = 8
"""A read may touch so many times ``max_image_px`` of the file's own pixels."""
_ENV = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # no side files: a scene is one file
    "GDAL_PAM_ENABLED": False,
    "GDAL_CACHEMAX": 64_000_000,  # bytes; the default is a twentieth of the machine
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """What must be known of a file to read it."""

    bands: tuple[int, int, int]
    has_alpha: bool
    m_per_px: float  # EPSG:3857, at the middle of the file
    bounds_m: tuple[float, float, float, float]
    overviews: tuple[int, ...]  # decimations, finest first
    width_px: int
    height_px: int


class SceneSource:
    """One georeferenced raster; each thread reads through its own handles."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._spec = spec
        self._limits = limits
        self._local = threading.local()
        self._remote: RemoteFile | None = None
        if _ADDRESS.match(spec.location):
            self._remote = RemoteFile(spec.location, limits)
            self._name = Path(urlsplit(spec.location).path).name or self._remote.host
        elif Path(spec.location).is_file():
            self._name = Path(spec.location).name
        else:
            raise ImageryNotFound(f"There is no file {spec.location}. Check the path.")
        with self._reading():
            dataset = self._dataset(None)
            _refuse_unreadable(dataset, self._name, limits)
            self._layout = _layout_of(dataset, self._name)
            self._info = _info_of(dataset, self._layout, spec)

    @property
    def spec(self) -> ImagerySpec:
        return self._spec

    def describe(self) -> ImageryInfo:
        return self._info

    def read(self, window: PixelWindow) -> Pixels:
        check_window(window, self._info, self._limits)
        if not _touch(window.bounds_m, self._layout.bounds_m):
            return Pixels.empty(window)
        shrunk = mercator_m_per_px(window.zoom) / self._layout.m_per_px
        level, left = _overview_for(shrunk, self._layout.overviews)
        with self._reading():
            dataset = self._dataset(level)
            if (place := _on_grid(dataset, window)) is not None:
                return self._copied(dataset, window, *place)
            self._refuse_slow(dataset, window, left)
            return self._warped(dataset, window, left)

    def _copied(self, dataset: DatasetReader, window: PixelWindow, row: int, column: int) -> Pixels:
        """The window as it is stored: nothing is resampled."""
        top, left = max(0, row), max(0, column)
        bottom = min(dataset.height, row + window.height_px)
        right = min(dataset.width, column + window.width_px)
        shown = Pixels.empty(window)
        if top >= bottom or left >= right:
            return shown
        part = Window(left, top, right - left, bottom - top)
        inside = np.s_[top - row : bottom - row, left - column : right - column]
        bands = dataset.read(self._layout.bands, window=part)
        valid = _mask(dataset, part)
        shown.valid[inside] = valid
        np.copyto(shown.pixels[inside], np.moveaxis(bands, 0, -1), where=valid[..., None])
        return shown

    def _warped(self, dataset: DatasetReader, window: PixelWindow, shrunk: float) -> Pixels:
        """The window resampled onto the grid: averaged when it shrinks, bilinear otherwise."""
        average = shrunk > 1 + _ALIGNED_WITHIN_PX
        with WarpedVRT(
            dataset,
            crs=_MERCATOR,
            transform=window.transform,
            width=window.width_px,
            height=window.height_px,
            resampling=Resampling.average if average else Resampling.bilinear,
            add_alpha=not self._layout.has_alpha and dataset.nodata is None,
            UNIFIED_SRC_NODATA="YES",  # black in one band only is a colour, not a hole
        ) as warped:
            bands = warped.read(self._layout.bands)
            valid = warped.dataset_mask() >= _HALF_OPAQUE
        pixels = np.ascontiguousarray(np.moveaxis(bands, 0, -1))
        pixels[~valid] = 0
        return Pixels(pixels, valid)

    def _refuse_slow(self, dataset: DatasetReader, window: PixelWindow, shrunk: float) -> None:
        touched_px = min(
            shrunk**2 * window.width_px * window.height_px, dataset.width * dataset.height
        )
        if touched_px > _SOURCE_PX_MOST * self._limits.max_image_px:
            raise ImageryTooLarge(
                f"{self._name} has no overviews, so zoom {window.zoom} would read "
                f"{touched_px:,.0f} px of it. Add them (gdaladdo), or convert it: "
                "gdal_translate -of COG -co COMPRESS=JPEG."
            )

    def _dataset(self, level: int | None) -> DatasetReader:
        """This thread's handle of the file, or of one of its overviews."""
        handles: dict[int | None, DatasetReader] = self._local.__dict__.setdefault("handles", {})
        if level not in handles:
            # Only GeoTIFF: GDAL's other formats can point at files and addresses of this machine.
            options = {"driver": "GTiff"} | ({} if level is None else {"overview_level": level})
            if self._remote is None:
                handles[level] = rasterio.open(self._spec.location, **options)
            else:
                handles[level] = rasterio.open("scene.tif", opener=self._remote.open, **options)
        return handles[level]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turns what GDAL says into what a person can act on."""
        try:
            with rasterio.Env(**_ENV):
                yield
        except RasterioError as error:
            self._raise_failure()
            raise NotAnImage(
                f"{self._name} cannot be read as a GeoTIFF ({error}). Check that the file is "
                "whole, or convert it: gdal_translate -of COG."
            ) from error
        self._raise_failure()  # GDAL may take a part that did not come for an empty one

    def _raise_failure(self) -> None:
        if self._remote is not None and (failure := self._remote.take_failure()):
            raise failure


def _refuse_unreadable(dataset: DatasetReader, name: str, limits: ImageryLimits) -> None:
    if dataset.crs is None or dataset.transform.is_identity:
        raise NotGeoreferenced(
            f"{name} does not say where it lies. Georeference it, or if its CRS is known: "
            "gdal_translate -a_srs EPSG:… -a_ullr …"
        )
    if dataset.count < 3:
        palette = dataset.colorinterp[0] == ColorInterp.palette
        advice = "gdal_translate -expand rgb" if palette else "gdal_translate -b 1 -b 1 -b 1"
        raise WrongBands(
            f"{name} has {dataset.count} band(s); red, green and blue are needed. "
            f"Convert it: {advice}."
        )
    if set(dataset.dtypes[:3]) != {"uint8"}:
        raise WrongBands(
            f"{name} holds {dataset.dtypes[0]} values; 8-bit bands (0–255) are needed. "
            "Convert it: gdal_translate -ot Byte -scale."
        )
    block_px = max(height * width for height, width in dataset.block_shapes)
    if block_px > limits.max_image_px:
        raise ImageryTooLarge(
            f"{name} is stored in blocks of {block_px:,} px, which must be unpacked whole. "
            "Convert it: gdal_translate -of COG."
        )


def _layout_of(dataset: DatasetReader, name: str) -> _Layout:
    colours = list(dataset.colorinterp)
    wanted = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    named = all(colour in colours for colour in wanted)
    red, green, blue = (colours.index(c) + 1 for c in wanted) if named else (1, 2, 3)
    try:
        bounds_m = transform_bounds(dataset.crs, _MERCATOR, *dataset.bounds, densify_pts=21)
        m_per_px = _mercator_m_per_px(dataset)
    except RasterioError:
        bounds_m, m_per_px = (math.inf,) * 4, math.inf
    finite = all(map(math.isfinite, (*bounds_m, m_per_px))) and m_per_px > 0
    if not finite or not _touch(bounds_m, _WORLD_M):
        raise NotGeoreferenced(
            f"{name} lies outside web mercator (85° south to 85° north). Check its CRS."
        )
    return _Layout(
        bands=(red, green, blue),
        has_alpha=ColorInterp.alpha in colours,
        m_per_px=m_per_px,
        bounds_m=bounds_m,
        overviews=tuple(dataset.overviews(red)),
        width_px=dataset.width,
        height_px=dataset.height,
    )


def _mercator_m_per_px(dataset: DatasetReader) -> float:
    """The side of a square as large as the middle pixel, in EPSG:3857 metres."""
    column, row = dataset.width / 2, dataset.height / 2
    corners = [
        dataset.transform @ at for at in ((column, row), (column + 1, row), (column, row + 1))
    ]
    xs, ys = transform(dataset.crs, _MERCATOR, *zip(*corners, strict=True))
    across = (xs[1] - xs[0], ys[1] - ys[0])
    down = (xs[2] - xs[0], ys[2] - ys[0])
    return math.sqrt(abs(across[0] * down[1] - across[1] * down[0]))


def _info_of(dataset: DatasetReader, layout: _Layout, spec: ImagerySpec) -> ImageryInfo:
    native = round(math.log2(mercator_m_per_px(0) / layout.m_per_px))
    longest_px = max(layout.width_px, layout.height_px)
    smallest = max(0, native - math.ceil(math.log2(max(1.0, longest_px / TILE_PX))) - 1)
    west, south, east, north = transform_bounds(
        dataset.crs, CRS.from_epsg(4326), *dataset.bounds, densify_pts=21
    )
    return ImageryInfo(
        (west, south, east, north),
        smallest if spec.min_zoom is None else spec.min_zoom,
        native if spec.max_zoom is None else min(spec.max_zoom, native),
        dataset.count,
        spec.attribution,
    )


def _overview_for(shrunk: float, overviews: tuple[int, ...]) -> tuple[int | None, float]:
    """The coarsest overview that is still fine enough, and how much is left to shrink."""
    level, decimation = None, 1
    for index, candidate in enumerate(overviews):
        if candidate <= shrunk * (1 + 1e-3):
            level, decimation = index, candidate
    return level, shrunk / decimation


def _on_grid(dataset: DatasetReader, window: PixelWindow) -> tuple[int, int] | None:
    """Row and column of ``window`` in a file whose pixels are those of the grid; else None."""
    if dataset.crs != _MERCATOR:
        return None
    to_file = ~dataset.transform @ window.transform
    column, row = to_file @ (0, 0)
    far_column, far_row = to_file @ (window.width_px, window.height_px)
    off_px = (
        column - round(column),
        row - round(row),
        far_column - round(column) - window.width_px,
        far_row - round(row) - window.height_px,
        to_file.b * window.height_px,
        to_file.d * window.width_px,
    )
    if max(map(abs, off_px)) > _ALIGNED_WITHIN_PX:
        return None
    return round(row), round(column)


def _mask(dataset: DatasetReader, part: Window) -> NDArray[np.bool_]:
    """(H, W) bool: what the file's mask, alpha or nodata value shows as at least half there."""
    if all(MaskFlags.all_valid in flags for flags in dataset.mask_flag_enums):
        return np.ones((round(part.height), round(part.width)), np.bool_)
    mask: NDArray[np.uint8] = dataset.dataset_mask(window=part)
    return mask >= _HALF_OPAQUE


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
