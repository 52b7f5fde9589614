"""GeoTIFFs that the tests of scenes make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from learner.grid import PixelWindow
from learner.imagery.source import ImagerySource, open_source
from learner.imagery.spec import ImageryKind, ImageryLimits, ImagerySpec

AREA = PixelWindow(18, 256 * 156_000, 256 * 135_000, 700, 520)


def smooth_picture(height: int, width: int) -> np.ndarray:
    """(H, W, 3) uint8 without sharp edges, so that resampling changes little."""
    y, x = np.mgrid[0:height, 0:width] / 40.0
    waves = [np.sin(x), np.cos(y), np.sin(0.6 * (x + y))]
    return np.dstack([128 + 90 * wave for wave in waves]).astype(np.uint8)


PICTURE = smooth_picture(*AREA.shape)


def write_tif(path: Path, bands: np.ndarray = PICTURE, **options: Any) -> Path:
    """``bands`` (H, W, N) as a GeoTIFF over AREA, unless told otherwise."""
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "height": bands.shape[0],
        "width": bands.shape[1],
        "count": bands.shape[2],
        "dtype": bands.dtype,
        "crs": "EPSG:3857",
        "transform": AREA.transform,
    }
    mask = options.pop("mask", None)
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(path, "w", **profile | options) as file,
    ):
        file.write(np.moveaxis(bands, -1, 0))
        if mask is not None:
            file.write_mask(mask)
    return path


def opened(path: Path | str, limits: ImageryLimits | None = None) -> ImagerySource:
    return open_source(ImagerySpec(ImageryKind.SCENE, str(path)), limits=limits)
