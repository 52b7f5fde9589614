"""Chips whose objects are known one by one: what people really have to draw in a dense town.

Masks show roofs that touch as one patch. Where chips are tiles and ``labels.geojson`` lies beside
them, each roof counts for itself, the model is taught as in a campaign of buildings (seams, gaps
that weigh more), and its patches are divided before people see them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import mercantile
import numpy as np
import shapely
from PIL import Image
from rasterio.features import rasterize

from benchmarks.label_efficiency.chip_files import TILE_NAME, pictures
from learner.data.chip_set import ChipSet
from learner.data.rasterise import rasterise
from learner.grid import TILE_PX, PixelWindow, ground_m_per_px
from learner.outlines.rules import PRESETS
from learner.people.shown import Dividing
from learner.simulate import Recipe
from learner.world_pixels import world_px_of
from service.domain.recipe import GAP_M, GAP_WEIGHT
from service.jobs.training_set import SEAM_M

LABELS = "labels.geojson"
_RULES = PRESETS["buildings"]


def told_apart(chips: ChipSet, folder: Path, stems: Sequence[str]) -> ChipSet:
    """The chips, their truth taken from the outlines in ``labels.geojson``.

    Args:
        chips: whole tiles.
        folder: of the data set.
        stems: the chips' names, ``z-x-y``.

    Raises:
        SystemExit: no labels, or chips that are no whole tiles; the sentence says so.
    """
    if chips.pixels.shape[1] != TILE_PX:
        raise SystemExit(f"{folder}: objects can be told apart in chips of {TILE_PX} px only")
    if not (folder / LABELS).is_file():
        raise SystemExit(f"{folder}: objects can be told apart only where {LABELS} is beside chips")
    polygons = shapely.STRtree(outlines_of(folder))
    masks, objects = np.zeros_like(chips.masks), np.zeros(chips.masks.shape, np.int32)
    for index, stem in enumerate(stems):
        tile = _tile_of(stem, folder)
        window = PixelWindow.of_tile(tile)
        near = polygons.query(shapely.box(*mercantile.bounds(tile)), predicate="intersects")
        found = polygons.geometries[np.sort(near)]
        seam_px = SEAM_M / _ground_m_per_px(tile)
        masks[index] = rasterise(found, window, seam_px=seam_px)
        objects[index] = _numbered(found, window)
    return dataclasses.replace(chips, masks=masks, objects=objects)


def recipe_told_apart(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe as a campaign of buildings has it, for chips of the folder's ground."""
    m_per_px = _ground_m_per_px(_first_tile(folder))
    gaps = dataclasses.replace(
        recipe.training, gap_weight=GAP_WEIGHT, gap_px=max(1, round(GAP_M / m_per_px))
    )
    dividing = Dividing(_RULES.split_depth_m / m_per_px, _RULES.min_area_m2 / m_per_px**2)
    return dataclasses.replace(recipe, training=gaps, dividing=dividing)


def can_be_told_apart(folder: Path, chip_px: int | None) -> bool:
    """Whether outlines lie beside whole tiles that are not to be cut smaller than ``chip_px``."""
    first = _first_mask(folder)
    if first is None or not (folder / LABELS).is_file():
        return False
    is_whole = _side_px(first) == TILE_PX and (chip_px is None or chip_px >= TILE_PX)
    return is_whole and bool(TILE_NAME.match(first.stem))


def ground_m_per_px_of(folder: Path) -> float | None:
    """Side of a chip's pixel on the ground in metres; None where the names are no tiles."""
    first = _first_mask(folder)
    if first is None or not TILE_NAME.match(first.stem):
        return None
    return _ground_m_per_px(_tile_of(first.stem, folder)) * TILE_PX / _side_px(first)


def zoom_of(folder: Path) -> int:
    """The zoom of the tiles that its chips are."""
    return _first_tile(folder).z


def outlines_of(folder: Path) -> np.ndarray:
    """Its labels as an array of valid polygons, EPSG:4326."""
    features = json.loads((folder / LABELS).read_text())["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    parts = shapely.get_parts(shapely.make_valid(shapes))
    polygons: np.ndarray = parts[shapely.area(parts) > 0]
    return polygons


def _first_tile(folder: Path) -> mercantile.Tile:
    first = _first_mask(folder)
    return _tile_of("" if first is None else first.stem, folder)


def _first_mask(folder: Path) -> Path | None:
    return next(iter(pictures(folder / "chips" / "masks").values()), None)


def _side_px(picture: Path) -> int:
    with Image.open(picture) as opened:
        return opened.width


def _tile_of(stem: str, folder: Path) -> mercantile.Tile:
    named = TILE_NAME.match(stem)
    if named is None:
        raise SystemExit(f"{folder}: {stem} does not name a tile (z-x-y)")
    z, x, y = (int(part) for part in named.groups())
    return mercantile.Tile(x, y, z)


def _ground_m_per_px(tile: mercantile.Tile) -> float:
    return ground_m_per_px(tile.z, mercantile.ul(tile).lat)


def _numbered(polygons: np.ndarray, window: PixelWindow) -> np.ndarray:
    """(H, W) int32: which polygon a pixel's middle lies in, from 1 on without gaps; 0 in none."""
    if len(polygons) == 0:
        return np.zeros(window.shape, np.int32)
    in_px = world_px_of(polygons, window.zoom)
    moved = shapely.transform(in_px, lambda xy: xy - (window.col_px, window.row_px))
    every = rasterize(
        [(polygon, number) for number, polygon in enumerate(moved, start=1)],
        out_shape=window.shape,
        dtype=np.int32,
    )
    _, gapless = np.unique(np.concatenate([[0], every.ravel()]), return_inverse=True)
    return gapless[1:].reshape(every.shape).astype(np.int32)
