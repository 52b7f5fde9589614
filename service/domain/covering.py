"""Which tiles an area takes: counted before they are made, made by descending from large tiles.

Those that the imagery does not show are left out: nobody is asked about nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import mercantile
import numpy as np
import shapely
from numpy.typing import NDArray

from learner.imagery.source import ImagerySource
from service.domain.area import Area
from service.domain.imagery import refusing_imagery
from service.errors import AreaRefused, AreaTooLarge
from service.reasons import Notice
from service.states import CampaignNotice, TileRole

# A tile belongs to the area when the area reaches this far into it, as a share of its side. An area
# that was cut along tile edges touches the tiles beyond by slivers: its coordinates were rounded.
REACH_LEAST = 0.005
SHARD_ZOOMS = 5  # a shard is the parent tile this many zooms up: at most 1,024 tiles


@dataclass(frozen=True, slots=True)
class Covering:
    """The tiles of an area.

    Attributes:
        zoom: zoom of all tiles.
        xy: (N, 2) int64, columns x and y.
    """

    zoom: int
    xy: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.xy)

    def bounds(self) -> NDArray[np.float64]:
        """(N, 4) float64: west, south, east, north in degrees, EPSG:4326."""
        return tile_bounds(self.zoom, self.xy)

    def within(self, bounds_4326: tuple[float, float, float, float]) -> Covering:
        """The tiles whose inside meets a box: west, south, east, north in degrees."""
        west, south, east, north = self.bounds().T
        w, s, e, n = bounds_4326
        return Covering(self.zoom, self.xy[(west < e) & (east > w) & (south < n) & (north > s)])


def tile_bounds(zoom: int, xy: NDArray[np.int64]) -> NDArray[np.float64]:
    """Edges of tiles, (N, 4) float64 degrees: west, south, east, north (as mercantile's)."""
    side = 2.0**zoom
    x, y = xy.astype(np.float64).T

    def latitude(row: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / side))))

    return np.column_stack(
        (x / side * 360 - 180, latitude(y + 1), (x + 1) / side * 360 - 180, latitude(y))
    )


