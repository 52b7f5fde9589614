"""Imagery as a folder of ``{z}/{x}/{y}.png`` (or jpg, jpeg, webp) files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.decode import decode_tile
from learner.imagery.errors import ImageryNotFound, ImageryTooLarge, ImageryUnreachable
from learner.imagery.footprint import shown_by_list
from learner.imagery.mosaic import read_mosaic
from learner.imagery.source import ImageryInfo, Pixels, check_window
from learner.imagery.spec import ImageryLimits, ImagerySpec

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")


class FolderSource:
    """Tiles as files; rows count from the north, or from the south as gdal2tiles leaves them."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._spec = spec
        self._limits = limits
        self._root = Path(spec.location)
        if not self._root.is_dir():
            raise ImageryNotFound(f"There is no folder {spec.location}. Check the path.")
        # gdal2tiles writes this file exactly when it counts rows from the south (no --xyz).
        self._rows_from_south = (self._root / "tilemapresource.xml").is_file()
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

    def _held(self, zoom: int, bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        west, east = bounds[:, 0].tolist()
        for folder in _numbered(self._root / str(zoom)):
            if west <= int(folder.name) <= east:
                yield from ((int(folder.name), row) for row in self._rows(folder, zoom))

    def _rows(self, folder: Path, zoom: int) -> Iterator[int]:
        """Of the images in one column's folder, from the north."""
        for file in folder.iterdir():
            if file.suffix in _ENDINGS and file.stem.isdecimal():
                yield self._flipped(int(file.stem), zoom)

    def _load(self, tiles: Sequence[mercantile.Tile]) -> list[Pixels | None]:
        return [self._tile(tile) for tile in tiles]

    def _tile(self, tile: mercantile.Tile) -> Pixels | None:
        stem = self._root / str(tile.z) / str(tile.x) / str(self._flipped(tile.y, tile.z))
        for ending in _ENDINGS:
            path = stem.with_name(stem.name + ending)
            if path.is_file():
                name = str(path.relative_to(self._root))
                return decode_tile(self._bytes(path, name), name, self._limits.max_image_px)
        return None

    def _bytes(self, path: Path, name: str) -> bytes:
        try:
            if path.stat().st_size > self._limits.max_response_bytes:
                raise ImageryTooLarge(f"The file {name} is too large for a map tile.")
            return path.read_bytes()
        except OSError as error:
            raise ImageryUnreachable(
                f"The file {name} cannot be read ({error}).", tile=name
            ) from error

    def _describe(self) -> ImageryInfo:
        zooms = [int(path.name) for path in _numbered(self._root) if any(_numbered(path))]
        if not zooms:
            raise ImageryNotFound(
                f"The folder {self._spec.location} holds no {{z}}/{{x}}/{{y}} tiles."
            )
        spec = self._spec
        low, high = min(zooms), max(zooms)
        return ImageryInfo(
            self._bounds(high),
            low if spec.min_zoom is None else spec.min_zoom,
            high if spec.max_zoom is None else min(spec.max_zoom, high),
            3,
            spec.attribution,
        )

    def _bounds(self, zoom: int) -> tuple[float, float, float, float]:
        columns: list[int] = []
        rows: list[int] = []
        for folder in _numbered(self._root / str(zoom)):
            columns.append(int(folder.name))
            rows.extend(self._rows(folder, zoom))
        if not rows:
            raise ImageryNotFound(
                f"The folder {self._spec.location} holds no images at zoom {zoom}."
            )
        corner_nw = mercantile.bounds(mercantile.Tile(min(columns), min(rows), zoom))
        corner_se = mercantile.bounds(mercantile.Tile(max(columns), max(rows), zoom))
        return corner_nw.west, corner_se.south, corner_se.east, corner_nw.north

    def _flipped(self, row: int, zoom: int) -> int:
        return 2**zoom - 1 - row if self._rows_from_south else row


def _numbered(folder: Path) -> Iterator[Path]:
    """The folders in ``folder`` whose names are numbers."""
    return (path for path in folder.iterdir() if path.name.isdecimal() and path.is_dir())
