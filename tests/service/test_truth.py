"""Truth files: read leniently where nothing is lost, refused with the file's name otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from shapely.geometry import mapping

from service.truth import Truth, UnusableFile, read_truth


def write(path: Path, document: Any) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def feature(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def test_a_multipolygon_becomes_its_parts(tmp_path: Path) -> None:
    both = box(0, 0, 1, 1).union(box(2, 0, 3, 1))
    path = write(
        tmp_path / "truth.geojson",
        {"type": "FeatureCollection", "features": [feature(mapping(both)), feature(None)]},
    )

    assert len(read_truth(path)) == 2


def test_a_self_crossing_ring_is_repaired_into_its_two_halves(tmp_path: Path) -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}

    truth = read_truth(write(tmp_path / "truth.geojson", feature(bow_tie)))

    assert sorted(polygon.area for polygon in truth.polygons) == [1.0, 1.0]


def test_features_without_a_shape_are_passed_over(tmp_path: Path) -> None:
    empty = {"type": "Polygon", "coordinates": []}
    features = [feature(empty), feature(mapping(box(0, 0, 1, 1)))]

    truth = read_truth(
        write(tmp_path / "truth.geojson", {"type": "FeatureCollection", "features": features})
    )

    assert len(truth) == 1


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    text = json.dumps(feature(mapping(box(0, 0, 1, 1))), indent=1).replace("\n", "\r\n")
    path = tmp_path / "truth.geojson"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert len(read_truth(path)) == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("no json at all", "not GeoJSON"),
        ('{"features": []}', "not GeoJSON"),
        ({"type": "FeatureCollection", "features": []}, "holds no polygon"),
        (feature({"type": "Point", "coordinates": [1, 2]}), "holds no polygon"),
        ({"type": "FeatureCollection", "features": [None]}, "feature 0 is broken: it is no GeoJ"),
        (feature(mapping(box(500_000, 0, 500_010, 10))), "truth.geojson"),
    ],
)
def test_an_unusable_file_is_named_with_what_is_wrong(
    tmp_path: Path, document: Any, words: str
) -> None:
    path = write(tmp_path / "truth.geojson", document)

    with pytest.raises(UnusableFile, match=words) as refused:
        read_truth(path)

    assert str(path) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"gone\.geojson cannot be read"):
        read_truth(tmp_path / "gone.geojson")


def test_outlines_are_found_whole_where_they_touch_the_bounds() -> None:
    truth = Truth([box(0, 0, 2, 2), box(5, 5, 6, 6)])

    assert truth.touching((1, 1, 3, 3)) == [box(0, 0, 2, 2)]
    assert truth.touching((3, 3, 4, 4)) == []
    assert truth.bounds == (0, 0, 6, 6)
