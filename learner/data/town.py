"""A seeded, plausible town with exact outlines: imagery for the demo and the tests.

Houses of many sizes and roofs along streets, trees over them, shadows, yards, fields, vehicles,
and sheds that are easy to miss; roofs share their colours with soil, slabs and roads, so colour
alone does not find them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import mercantile
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling
from shapely.geometry import LineString, MultiPolygon, Polygon, box, mapping

from learner.data.townscape.camera import photograph
from learner.data.townscape.canvas import Canvas, Sun
from learner.data.townscape.clutter import litter
from learner.data.townscape.ground import paint_ground, paint_standing_things
from learner.data.townscape.plan import plan_town
from learner.data.townscape.roofs import paint_buildings
from learner.data.townscape.style import USUAL, Style
from learner.data.townscape.things import Road
from learner.data.townscape.trees import paint_trees
from learner.grid import PixelWindow, ground_m_per_px

ORIGIN_LONLAT = (35.76, -6.18)
"""North-west corner in degrees unless told otherwise: open land near Dodoma, Tanzania."""
_EARTH_RADIUS_M = 6378137.0
_WORN_WIDER = 1.2


@dataclass(frozen=True, slots=True)
class Town:
    """A picture of a town and the truth about it.

    Attributes:
        pixels: (H, W, 3) uint8, red green blue.
        window: where it lies on the world pixel grid.
        buildings: exact outlines, EPSG:4326 (longitude, latitude): valid, apart from each other.
        roads: their surfaces with the worn edge, EPSG:4326: valid, over each other at crossings,
            and on beyond the picture.
    """

    pixels: NDArray[np.uint8]
    window: PixelWindow
    buildings: list[Polygon]
    roads: list[Polygon]


def generate_town(
    seed: int,
    columns: int,
    rows: int,
    zoom: int = 20,
    origin_tile: mercantile.Tile | None = None,
    built: float | None = None,
    asphalt: float | None = None,
    style: Style = USUAL,
) -> Town:
    """Builds and photographs a town of ``columns`` × ``rows`` tiles.

    Args:
        seed: the same seed and size give the same town, byte for byte on one machine.
        columns: tiles from west to east.
        rows: tiles from north to south.
        zoom: zoom of the pixel grid; at 20 a pixel is about 0.15 m.
        origin_tile: the north-west tile, at ``zoom``; near ``ORIGIN_LONLAT`` when None.
        built: how built-up it is everywhere, 0 to 1; None gives it a centre and hamlets.
        asphalt: share of the roads that are wide and paved, 0 to 1; None leaves most to dust.
        style: of the region; the usual one is the demo's.

    Raises:
        ValueError: no tiles are asked for, or the origin is at another zoom.
    """
    if columns < 1 or rows < 1:
        raise ValueError(f"a town needs at least one tile, not {columns} × {rows}")
    origin = origin_tile or mercantile.tile(*ORIGIN_LONLAT, zoom)
    if origin.z != zoom:
        raise ValueError(f"the origin tile is at zoom {origin.z}, the town at zoom {zoom}")
    window = PixelWindow.of_tiles(zoom, origin.x, origin.y, columns, rows)
    middle = mercantile.bounds(mercantile.Tile(origin.x, origin.y + rows // 2, zoom))
    m_per_px = ground_m_per_px(zoom, middle.south)

    rng = np.random.default_rng(seed)
    size_m = (window.width_px * m_per_px, window.height_px * m_per_px)
    layout = plan_town(rng, *size_m, built, asphalt, style)
    turn = rng.uniform(0, 2 * math.pi)
    sun = Sun(math.cos(turn), math.sin(turn), rng.uniform(0.45, 0.85))
    canvas = Canvas(np.zeros((*window.shape, 3), np.uint8), 1 / m_per_px, sun)
    paint_ground(rng, canvas, layout, style)
    paint_standing_things(rng, canvas, layout)
    litter(rng, canvas, layout, style.clutter)
    paint_buildings(canvas, layout.buildings, style)
    paint_trees(rng, canvas, layout.trees)
    outlines = [_to_lonlat(b.outline, window, m_per_px) for b in layout.buildings]
    roads = [_to_lonlat(_surface(road), window, m_per_px) for road in layout.roads]
    return Town(photograph(rng, canvas.pixels, style), window, outlines, roads)


def write_scene(town: Town, folder: Path) -> None:
    """Writes ``town`` as a scene folder.

    ``imagery.tif`` (EPSG:3857 on the pixel grid, tiled JPEG with overviews), ``labels.geojson``
    and ``aoi.geojson`` (EPSG:4326), and ``meta.json``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_imagery(town, folder / "imagery.tif")
    labels = [
        _feature(outline, {"building": "yes", "id": number})
        for number, outline in enumerate(town.buildings)
    ]
    _write_collection(folder / "labels.geojson", labels)
    west, south, east, north = town.window.bounds_m
    area = shapely.transform(box(west, south, east, north), _mercator_to_lonlat)
    _write_collection(folder / "aoi.geojson", [_feature(area, {})])
    meta = {
        "name": "built_in_town",
        "place": "A generated town; it lies nowhere, though it is placed near Dodoma, Tanzania",
        "class": "building",
        "licence": "CC0-1.0",
        "zoom_256": town.window.zoom,
        "buildings": len(town.buildings),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def _write_imagery(town: Town, path: Path) -> None:
    height, width = town.window.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=3,
        dtype="uint8",
        crs="EPSG:3857",
        transform=town.window.transform,
        tiled=True,
        blockxsize=512,
        blockysize=512,
        compress="jpeg",
        photometric="ycbcr",
        jpeg_quality=92,
    ) as file:
        file.write(np.moveaxis(town.pixels, -1, 0))
        levels = [2**n for n in range(1, 7) if max(height, width) >> n >= 128]
        file.build_overviews(levels, Resampling.average)


def _surface(road: Road) -> Polygon:
    """What people take for the road: a little more than its width, for its edges are ragged."""
    line = LineString(road.points)
    surface = line.buffer(road.width_m / 2 * _WORN_WIDER, cap_style="flat")
    assert isinstance(surface, Polygon)  # a road is in one piece
    return surface


def _to_lonlat(outline: Polygon, window: PixelWindow, m_per_px: float) -> Polygon:
    """From town metres to EPSG:4326."""

    def convert(points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        columns, rows = points_m.T / m_per_px
        west, north = window.transform @ (0, 0)
        size_m = window.transform.a
        return _mercator_to_lonlat(
            np.column_stack([west + columns * size_m, north - rows * size_m])
        )

    return shapely.transform(outline, convert)


def _mercator_to_lonlat(points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2) EPSG:3857 metres to (N, 2) longitude and latitude in degrees."""
    x_m, y_m = points_m.T
    lon = np.degrees(x_m / _EARTH_RADIUS_M)
    lat = np.degrees(2 * np.arctan(np.exp(y_m / _EARTH_RADIUS_M)) - math.pi / 2)
    return np.column_stack([lon, lat])


def _feature(shape: Polygon | MultiPolygon, properties: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(shape)}


def _write_collection(path: Path, features: list[dict[str, object]]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features})
    path.write_text(text + "\n", encoding="utf-8")
