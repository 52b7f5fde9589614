"""How the starting model is measured before anybody has labelled a tile."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.label_efficiency.before_labels import main, worst
from learner.data.rasterise import rasterise
from learner.data.town import generate_town, write_scene
from learner.grid import TILE_PX


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Four chips of the built-in town with its outlines beside them."""
    folder = tmp_path / "town"
    generated = generate_town(77, 2, 2)
    write_scene(generated, folder)
    truth = rasterise(generated.buildings, generated.window) == 1
    for part in ("images", "masks"):
        (folder / "chips" / part).mkdir(parents=True)
    for number, tile in enumerate(generated.window.tiles()):
        row, column = divmod(number, 2)
        at = np.s_[row * TILE_PX : (row + 1) * TILE_PX, column * TILE_PX : (column + 1) * TILE_PX]
        name = f"{tile.z}-{tile.x}-{tile.y}.png"
        Image.fromarray(generated.pixels[at]).save(folder / "chips" / "images" / name)
        Image.fromarray(truth[at].astype(np.uint8) * 255).save(folder / "chips" / "masks" / name)
    return folder


def test_the_starting_model_is_measured_from_three_heights(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["--data", str(town), "--out", str(out), "--device", "cpu"])
    figures = json.loads((out / "before_labels.json").read_text())["town"]
    assert list(figures) == ["1/1", "1/2", "1/4"]
    assert figures["1/1"]["iou"] > 0.7 and figures["1/2"]["iou"] > 0.6
    assert Image.open(out / "town.png").size == (4 * TILE_PX, 2 * TILE_PX)


def test_a_class_without_a_starting_model_needs_a_checkpoint(town: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no starting model of river"):
        main(["--data", str(town), "--class-name", "river", "--out", str(tmp_path / "out")])


def test_the_picture_shows_the_worst_chips_first_and_what_is_wrong_in_colour() -> None:
    pixels = np.full((3, 4, 4, 3), 100, np.uint8)
    seen, truth = np.zeros((2, 3, 4, 4), bool)
    seen[1, 0, 0] = True  # one pixel too much
    truth[2, :2] = True  # eight missed
    picture = worst(pixels, seen, truth)
    assert picture.shape == (8, 12, 3)
    assert (picture[:4] == 100).all()
    assert picture[4, 0].tolist() == [50, 50, 177]
    assert picture[4, 4].tolist() == [177, 50, 50]
    assert (picture[4:, 8:] == 100).all()
