"""Scene folders: what they need, what they say when it is missing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_bounds
from shapely import box
from shapely.geometry import mapping, shape

from service.demo.scene import load_scene
from service.truth import UnusableFile


def write_labels(folder: Path, west: float, south: float, east: float, north: float) -> None:
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": mapping(box(west, south, east, north)),
    }
    (folder / "labels.geojson").write_text(json.dumps(feature))


def write_imagery(folder: Path, bounds: tuple[float, float, float, float]) -> None:
    with rasterio.open(
        folder / "imagery.tif",
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=3,
        dtype="uint8",
        crs="EPSG:4326",
        transform=from_bounds(*bounds, 8, 8),
    ) as dataset:
        dataset.write(np.zeros((3, 8, 8), np.uint8))


def test_a_folder_without_its_files_hears_the_name_of_each(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"no imagery\.tif and no labels\.geojson"):
        load_scene(tmp_path)

    write_labels(tmp_path, 0, 0, 1, 1)
    with pytest.raises(UnusableFile, match=r"has no imagery\.tif\."):
        load_scene(tmp_path)


def test_what_is_no_folder_hears_what_a_scene_is(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="is not a folder"):
        load_scene(tmp_path / "nowhere")


def test_without_an_area_file_it_is_where_labels_and_imagery_overlap(tmp_path: Path) -> None:
    write_imagery(tmp_path, (0, 0, 2, 2))
    write_labels(tmp_path, 1, 1, 5, 5)

    scene = load_scene(tmp_path)

    assert shape(scene.area).bounds == pytest.approx((1, 1, 2, 2))
    assert "there is no aoi.geojson" in scene.area_from


def test_the_area_file_wins_when_it_is_there(tmp_path: Path) -> None:
    write_imagery(tmp_path, (0, 0, 2, 2))
    write_labels(tmp_path, 1, 1, 5, 5)
    (tmp_path / "aoi.geojson").write_text(json.dumps(mapping(box(0, 0, 1, 1))))

    assert shape(load_scene(tmp_path).area).bounds == (0, 0, 1, 1)


def test_labels_of_another_place_are_refused(tmp_path: Path) -> None:
    write_imagery(tmp_path, (0, 0, 2, 2))
    write_labels(tmp_path, 10, 10, 11, 11)

    with pytest.raises(UnusableFile, match="show the same place"):
        load_scene(tmp_path)


def test_a_file_that_is_no_image_is_refused_by_name(tmp_path: Path) -> None:
    write_labels(tmp_path, 1, 1, 5, 5)
    (tmp_path / "imagery.tif").write_text("not an image")

    with pytest.raises(UnusableFile, match=r"imagery\.tif cannot be read as an image"):
        load_scene(tmp_path)
