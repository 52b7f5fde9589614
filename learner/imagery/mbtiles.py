"""Imagery in one MBTiles file (https://github.com/mapbox/mbtiles-spec, version 1.3)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.imagery.decode import decode_tile
from learner.imagery.errors import ImageryNotFound, ImageryUnreachable, NotAnImage, WrongBands
from learner.imagery.source import ImageryInfo, Pixels
from learner.imagery.spec import ImageryLimits, ImagerySpec
from learner.imagery.stored import StoredTiles

_STEPS_BETWEEN_CHECKS = 100_000


class MbtilesSource(StoredTiles):
    """Tiles in an SQLite file, which may come from a stranger: opened to read, and on a clock."""

    def __init__(self, spec: ImagerySpec, limits: ImageryLimits) -> None:
        self._path = Path(spec.location)
        self._local = threading.local()
        if not self._path.is_file():
            raise ImageryNotFound(f"There is no file {spec.location}. Check the path.")
        super().__init__(spec, limits)

    def _held(self, zoom: int, bounds: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        (west, north), (east, south) = bounds.tolist()
        last = 2**zoom - 1  # rows of the file count from the south
        found = self._query(
            "SELECT tile_column, tile_row FROM tiles WHERE zoom_level=?"
            " AND tile_column BETWEEN ? AND ? AND tile_row BETWEEN ? AND ?",
            (zoom, west, east, last - south, last - north),
        )
        return ((column, last - row) for column, row in found)

    def _tile(self, tile: mercantile.Tile) -> Pixels | None:
        tms_row = 2**tile.z - 1 - tile.y
        rows = self._query(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (tile.z, tile.x, tms_row),
        )
        if not rows or not rows[0][0]:
            return None
        data = rows[0][0]
        name = f"Tile {tile.z}/{tile.x}/{tile.y} of {self._path.name}"
        if not isinstance(data, bytes):
            raise NotAnImage(f"{name} is no image. The file is broken; make it again.")
        return decode_tile(data, name, self._limits.max_image_px)

    def _describe(self) -> ImageryInfo:
        metadata = {str(name): str(value) for name, value in self._metadata()}
        kind = metadata.get("format", "png").lower()
        if kind in ("pbf", "mvt"):
            raise WrongBands(f"{self._path.name} holds vector tiles. Give an MBTiles of imagery.")
        zooms = self._query("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
        if zooms[0] is None:
            raise ImageryNotFound(f"{self._path.name} holds no tiles at all.")
        low, high = (int(zoom) for zoom in zooms)
        # The metadata's bounds are often those of the world.
        west, east, south, north = self._query(
            "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
            " FROM tiles WHERE zoom_level=?",
            (high,),
        )[0]
        last = 2**high - 1
        return self._info_of(
            low,
            mercantile.Tile(west, last - north, high),
            mercantile.Tile(east, last - south, high),
            metadata.get("attribution", ""),
        )

    def _metadata(self) -> list[tuple[Any, Any]]:
        try:
            return [(row[0], row[1]) for row in self._query("SELECT name, value FROM metadata")]
        except NotAnImage:
            return []  # the table is missing: the tiles alone are enough

    def _query(self, sql: str, values: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            connection = self._connection()
            self._local.ends_s = time.monotonic() + self._limits.timeout_s
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise ImageryUnreachable(
                    f"{self._path.name} takes too long to answer. Make it again with an index."
                ) from error
            raise self._not_mbtiles(error) from error
        except sqlite3.DatabaseError as error:
            raise self._not_mbtiles(error) from error

    def _not_mbtiles(self, error: Exception) -> NotAnImage:
        return NotAnImage(f"{self._path.name} is not an MBTiles file ({error}). Make it again.")

    def _connection(self) -> sqlite3.Connection:
        """One connection a thread; SQLite closes it when the thread ends."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.max_response_bytes)
            connection.execute("PRAGMA trusted_schema=OFF")
            # A view in a hostile file can run for ever.
            connection.set_progress_handler(self._too_late, _STEPS_BETWEEN_CHECKS)
            self._local.connection = connection
        return connection

    def _too_late(self) -> bool:
        ends_s: float = getattr(self._local, "ends_s", 0.0)
        return time.monotonic() > ends_s