def cover(area: shapely.MultiPolygon, zoom: int, most_tiles: int) -> Covering:
    """The tiles into which ``area`` (EPSG:4326) reaches by ``REACH_LEAST`` of their side.

    Descends from the largest tiles: what lies wholly inside is not looked at again, so the work
    grows with the length of the border, and an area that is too large is refused on the way down.
    An area that reaches so far into none takes the tile that holds most of it.

    Raises:
        AreaTooLarge: more than ``most_tiles``; the message estimates how many, and which zoom fits.
    """
    shapely.prepare(area)
    start = _starting_zoom(area, zoom)
    edge = np.array([(t.x, t.y) for t in mercantile.tiles(*area.bounds, zooms=[start])], np.int64)
    inside = np.empty((0, 2), np.int64)
    for level in range(start, zoom + 1):
        boxes = shapely.box(*tile_bounds(level, edge).T)
        meets = shapely.intersects(area, boxes)
        edge, boxes = edge[meets], boxes[meets]
        whole = shapely.contains_properly(area, boxes)
        inside = np.concatenate((inside, edge[whole]))
        edge, boxes = edge[~whole], boxes[~whole]
        _refuse_too_many(len(inside) * 4 ** (zoom - level), area, zoom, most_tiles)
        if level < zoom:
            # Quarters of the border tiles are looked at one by one: bound that work, too.
            _refuse_too_many(len(edge) // 4, area, zoom, most_tiles)
            edge, inside = _quarters(edge), _quarters(inside)
    taken = edge[shapely.intersects(area, shapely.box(*_inner_bounds(zoom, edge).T))]
    if len(inside) + len(taken) == 0:
        taken = edge[[int(np.argmax(shapely.area(shapely.intersection(area, boxes))))]]
    xy = np.concatenate((inside, taken))
    _refuse_too_many(len(xy), area, zoom, most_tiles)
    return Covering(zoom, xy[np.lexsort((xy[:, 0], xy[:, 1]))])


def cover_imagery(
    area: Area, zoom: int, source: ImagerySource, most_tiles: int
) -> tuple[Covering, list[Notice]]:
    """The area's tiles, those without imagery left out with a notice.

    Raises:
        AreaTooLarge: see :func:`service.domain.covering.cover`.
        AreaRefused: no tile lies within the imagery.
        ImageryRefused: it does not answer.
    """
    covering = cover(area.shape, zoom, most_tiles)
    within, bounds = covering, source.describe().bounds_4326
    if bounds is not None:
        within = covering.within(bounds)
        if len(within) == 0:
            west, south, east, north = bounds
            raise AreaRefused(
                f"The area lies outside the imagery, which reaches from {west:.5f}, {south:.5f} "
                f"to {east:.5f}, {north:.5f} (longitude, latitude).",
                cause="outside-imagery",
                imagery_bounds=bounds,
            )
    with refusing_imagery():
        shown = source.shows(zoom, within.xy)
    if shown.any():  # else the first look at a tile says what is wrong
        within = Covering(zoom, within.xy[shown])
    left_out = len(covering) - len(within)
    notice = Notice(
        CampaignNotice.TILES_BEYOND_IMAGERY,
        f"{left_out} of {len(covering)} tiles lie beyond the imagery's edges; left out.",
        {"count": left_out, "total": len(covering)},
    )
    return within, [notice] if left_out else []


def _inner_bounds(zoom: int, xy: NDArray[np.int64]) -> NDArray[np.float64]:
    """Like :func:`tile_bounds`, without a rim of ``REACH_LEAST``."""
    west, south, east, north = tile_bounds(zoom, xy).T
    x_rim, y_rim = REACH_LEAST * (east - west), REACH_LEAST * (north - south)
    return np.column_stack((west + x_rim, south + y_rim, east - x_rim, north - y_rim))


def shard_names(covering: Covering) -> list[str]:
    """For each tile, the quadkey of its parent ``SHARD_ZOOMS`` up."""
    up = min(SHARD_ZOOMS, covering.zoom)
    parents, which = np.unique(covering.xy >> up, axis=0, return_inverse=True)
    names = [mercantile.quadkey(int(x), int(y), covering.zoom - up) for x, y in parents]
    return [names[index] for index in which.ravel()]


def draw_roles(count: int, audit_size: int, seed: int) -> list[TileRole]:
    """A role for each of ``count`` tiles: ``audit_size`` of them, drawn at random, are audit."""
    audit = np.zeros(count, bool)
    audit[np.random.default_rng(seed).choice(count, audit_size, replace=False)] = True
    return [TileRole.AUDIT if drawn else TileRole.POOL for drawn in audit]


def _starting_zoom(area: shapely.MultiPolygon, zoom: int) -> int:
    """A zoom at which the area's bounding box takes a handful of tiles."""
    west, south, east, north = area.bounds
    widest_deg = max(east - west, north - south, 1e-9)
    return max(0, min(zoom, int(math.log2(360 / widest_deg)) - 1))


def _quarters(xy: NDArray[np.int64]) -> NDArray[np.int64]:
    corners = np.array([(0, 0), (1, 0), (0, 1), (1, 1)], np.int64)
    return (2 * xy[:, None, :] + corners).reshape(-1, 2)


def _refuse_too_many(count: int, area: shapely.MultiPolygon, zoom: int, most_tiles: int) -> None:
    if count <= most_tiles:
        return
    estimate = max(count, _estimate(area, zoom))
    fits = zoom - math.ceil(math.log(estimate / most_tiles, 4))
    raise AreaTooLarge(
        f"The area takes about {estimate:,} tiles at zoom {zoom}; the limit is {most_tiles:,}. "
        + (f"Choose zoom {fits}, or a smaller area." if fits >= 0 else "Choose a smaller area."),
        estimate=estimate,
        limit=most_tiles,
    )


def _estimate(area: shapely.MultiPolygon, zoom: int) -> int:
    """Tiles by surface: the area in square web mercator metres over that of a tile."""

    def mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = np.radians(lonlat).T
        return np.column_stack((x, np.log(np.tan(np.pi / 4 + y / 2)))) / (2 * np.pi)

    share_of_world = float(shapely.transform(area, mercator).area)
    return math.ceil(share_of_world * float(4**zoom))
