"""Which pixels teach what: hand-laid tiles, read from a scene of one colour."""

from __future__ import annotations

from pathlib import Path

import mercantile
import numpy as np
import pytest
from shapely import box

from learner.errors import TooFewLabels
from learner.grid import PixelWindow
from learner.imagery.source import ImageryInfo, Pixels
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import IGNORE
from learner.training.loop import train
from service.jobs.chips import ChipCache
from service.jobs.context import Stopped
from service.jobs.training_set import (
    MARGIN_PX,
    Labels,
    assemble,
    find_assembled,
    ground_at,
)
from service.jobs.unverified import PRIOR_WEIGHT

TILE = mercantile.Tile(628446, 542323, 20)
M = MARGIN_PX
INNER = np.s_[M : M + 256, M : M + 256]


class Grey:
    """Imagery that is grey everywhere, but ends at a column of world pixels."""

    spec = ImagerySpec(ImageryKind.SCENE, "grey")

    def __init__(self, ends_at_px: int = 2**40) -> None:
        self.ends_at_px = ends_at_px
        self.reads = 0

    def describe(self) -> ImageryInfo:
        return ImageryInfo(None, 0, 20, 3, "")

    def read(self, window: PixelWindow) -> Pixels:
        self.reads += 1
        columns = window.col_px + np.arange(window.width_px)
        valid = np.broadcast_to(columns < self.ends_at_px, window.shape)
        pixels = np.where(valid[..., None], np.uint8(90), np.uint8(0))
        return Pixels(np.repeat(pixels, 3, axis=-1), valid.copy())


def east(tile: mercantile.Tile, by: int = 1) -> mercantile.Tile:
    return mercantile.Tile(tile.x + by, tile.y, tile.z)


def place(tile: mercantile.Tile) -> tuple[int, int]:
    return tile.x, tile.y


def whole(tile: mercantile.Tile) -> tuple[box, ...]:
    """An outline that covers a tile from edge to edge."""
    return (box(*mercantile.bounds(tile)),)


def labels(**changes: object) -> Labels:
    values = {
        "zoom": 20,
        "labelled": {},
        "unverified": [],
        "starting": [],
        "audit": frozenset(),
        "parent_id": None,
    }
    return Labels(**{**values, **changes})  # type: ignore[arg-type]


def go_on(done: int, total: int) -> None:
    """Nobody stops."""


def build(tmp_path: Path, of: Labels, source: Grey | None = None):  # type: ignore[no-untyped-def]
    chips = ChipCache(source or Grey(), tmp_path / "chips", MARGIN_PX)
    return assemble(of, chips, tmp_path / "run", seed=0, check=go_on)


def test_a_lone_tiles_margin_teaches_nothing(tmp_path: Path) -> None:
    found = build(tmp_path, labels(labelled={place(TILE): whole(TILE)}))
    expected = np.full((256 + 2 * M, 256 + 2 * M), IGNORE)
    expected[INNER] = 1
    np.testing.assert_array_equal(found.masks[0], expected)
    assert found.verified.tolist() == [True]
    assert found.weights.tolist() == [1.0]


def test_a_margin_is_known_from_the_neighbours_label(tmp_path: Path) -> None:
    found = build(tmp_path, labels(labelled={place(TILE): whole(TILE), place(east(TILE)): ()}))
    west_chip = found.masks[0]
    assert (west_chip[INNER] == 1).all()
    assert (west_chip[M : M + 256, M + 256 :] == 0).all()  # the eastern neighbour holds nothing
    assert (west_chip[:M] == IGNORE).all()


def test_an_outline_that_reaches_over_is_not_the_neighbours_word(tmp_path: Path) -> None:
    """The neighbour's people said that nothing is there; their tile is theirs to judge."""
    west, south, _, north = mercantile.bounds(TILE)
    over = box(west, south, mercantile.bounds(east(TILE)).east, north)
    found = build(tmp_path, labels(labelled={place(TILE): (over,), place(east(TILE)): ()}))
    assert (found.masks[0][M : M + 256, M + 256 :] == 0).all()
    assert (found.masks[1][INNER] == 0).all()
    assert (found.masks[1][M : M + 256, :M] == 1).all()


