"""A GeoTIFF, cloud-optimised or not, on disk or behind http(s), in any CRS."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from learner.grid import PixelWindow, mercator_m_per_px
from learner.imagery.errors import (
    ImageryNotFound,
    ImageryTooLarge,
    NotAnImage,
)
from learner.imagery.footprint import shown_from_afar
from learner.imagery.jpeg_blocks import KEPT, JpegBlocks
from learner.imagery.layout import (
    MERCATOR,
    info_of,
    layout_of,
    refuse_unreadable,
    touch,
)
from learner.imagery.remote import RemoteFile
from learner.imagery.source import ImageryInfo, Pixels, check_window
from learner.imagery.spec import ImageryLimits, ImagerySpec

_HALF_OPAQUE = 128
_ALIGNED_WITHIN_PX = 0.01
_SOURCE_PX_MOST = 8
"""A read may touch so many times ``max_image_px`` of the file's own pixels."""
_ENV: dict[str, str | int | bool] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # no side files: a scene is one file
    "GDAL_PAM_ENABLED": False,
    "GDAL_CACHEMAX": 64_000_000,  # bytes; the default is a twentieth of the machine
}


def keep_decoded(most_bytes: int) -> None:
    """Bound the decoded pixels that this process keeps for its next reads; else it is 64 MB.

    GDAL asks once, at the first read. What pays where neighbouring blocks are read one after the
    other is memory for nothing where single tiles are shown.
    """
    _ENV["GDAL_CACHEMAX"] = most_bytes
    KEPT.bound(most_bytes)


class SceneSource:
    """One georeferenced raster; each thread reads through its own handles."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._spec = spec
        self._limits = limits
        self._local = threading.local()
        self._opened: weakref.WeakSet[DatasetReader] = weakref.WeakSet()
        # Before Python ends: GDAL must not ask for bytes of a Python object that is gone.
        weakref.finalize(self, _close_all, self._opened)
        self._remote: RemoteFile | None = None
        self._jpeg: JpegBlocks | None = None
        if spec.is_remote:
            self._remote = RemoteFile(spec.location, limits)
            self._name = Path(urlsplit(spec.location).path).name or self._remote.host
        elif Path(spec.location).is_file():
            self._name = Path(spec.location).name
            self._jpeg = JpegBlocks(Path(spec.location))
        else:
            raise ImageryNotFound(f"There is no file {spec.location}. Check the path.")
        with self._reading():
            dataset = self._dataset(None)
            refuse_unreadable(dataset, self._name, limits)
            self._layout = layout_of(dataset, self._name)
            self._info = info_of(dataset, self._layout, spec)

    @property
    def spec(self) -> ImagerySpec:
        return self._spec

    def describe(self) -> ImageryInfo:
        return self._info

    def read(self, window: PixelWindow) -> Pixels:
        check_window(window, self._info, self._limits)
        if not touch(window.bounds_m, self._layout.bounds_m):
            return Pixels.empty(window)
        shrunk = mercator_m_per_px(window.zoom) / self._layout.m_per_px
        level, left = _overview_for(shrunk, self._layout.overviews)
        with self._reading():
            dataset = self._dataset(level)
            if (place := _on_grid(dataset, window)) is not None:
                return self._copied(dataset, window, *place)
            self._refuse_slow(dataset, window, left)
            return self._warped(dataset, window, left)

    def shows(self, zoom: int, xy: NDArray[np.int64]) -> NDArray[np.bool_]:
        try:
            return shown_from_afar(self.read, self._info.min_zoom, zoom, xy)
        except ImageryTooLarge:  # without overviews a look from afar reads everything
            return np.ones(len(xy), np.bool_)

    def _copied(self, dataset: DatasetReader, window: PixelWindow, row: int, column: int) -> Pixels:
        """The window as it is stored: nothing is resampled."""
        top, left = max(0, row), max(0, column)
        bottom = min(dataset.height, row + window.height_px)
        right = min(dataset.width, column + window.width_px)
        if top >= bottom or left >= right:
            return Pixels.empty(window)
        part = Window(left, top, right - left, bottom - top)
        inside = np.s_[top - row : bottom - row, left - column : right - column]
        pixels = self._decoded(dataset, part)
        valid = _mask(dataset, part)
        if not valid.all():
            pixels[~valid] = 0
        if valid.shape == window.shape:
            return Pixels(pixels, valid)
        shown = Pixels.empty(window)
        shown.valid[inside], shown.pixels[inside] = valid, pixels
        return shown

    def _decoded(self, dataset: DatasetReader, part: Window) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB."""
        if self._jpeg is not None:
            pixels = self._jpeg.read(dataset, self._layout.bands, part)
            if pixels is not None:
                return pixels
        bands = dataset.read(self._layout.bands, window=part)
        merged: NDArray[np.uint8] = cv2.merge(list(bands))  # in a tenth of NumPy's time
        return merged

    def _warped(self, dataset: DatasetReader, window: PixelWindow, shrunk: float) -> Pixels:
        """The window resampled onto the grid: averaged when it shrinks, bilinear otherwise."""
        average = shrunk > 1 + _ALIGNED_WITHIN_PX
        with WarpedVRT(
            dataset,
            crs=MERCATOR,
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
            self._opened.add(handles[level])
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


def _close_all(datasets: Iterable[DatasetReader]) -> None:
    for dataset in list(datasets):
        dataset.close()


def _overview_for(shrunk: float, overviews: tuple[int, ...]) -> tuple[int | None, float]:
    """The coarsest overview that is still fine enough, and how much is left to shrink."""
    level, decimation = None, 1
    for index, candidate in enumerate(overviews):
        if candidate <= shrunk * (1 + 1e-3):
            level, decimation = index, candidate
    return level, shrunk / decimation


def _on_grid(dataset: DatasetReader, window: PixelWindow) -> tuple[int, int] | None:
    """Row and column of ``window`` in a file whose pixels are those of the grid; else None."""
    if dataset.crs != MERCATOR:
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
