"""The benchmark of starting labels: its older map, and a whole comparison on made-up chips."""

from __future__ import annotations

import json
from pathlib import Path

import mercantile
import numpy as np
import pytest
import shapely

from benchmarks.label_efficiency.starting_labels import (
    Arm,
    OldMap,
    arguments,
    main,
    taught,
    trials_of,
)
from learner.data.chip_set import ChipSet
from learner.grid import ground_m_per_px
from learner.world_pixels import lon_lat_of, world_px_of
from tests.benchmarks.test_label_efficiency import write_chips

LEFT, TOP, ZOOM = 600_000, 500_000, 20


def houses(count: int) -> np.ndarray:
    """Squares of 60 px, one in the middle of each tile of a row."""
    left = 256.0 * (LEFT + np.arange(count)) + 98
    top = 256.0 * TOP + 98
    return lon_lat_of(shapely.box(left, top, left + 60, top + 60), ZOOM)


def test_an_older_map_lies_off_as_a_whole_and_lacks_what_it_should():
    truth, m_per_px = houses(400), ground_m_per_px(ZOOM, 8.0)
    drawn = OldMap(3.0, 0.25).drawn(truth, ZOOM, m_per_px, np.random.default_rng(0))
    assert 300 * 0.9 < len(drawn) < 300 * 1.3  # a quarter is missing, a few are there twice
    at = shapely.get_coordinates(shapely.centroid(world_px_of(drawn, ZOOM)))
    where = shapely.get_coordinates(shapely.centroid(world_px_of(truth, ZOOM)))
    apart = at[:, None] - where[None]
    nearest = apart[np.arange(len(at)), np.abs(apart).sum(axis=2).argmin(axis=1)]
    assert np.linalg.norm(np.median(nearest, axis=0)) * m_per_px == pytest.approx(3.0, abs=0.2)


def town(folder: Path) -> Path:
    """Sixteen tiles in four blocks, a house in each."""
    places = [(LEFT + 4 * block, TOP + row) for block in range(4) for row in range(4)]
    write_chips(folder, [f"{ZOOM}-{x}-{y}" for x, y in places], side=256)
    features = []
    for x, y in places:
        west, south, east, north = mercantile.bounds(x, y, ZOOM)
        roof = shapely.box(west, south, (west + east) / 2, (south + north) / 2)
        features.append({"type": "Feature", "properties": {}, "geometry": roof.__geo_interface__})
    (folder / "labels.geojson").write_text(json.dumps({"features": features}))
    return folder


def test_arms_differ_in_what_they_are_taught(tmp_path):
    old_map = ["--off-m", "4", "--missing", "0"]
    chosen = arguments(["--data", str(town(tmp_path)), "--seeds", "1", *old_map])
    xy = np.array([[LEFT + 4 * (index // 4), TOP + index % 4] for index in range(16)])
    empty = np.zeros((16, 256, 256), np.uint8)
    pool = ChipSet(np.zeros((16, 256, 256, 3), np.uint8), empty, xy, xy[:, 0])
    by_people = np.arange(16) < 8
    sets = {
        arm: taught(trials_of(chosen, arm)[0], pool, by_people, np.random.default_rng(1))
        for arm in Arm
    }
    assert [len(found) for found in sets.values()] == [8, 16, 16, 16, 16]
    assert sets[Arm.TRUTH].verified.all() and not sets[Arm.TRUTH].masks.any()
    for arm in (Arm.AS_THEY_CAME, Arm.MOVED, Arm.HALF):
        np.testing.assert_array_equal(sets[arm].verified, by_people)
        assert not sets[arm].masks[by_people].any() and sets[arm].masks[~by_people].any()
    came, moved = sets[Arm.AS_THEY_CAME].masks, sets[Arm.MOVED].masks
    truth = np.zeros((256, 256), bool)
    truth[128:, :128] = True  # the south-west quarter

    def fits(masks: np.ndarray) -> float:
        drawn = masks[~by_people] == 1
        return float((drawn & truth).sum() / (drawn | truth).sum())

    assert fits(moved) > fits(came) + 0.1


def test_a_whole_comparison_runs_and_writes_what_it_found(tmp_path):
    out = tmp_path / "out"
    training = {"min_steps": 2, "max_steps": 2, "epochs": 1, "crop_px": 64, "batch_size": 2}
    data = str(town(tmp_path / "town"))
    options = ["--out", str(out), "--seeds", "1", "--share", "0.5", "--jobs", "1"]
    main(["--data", data, *options, "--training", json.dumps(training), "--device", "cpu"])
    rows = json.loads((out / "starting_labels.json").read_text())
    assert set(rows) == set(Arm)
    assert rows[Arm.PEOPLE]["gain"]["estimate"] == 0
    assert (out / "starting_labels.png").stat().st_size > 5000
