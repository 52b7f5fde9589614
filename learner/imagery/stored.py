"""What sources of stored tiles share, whatever they are stored in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.footprint import shown_by_list
from learner.imagery.mosaic import read_mosaic
from learner.imagery.source import ImageryInfo, Pixels, check_window
from learner.imagery.spec import ImageryLimits, ImagerySpec


class StoredTiles(ABC):
    """Tiles of this machine, whose places can be listed without reading them."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._spec = spec
        self._limits = limits
        self._info = self._describe()

    @property
    def spec(self) -> ImagerySpec:
        return self._spec

    def describe(self) -> ImageryInfo:
        return self._info

    def read(self, window: PixelWindow) -> Pixels:
        check_window(window, self._info, self._limits)
        return read_mosaic(window, self._info.max_zoom, self._load)

    def shows(self, zoom: int, xy: NDArray[np.int64]) -> NDArray[np.bool_]:
        return shown_by_list(self._held, self._info.max_zoom, zoom, xy)

    def _load(self, tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
        return [self._tile(tile) for tile in tiles]

    def _info_of(
        self, low: int, north_west: mercantile.Tile, south_east: mercantile.Tile, attribution: str
    ) -> ImageryInfo:
        """Of tiles from zoom ``low`` on; the corners are those of the highest zoom."""
        spec, high = self._spec, north_west.z
        corner_nw, corner_se = mercantile.bounds(north_west), mercantile.bounds(south_east)
        return ImageryInfo(
            (corner_nw.west, corner_se.south, corner_se.east, corner_nw.north),
            low if spec.min_zoom is None else spec.min_zoom,
            high if spec.max_zoom is None else min(spec.max_zoom, high),
            3,
            spec.attribution or attribution,
        )

    @abstractmethod
    def _describe(self) -> ImageryInfo:
        """By :meth:`_info_of`, from what is stored."""

    @abstractmethod
    def _tile(self, tile: mercantile.Tile) -> Pixels | None:
        """One tile, None where none is stored."""

    @abstractmethod
    def _held(self, zoom: int, bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Columns and rows of stored tiles that may lie in ``bounds`` ((2, 2): west and north,
        east and south, both ends included)."""