def test_no_audit_pixel_is_left_in_any_chip(tmp_path: Path) -> None:
    audit = east(TILE)
    found = build(
        tmp_path,
        labels(
            labelled={place(TILE): whole(TILE)},
            unverified=[place(east(TILE, 2))],
            starting=[*whole(TILE), *whole(audit), *whole(east(TILE, 2))],
            audit=frozenset({audit}),
        ),
    )
    assert (found.pixels[0][M : M + 256, M + 256 :] == 0).all()
    assert (found.masks[0][M : M + 256, M + 256 :] == IGNORE).all()
    assert (found.pixels[1][M : M + 256, :M] == 0).all()
    assert (found.masks[1][M : M + 256, :M] == IGNORE).all()
    assert (found.pixels[0][INNER] == 90).all()


def test_starting_labels_speak_for_their_own_tile_only_and_softly(tmp_path: Path) -> None:
    other = east(TILE)
    found = build(
        tmp_path,
        labels(
            labelled={place(TILE): ()},
            unverified=[place(other)],
            starting=[*whole(TILE), *whole(other), *whole(east(TILE, 2))],
        ),
    )
    assert found.verified.tolist() == [True, False]
    assert found.weights.tolist() == [1.0, pytest.approx(PRIOR_WEIGHT)]
    assert (found.masks[0][INNER] == 0).all()  # people said so, whatever the file says
    assert (found.masks[0][M : M + 256, M + 256 :] == IGNORE).all()
    assert (found.masks[1][INNER] == 1).all()
    assert (found.masks[1][M : M + 256, :M] == 0).all()  # from the labelled neighbour
    assert (found.masks[1][M : M + 256, M + 256 :] == IGNORE).all()


def test_where_there_is_no_imagery_nothing_is_learnt(tmp_path: Path) -> None:
    middle_px = TILE.x * 256 + 128
    found = build(tmp_path, labels(labelled={place(TILE): whole(TILE)}), Grey(middle_px))
    assert (found.masks[0][M : M + 256, M : M + 128] == 1).all()
    assert (found.masks[0][:, M + 128 :] == IGNORE).all()


def test_an_assembled_set_is_found_again_and_a_cut_short_one_is_not(tmp_path: Path) -> None:
    chips = ChipCache(Grey(), tmp_path / "chips", MARGIN_PX)
    of = labels(labelled={place(TILE): whole(TILE), place(east(TILE)): ()})

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        assemble(of, chips, tmp_path / "run", seed=0, check=stop)
    assert find_assembled(tmp_path / "run") is None
    made = assemble(of, chips, tmp_path / "run", seed=0, check=go_on)
    found = find_assembled(tmp_path / "run")
    assert found is not None
    np.testing.assert_array_equal(found[0].pixels, made.pixels)
    np.testing.assert_array_equal(found[0].masks, made.masks)
    np.testing.assert_array_equal(found[0].xy, made.xy)


def test_chips_are_read_once(tmp_path: Path) -> None:
    source = Grey()
    of = labels(labelled={place(TILE): whole(TILE), place(east(TILE)): ()})
    build(tmp_path, of, source)
    build(tmp_path, of, source)
    assert source.reads == 2


def test_a_chip_cut_short_on_disk_is_read_again(tmp_path: Path) -> None:
    chips = ChipCache(Grey(), tmp_path, MARGIN_PX)
    first = chips.read(TILE)
    (path,) = tmp_path.glob("*.npy")
    path.write_bytes(path.read_bytes()[:1000])
    np.testing.assert_array_equal(chips.read(TILE), first)


def test_pixels_are_measured_where_labels_lie_and_at_the_equator_without_any() -> None:
    assert ground_at(20, []) == pytest.approx(0.1493, rel=1e-3)
    assert ground_at(20, [(TILE.x, TILE.y)]) < ground_at(20, [])


def test_without_any_label_the_set_is_empty_and_training_says_what_to_do(tmp_path: Path) -> None:
    nothing = Labels(20, {}, [], [], frozenset(), None)
    cache = ChipCache(Grey(), tmp_path / "cache", M)
    data = assemble(nothing, cache, tmp_path / "run", 0, lambda done, total: None)
    assert len(data) == 0
    with pytest.raises(TooFewLabels, match="Map some more tiles"):
        train(data, ModelConfig(), TrainConfig())
