"""Imagery as a folder of ``{z}/{x}/{y}.png`` (or jpg, jpeg, webp) files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.imagery.decode import decode_tile
from learner.imagery.errors import ImageryNotFound, ImageryTooLarge, ImageryUnreachable
from learner.imagery.source import ImageryInfo, Pixels
from learner.imagery.spec import ImageryLimits, ImagerySpec
from learner.imagery.stored import StoredTiles

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp")


class FolderSource(StoredTiles):
    """Tiles as files; rows count from the north, or from the south as gdal2tiles leaves them."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._root = Path(spec.location)
        if not self._root.is_dir():
            raise ImageryNotFound(f"There is no folder {spec.location}. Check the path.")
        # gdal2tiles writes this file exactly when it counts rows from the south (no --xyz).
        self._rows_from_south = (self._root / "tilemapresource.xml").is_file()
        super().__init__(spec, limits)

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
        high = max(zooms)
        columns: list[int] = []
        rows: list[int] = []
        for folder in _numbered(self._root / str(high)):
            columns.append(int(folder.name))
            rows.extend(self._rows(folder, high))
        if not rows:
            raise ImageryNotFound(
                f"The folder {self._spec.location} holds no images at zoom {high}."
            )
        return self._info_of(
            min(zooms),
            mercantile.Tile(min(columns), min(rows), high),
            mercantile.Tile(max(columns), max(rows), high),
            "",
        )

    def _flipped(self, row: int, zoom: int) -> int:
        return 2**zoom - 1 - row if self._rows_from_south else row


def _numbered(folder: Path) -> Iterator[Path]:
    """The folders in ``folder`` whose names are numbers."""
    return (path for path in folder.iterdir() if path.name.isdecimal() and path.is_dir())
