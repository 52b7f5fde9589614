"""What every reader of imagery offers, and the one door to all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.errors import ImageryTooLarge, ZoomOutsideImagery
from learner.imagery.spec import ImageryKind, ImageryLimits, ImagerySpec

OVERZOOM_MOST = 2
"""Zooms beyond the native one that are still read, enlarged: beyond, there is only blur."""

_BLACKEST, _WHITEST = 2, 253
"""JPEG leaves what was black or white a little off."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """What a window shows.

    Attributes:
        pixels: (H, W, 3) uint8, red green blue, 0 where there is no imagery.
        valid: (H, W) bool, where there is imagery.
    """

    pixels: NDArray[np.uint8]
    valid: NDArray[np.bool_]

    @classmethod
    def empty(cls, window: PixelWindow) -> Pixels:
        """No imagery at all in ``window``; the arrays are fresh and may be written to."""
        return cls(np.zeros((*window.shape, 3), np.uint8), np.zeros(window.shape, np.bool_))


def visible(pixels: NDArray[np.uint8], valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where there is anything to look at: imagery that is neither black nor white.

    Files often fill what they do not cover with either and do not say so. Where a tile has nothing
    else, nobody can map there, whatever it is.

    Args:
        pixels: (H, W, 3) uint8.
        valid: (H, W) bool.

    Returns:
        (H, W) bool.
    """
    coloured = (pixels.max(axis=2) > _BLACKEST) & (pixels.min(axis=2) < _WHITEST)
    return np.asarray(valid & coloured)


@dataclass(frozen=True, slots=True)
class ImageryInfo:
    """What a source says of itself.

    Attributes:
        bounds_4326: (west, south, east, north) in degrees; None when the source cannot know.
        min_zoom: the lowest zoom it can be read at.
        max_zoom: its native zoom in 256-px tiles; it can be read ``OVERZOOM_MOST`` beyond.
        band_count: bands of the file or image, before three of them are taken.
        attribution: whom to thank, as the spec or the file says.
    """

    bounds_4326: tuple[float, float, float, float] | None
    min_zoom: int
    max_zoom: int
    band_count: int
    attribution: str


class ImagerySource(Protocol):
    """Imagery that can be read by windows of world pixels, from any thread."""

    @property
    def spec(self) -> ImagerySpec:
        """The value this source was opened from."""

    def describe(self) -> ImageryInfo:
        """What the source covers, and how deep it goes."""

    def read(self, window: PixelWindow) -> Pixels:
        """The pixels of ``window``.

        Raises:
            ZoomOutsideImagery: the window's zoom is below ``min_zoom`` or too far beyond the
                native one.
            ImageryTooLarge: the window, or what must be read for it, is over the limits.
            ImageryUnreachable, NotAnImage, AddressRefused: the source failed.
        """

    def shows(self, zoom: int, xy: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which tiles have imagery, as far as can be told without reading each of them.

        Args:
            zoom: of the tiles, one that can be read.
            xy: (N, 2) int64, their columns and rows; N is at least 1.

        Returns:
            (N,) bool; true where it cannot be told.

        Raises:
            ImageryUnreachable, NotAnImage, AddressRefused: the source failed.
        """


def open_source(
    spec: ImagerySpec, *, limits: ImageryLimits | None = None, cache_dir: Path | None = None
) -> ImagerySource:
    """Opens imagery of any kind.

    Args:
        spec: what to open.
        limits: what to refuse; the defaults of :class:`ImageryLimits` when None.
        cache_dir: a folder for downloaded tiles, which several processes may share; without it
            only a few recent tiles are kept in memory.

    Raises:
        ImageryError: the location is missing, unreadable, refused or not understood.
    """
    limits = limits or ImageryLimits()
    # Imported where needed: a process that serves tiles from a template needs no GDAL.
    match spec.kind:
        case ImageryKind.SCENE:
            from learner.imagery.scene import SceneSource

            return SceneSource(spec, limits)
        case ImageryKind.XYZ:
            from learner.imagery.xyz import XyzSource

            return XyzSource(spec, limits, cache_dir)
        case ImageryKind.MBTILES:
            from learner.imagery.mbtiles import MbtilesSource

            return MbtilesSource(spec, limits)
        case ImageryKind.FOLDER:
            from learner.imagery.folder import FolderSource

            return FolderSource(spec, limits)


def check_window(window: PixelWindow, info: ImageryInfo, limits: ImageryLimits) -> None:
    """Refuses a window that a source described by ``info`` cannot or must not read.

    Raises:
        ZoomOutsideImagery: it is too coarse, or too fine, for the imagery.
        ImageryTooLarge: it has more pixels than the limits allow.
    """
    if not info.min_zoom <= window.zoom <= info.max_zoom + OVERZOOM_MOST:
        raise ZoomOutsideImagery(
            f"Zoom {window.zoom} is outside this imagery: it has zooms {info.min_zoom} to "
            f"{info.max_zoom}, and is enlarged up to zoom {info.max_zoom + OVERZOOM_MOST}. "
            "Choose a zoom in that range."
        )
    if window.width_px * window.height_px > limits.max_image_px:
        raise ImageryTooLarge(
            f"A window of {window.width_px} × {window.height_px} px was asked for at once; "
            f"at most {limits.max_image_px:,} px are read. Read it in smaller windows."
        )
