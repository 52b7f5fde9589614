"""A scene folder as a value: imagery to upload, an area to map, and truth for simulated mappers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio
import rasterio.warp
from shapely import Polygon, box, union_all
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from learner.imagery.layout import bounds_of
from service.truth import Truth, UnusableFile, read_truth

IMAGERY_FILE = "imagery.tif"
LABELS_FILE = "labels.geojson"
AREA_FILE = "aoi.geojson"


@dataclass(frozen=True, slots=True)
class Scene:
    """A folder with ``imagery.tif`` and ``labels.geojson``; everything here is EPSG:4326."""

    name: str
    folder: Path
    imagery: Path
    truth: Truth
    area: dict[str, Any]  # GeoJSON geometry: where the truth is complete
    area_from: str  # a sentence: which file or rule gave the area


def load_scene(folder: Path) -> Scene:
    """Read a scene folder.

    Raises:
        UnusableFile: when a file is missing or cannot be read; the message names it.
    """
    _check_files(folder)
    truth = read_truth(folder / LABELS_FILE)
    area, area_from = _area_of(folder, truth)
    return Scene(
        name=folder.resolve().name,
        folder=folder,
        imagery=folder / IMAGERY_FILE,
        truth=truth,
        area=mapping(area),
        area_from=area_from,
    )


def read_area(path: Path) -> BaseGeometry:
    """The union of the polygons of a GeoJSON file (a geometry, a feature or a collection)."""
    return union_all(read_truth(path).polygons)


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise UnusableFile(
            f"{folder} is not a folder. A scene is a folder with {IMAGERY_FILE} "
            f"(any CRS, RGB) and {LABELS_FILE}."
        )
    missing = [name for name in (IMAGERY_FILE, LABELS_FILE) if not (folder / name).is_file()]
    if missing:
        raise UnusableFile(
            f"{folder} has no {' and no '.join(missing)}. A scene is a folder with "
            f"{IMAGERY_FILE} (any CRS, RGB) and {LABELS_FILE} (polygons in longitude and "
            f"latitude), and {AREA_FILE} where the labels do not cover the whole imagery."
        )


def _area_of(folder: Path, truth: Truth) -> tuple[BaseGeometry, str]:
    path = folder / AREA_FILE
    if path.is_file():
        return read_area(path), f"the area is that of {AREA_FILE}"
    area = box(*truth.bounds) & box(*_imagery_bounds(folder / IMAGERY_FILE))
    if not isinstance(area, Polygon) or area.is_empty:
        raise UnusableFile(
            f"the labels of {folder / LABELS_FILE} lie outside of {IMAGERY_FILE}. "
            "Check that both show the same place and that the labels are longitude, latitude."
        )
    return area, f"there is no {AREA_FILE}: the area is where labels and imagery overlap"


def _imagery_bounds(path: Path) -> tuple[float, float, float, float]:
    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is None:
                raise UnusableFile(f"{path} has no CRS. Georeference it (gdal_edit.py -a_srs …).")
            west, south, east, north = rasterio.warp.transform_bounds(
                dataset.crs, "EPSG:4326", *bounds_of(dataset)
            )
    except rasterio.errors.RasterioIOError as error:
        raise UnusableFile(f"{path} cannot be read as an image: {error}") from error
    return float(west), float(south), float(east), float(north)
