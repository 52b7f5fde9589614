"""Makes the practice tiles: four places of the generated town, whose truth is known.

``python labeling_ui/practice/make.py`` writes ``labeling_ui/public/tutorial``; the files are kept
in the repository, so that building the page needs no Python.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import mercantile
import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from shapely.geometry import Polygon, box, mapping

from learner.data.rasterise import rasterise
from learner.data.town import Town, generate_town
from learner.grid import TILE_PX, PixelWindow

FOLDER = Path(__file__).parents[1] / "public" / "tutorial"
SEED, COLUMNS, ROWS = 7, 12, 9
JPEG_QUALITY = 82
# Column and row in the town, and what the lesson is about.
LESSONS = (("right", 6, 6), ("fix", 6, 5), ("nothing", 3, 6), ("cloud", 7, 4))
LEAST_SHARE = 0.15  # of a building that must lie in the tile to be asked about


def main() -> None:
    town = generate_town(SEED, COLUMNS, ROWS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    lessons = [_lesson(town, name, column, row) for name, column, row in LESSONS]
    (FOLDER / "lessons.json").write_text(json.dumps(lessons, separators=(",", ":")) + "\n")
    _picture(town)


def _lesson(town: Town, name: str, column: int, row: int) -> dict[str, Any]:
    x, y = town.window.col_px // TILE_PX + column, town.window.row_px // TILE_PX + row
    tile = mercantile.Tile(x, y, town.window.zoom)
    around = PixelWindow.of_tiles(tile.z, x - 1, y - 1, 3, 3)
    pixels = _cut(town, column, row)
    square = box(*mercantile.bounds(tile))
    truth = [
        building
        for building in town.buildings
        if building.intersection(square).area > LEAST_SHARE * building.area
    ]
    shown, missed = list(truth), []
    if name == "fix":
        missed = [min(truth, key=lambda one: one.centroid.distance(square.centroid))]
        shown = [one for one in truth if one not in missed] + [_wrong(tile, 0.62, 0.1)]
    if name == "nothing":
        shown = [_wrong(tile, 0.3, 0.4)]
    if name == "cloud":
        pixels = _clouded(pixels)
        shown = [truth[0]]
    Image.fromarray(pixels).save(FOLDER / f"{name}.jpg", quality=JPEG_QUALITY, optimize=True)
    _probability(shown, missed, around).save(FOLDER / f"{name}.png", optimize=True)
    return {
        "name": name,
        "tile": {"z": tile.z, "x": tile.x, "y": tile.y},
        "shown": [_outline(one, 0.55 if index == len(shown) - 1 and name in ("fix", "nothing")
                           else 0.93) for index, one in enumerate(shown)],
        "truth": [_outline(one, 1.0) for one in truth],
    }  # fmt: skip


def _cut(town: Town, column: int, row: int) -> NDArray[np.uint8]:
    top, left = (row - 1) * TILE_PX, (column - 1) * TILE_PX
    return town.pixels[top : top + 3 * TILE_PX, left : left + 3 * TILE_PX].copy()


def _wrong(tile: mercantile.Tile, across: float, down: float) -> Polygon:
    """An outline around nothing: bare soil, as models draw them."""
    west, south, east, north = mercantile.bounds(tile)
    x, y = west + across * (east - west), north - down * (north - south)
    width, height = 0.16 * (east - west), 0.13 * (north - south)
    return shapely.affinity.rotate(box(x, y - height, x + width, y), 12)


def _clouded(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """White haze, thick over the tile and thinner around it."""
    rng = np.random.default_rng(SEED)
    size = pixels.shape[0]
    noise = sum(
        cv2.resize(rng.random((cells, cells)), (size, size), interpolation=cv2.INTER_CUBIC) / weight
        for cells, weight in ((5, 1.0), (11, 2.0), (23, 4.0))
    )
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    thick = np.clip(1.5 - 2.6 * np.hypot(rows, columns) + 0.5 * (noise - noise.mean()), 0, 0.97)
    white = np.array([243, 244, 246])
    return (pixels * (1 - thick[..., None]) + white * thick[..., None]).astype(np.uint8)


def _probability(shown: list[Polygon], missed: list[Polygon], window: PixelWindow) -> Image.Image:
    """What a model may have thought: sure of what it shows, doubtful of what it missed."""
    grey = 235.0 * rasterise(shown, window) + 85.0 * rasterise(missed, window)
    return Image.fromarray(cv2.GaussianBlur(grey, (0, 0), 2.5).astype(np.uint8))


def _outline(polygon: Polygon, confidence: float) -> dict[str, Any]:
    rings = mapping(shapely.set_precision(polygon, 1e-8))["coordinates"]
    return {"rings": rings, "confidence": confidence}


def _picture(town: Town) -> None:
    """The picture of the start page: a tile with outlines, one of them a person's."""
    scale, width, height = 2, 384, 216
    left, top = 6 * TILE_PX - 60, 6 * TILE_PX + 8
    cut = Image.fromarray(town.pixels[top : top + height, left : left + width])
    image = cut.resize((width * scale * 2, height * scale * 2), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    size, west, north = (
        TILE_PX * 2**town.window.zoom,
        town.window.col_px + left,
        town.window.row_px + top,
    )
    inside = 0
    for building in town.buildings:
        points = [
            (
                ((lon / 360 + 0.5) * size - west) * scale * 2,
                ((0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi)) * size - north)
                * scale
                * 2,
            )
            for lon, lat in building.exterior.coords
        ]
        xs, ys = zip(*points, strict=True)
        if max(xs) < 0 or max(ys) < 0 or min(xs) > image.width or min(ys) > image.height:
            continue
        inside += 1
        mine = inside == 3
        for colour, wide in (("#0e1216", 16), ("#ff7ad9" if mine else "#56d4ff", 8)):
            draw.line([*points, points[1]], fill=colour, width=wide, joint="curve")
        if mine:
            for x, y in points:
                draw.ellipse([x - 10, y - 10, x + 10, y + 10], fill="#ff7ad9", outline="#0e1216")
    image = image.resize((width * scale, height * scale), Image.Resampling.LANCZOS)
    image.save(FOLDER / "start.jpg", quality=JPEG_QUALITY, optimize=True)


if __name__ == "__main__":
    main()
