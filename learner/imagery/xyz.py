"""Imagery served as map tiles over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.cache import DiskCache, MemoryCache, TileCache
from learner.imagery.decode import decode_tile
from learner.imagery.fetch import Fetcher
from learner.imagery.mosaic import read_mosaic
from learner.imagery.source import ImageryInfo, Pixels, check_window
from learner.imagery.spec import ImageryLimits, ImagerySpec
from learner.imagery.template import TileTemplate

_DEEPEST_ZOOM = 22


@dataclass(frozen=True, slots=True)
class TileCounts:
    """Tiles read so far; ``missing`` are those that the server does not have."""

    found: int = 0
    missing: int = 0


class XyzSource:
    """Tiles behind a template, fetched side by side and kept."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits, cache_dir: Path | None) -> None:
        self._spec = spec
        self._limits = limits
        self._template = TileTemplate.parse(spec.location)
        self._fetcher = Fetcher(limits)
        self._cache: TileCache = DiskCache(cache_dir) if cache_dir else MemoryCache()
        self._pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="tiles")
        self._lock = threading.Lock()
        self._under_way: dict[mercantile.Tile, Future[Pixels | None]] = {}
        self._counts = TileCounts()

    @property
    def spec(self) -> ImagerySpec:
        return self._spec

    @property
    def counts(self) -> TileCounts:
        """How many tiles were found and missing since this source was opened."""
        return self._counts

    def describe(self) -> ImageryInfo:
        """Zooms as the spec says, else as the template's prefix says; nothing is fetched."""
        low = _first(self._spec.min_zoom, self._template.min_zoom, 0)
        high = _first(self._spec.max_zoom, self._template.max_zoom, _DEEPEST_ZOOM)
        return ImageryInfo(None, low, high, 3, self._spec.attribution)

    def read(self, window: PixelWindow) -> Pixels:
        info = self.describe()
        check_window(window, info, self._limits)
        return read_mosaic(window, info.max_zoom, self._load)

    def shows(self, zoom: int, xy: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.ones(len(xy), np.bool_)  # a server lists nothing; each tile would be a request

    def _load(self, tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
        return [future.result() for future in [self._ask(tile) for tile in tiles]]

    def _ask(self, tile: mercantile.Tile) -> Future[Pixels | None]:
        """The tile to come; threads that need the same one share one request."""
        with self._lock:
            if tile in self._under_way:
                return self._under_way[tile]
            future = self._under_way[tile] = self._pool.submit(self._tile, tile)
        future.add_done_callback(lambda _: self._forget(tile))
        return future

    def _forget(self, tile: mercantile.Tile) -> None:
        with self._lock:
            self._under_way.pop(tile, None)

    def _tile(self, tile: mercantile.Tile) -> Pixels | None:
        name = f"{tile.z}/{tile.x}/{tile.y}"
        url = self._template.url(tile)
        key = f"{self._template.pattern} {name}"
        data = self._cache.get(key)
        known = data is not None
        if data is None:
            fetched = self._fetcher.get(url, asked=name)
            data = fetched.body if fetched else b""
        shown = None
        if data:
            where = f"Tile {name} from {urlsplit(url).hostname}"
            shown = decode_tile(data, where, self._limits.max_image_px)
        if not known:  # kept only now: what cannot be decoded is asked for again
            self._cache.put(key, data)
        self._count(found=shown is not None)
        return shown

    def _count(self, *, found: bool) -> None:
        with self._lock:
            counts = self._counts
            self._counts = TileCounts(counts.found + found, counts.missing + (not found))


def _first(*values: int | None) -> int:
    """The first that is given."""
    return next(value for value in values if value is not None)
