"""Chip folders as values: pixels, masks, and where each chip lies.

A folder holds ``chips/images`` and ``chips/masks``, files paired by stem. Where a chip lies comes
from an ``index.csv`` (columns ``file``, ``scene``, ``y``, ``x`` in pixels) or from its name:
``z-x-y`` (a web-mercator tile) or ``<place>_y<row>_x<column>`` (pixels). A *place* is what a split
may not cut: a scene, or a block of 4 × 4 neighbouring tiles. Where nothing says so, each chip is
taken for a place of its own, with a warning: neighbours in pool and test flatter every strategy.
"""

from __future__ import annotations

import csv
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.label_efficiency.chip_files import TILE_NAME, pictures
from benchmarks.label_efficiency.told_apart import told_apart
from learner.data.chip_set import ChipSet

_PLACE_NAME = re.compile(r"^(.+)_y(\d+)_x(\d+)$")
_BLOCK_TILES = 4
_PLACES_APART = (
    10_000  # columns between places, so that no two chips of different ones are neighbours
)


@dataclass(frozen=True)
class ChipFolder:
    """Which chips to read, and how.

    Attributes:
        path: the folder.
        positive: the mask's value that is the class; None takes 255 in masks of 0 and 255 (and
            what compression made of it), 1 in masks of 0 and 1.
        chip_px: larger chips are cut into squares of this side; None keeps them whole.
        told_apart: objects are counted one by one, see ``benchmarks.label_efficiency.told_apart``.
    """

    path: Path
    positive: int | None = None
    chip_px: int | None = None
    told_apart: bool = False

    @classmethod
    def parse(cls, text: str, chip_px: int | None, *, told_apart: bool = False) -> ChipFolder:
        """``FOLDER`` or ``FOLDER:VALUE``, where VALUE is the class in the masks."""
        folder, separator, value = text.rpartition(":")
        if separator and value.isdigit():
            return cls(Path(folder), int(value), chip_px, told_apart)
        return cls(Path(text), None, chip_px, told_apart)

    @property
    def name(self) -> str:
        """What tables and result files call it."""
        plain = self.path.resolve().name
        return plain if self.positive is None else f"{plain}-{self.positive}"


def read_chips(folder: ChipFolder) -> ChipSet:
    """All chips of a folder.

    Raises:
        SystemExit: a missing folder, a mask without image, chips of unequal size, more than 8 bits
            a band, or masks that do not say what the class is; the sentence names it.
    """
    images, masks = (pictures(folder.path / "chips" / part) for part in ("images", "masks"))
    if not masks:
        raise SystemExit(f"{folder.path}: there are no masks in chips/masks")
    missing = [stem for stem in masks if stem not in images]
    if missing:
        raise SystemExit(f"{folder.path}: no image for mask {missing[0]} ({len(missing)} in all)")
    pixels = [_rgb(images[stem]) for stem in masks]
    values = [_values(path) for path in masks.values()]
    if len({array.shape[:2] for array in (*pixels, *values)}) > 1:
        raise SystemExit(f"{folder.path}: chips, or chips and masks, are of different sizes")
    xy_px, place = _positions(folder.path, list(masks), pixels[0].shape[0])
    truth = _truth(np.stack(values), folder)
    whole = ChipSet(np.stack(pixels), truth, xy_px, place)
    cut = whole if folder.chip_px is None else _cut(whole, folder.chip_px)
    return told_apart(cut, folder.path, list(masks)) if folder.told_apart else cut


def _rgb(path: Path) -> np.ndarray:
    image = Image.open(path)
    if image.mode.startswith(("I", "F")):
        raise SystemExit(f"{path}: more than 8 bits a band; convert it to 8-bit RGB")
    return np.asarray(image.convert("RGB"))


def _values(path: Path) -> np.ndarray:
    mask = np.asarray(Image.open(path))
    return mask if mask.ndim == 2 else mask[..., 0]


def _truth(values: np.ndarray, folder: ChipFolder) -> np.ndarray:
    """(N, S, S) uint8, 1 where the class is."""
    if folder.positive is not None:
        return (values == folder.positive).astype(np.uint8)
    most = int(values.max())
    if 1 < most <= 127:
        raise SystemExit(
            f"{folder.path}: masks hold values up to {most}; say which is the class, as "
            f"{folder.path}:1"
        )
    return (values > most // 2).astype(np.uint8)


def _positions(folder: Path, stems: list[str], chip_px: int) -> tuple[np.ndarray, np.ndarray]:
    """Tile columns and rows ``(N, 2)`` and the place ``(N,)`` of each chip."""
    index = folder / "index.csv"
    if index.exists():
        with index.open(newline="", encoding="utf-8-sig") as lines:
            table = list(csv.DictReader(lines))
        try:
            rows = {Path(row["file"]).stem: row for row in table}
            found = [
                (rows[stem]["scene"], int(rows[stem]["x"]), int(rows[stem]["y"])) for stem in stems
            ]
        except KeyError as error:
            raise SystemExit(f"{index}: there is no column or no row {error}") from error
        return _apart(found, chip_px)
    tiles = [TILE_NAME.match(stem) for stem in stems]
    if all(tiles):
        xy = np.array([[int(match[2]), int(match[3])] for match in tiles if match], np.int64)
        _, place = np.unique(xy // _BLOCK_TILES, axis=0, return_inverse=True)
        return xy, place.reshape(-1)
    named = [_PLACE_NAME.match(stem) for stem in stems]
    if all(named):
        found = [(match[1], int(match[3]), int(match[2])) for match in named if match]
        return _apart(found, chip_px)
    warnings.warn(
        f"{folder}: names say nothing of places, so each chip is one; an index.csv would tell",
        stacklevel=2,
    )
    return _apart([(stem, 0, 0) for stem in stems], chip_px)


def _apart(found: list[tuple[str, int, int]], chip_px: int) -> tuple[np.ndarray, np.ndarray]:
    _, place = np.unique([scene for scene, _, _ in found], return_inverse=True)
    xy = np.array([[x // chip_px, y // chip_px] for _, x, y in found], np.int64)
    xy[:, 0] += _PLACES_APART * place
    return xy, place


def _cut(chips: ChipSet, chip_px: int) -> ChipSet:
    """Larger chips as a grid of smaller ones; what is left over at the far edges is dropped."""
    each = chips.pixels.shape[1] // chip_px
    if each == 0:
        return chips
    rows, columns = np.divmod(np.arange(each * each), each)
    parts = [
        (slice(None), slice(r * chip_px, (r + 1) * chip_px), slice(c * chip_px, (c + 1) * chip_px))
        for r, c in zip(rows, columns, strict=True)
    ]
    offsets = np.stack([columns, rows], axis=1)
    return ChipSet(
        pixels=np.concatenate([chips.pixels[part] for part in parts]),
        masks=np.concatenate([chips.masks[part] for part in parts]),
        xy=np.concatenate([chips.xy * each + offset for offset in offsets]),
        place=np.tile(chips.place, len(parts)),
    )
