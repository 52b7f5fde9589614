"""From rows to a training set: which pixels teach what, and which teach nothing.

A labelled tile's own pixels are known from its label. Its chip's margin is known only where the
neighbour is labelled too, from the neighbour's label. Pixels of audit tiles are blanked in image
and mask, whatever the chip. Starting labels speak only for tiles that nobody has labelled, at a
lower weight, and for no margin.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import mercantile
import numpy as np
import numpy.typing as npt
from shapely import Polygon, STRtree
from sqlalchemy.orm import Session

from learner.data.rasterise import rasterise
from learner.grid import TILE_PX, PixelWindow, ground_m_per_px
from learner.training.data import IGNORE, TrainingSet, blank_audit
from service.jobs.chips import ChipCache, read_ahead
from service.jobs.outlining import rules_of
from service.jobs.unverified import PRIOR_WEIGHT, corrected, framed_bounds
from service.queries import checkpoints, training
from service.tables import Campaign, Round

MARGIN_PX = 32
CHIPS_MOST = 1500
"""Chips of one training: about 0.6 GB, and more than its steps can look at twice."""
UNVERIFIED_MOST = 200
"""Chips of starting labels in a first training; each labelled tile replaces one of them."""

SEAM_M = 0.6
"""Ground left out between roofs that touch, about four pixels of zoom 20: what a model can see."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Labels:
    """What the database says at one moment: all that a training set is made from.

    Attributes:
        zoom: of all tiles.
        labelled: (x, y) → outlines of the tile's label.
        unverified: tiles that starting labels speak for.
        starting: starting labels that touch them, moved onto people's where those are known.
        starting_weight: of what they teach, beside 1 for people's labels.
        audit: the campaign's audit tiles.
        parent_id: the checkpoint that serves, to start from.
        seam_px: width of the ground between touching outlines; 0 where the class has no objects
            that people tell apart (roads).
    """

    zoom: int
    labelled: dict[Place, tuple[Polygon, ...]]
    unverified: list[Place]
    starting: list[Polygon]
    audit: frozenset[mercantile.Tile]
    parent_id: uuid.UUID | None
    seam_px: float = 0.0
    starting_weight: float = PRIOR_WEIGHT


def gather(session: Session, campaign: Campaign, round_: Round) -> Labels:
    """Read labels, starting labels and audit places."""
    labelled = {
        (tile.x, tile.y): tile.outlines for tile in training.labelled_tiles(session, campaign.id)
    }
    wanted = max(0, UNVERIFIED_MOST - len(labelled))
    unverified: list[Place] = []
    for with_starting in (True, False):  # half of them hold something, where there is so much
        unverified += training.unlabelled_places(
            session,
            campaign.id,
            with_starting=with_starting,
            at_most=wanted // 2,
            seed=round_.seed,
        )
    boxes = [
        framed_bounds(mercantile.Tile(x, y, campaign.zoom)) for x, y in (*unverified, *labelled)
    ]
    starting, weight = corrected(
        training.starting_outlines(session, campaign.id, boxes), labelled, campaign.zoom
    )
    serving = checkpoints.promoted(session, campaign.id)
    return Labels(
        zoom=campaign.zoom,
        labelled=labelled,
        unverified=unverified if starting else [],
        starting=starting,
        audit=frozenset(
            mercantile.Tile(x, y, campaign.zoom)
            for x, y in training.audit_places(session, campaign.id)
        ),
        parent_id=None if serving is None else serving.id,
        seam_px=_seam_px(campaign, labelled),
        starting_weight=weight,
    )


def _seam_px(campaign: Campaign, labelled: Mapping[Place, object]) -> float:
    """The seam in pixels, where outlines are divided as well."""
    if rules_of(campaign).split_depth_m == 0:
        return 0.0
    return SEAM_M / ground_at(campaign.zoom, labelled)


def ground_at(zoom: int, places: Iterable[Place]) -> float:
    """Metres of a pixel on the ground at the first place; at the equator where there is none."""
    x, y = next(iter(places), (0, 2 ** (zoom - 1)))
    return ground_m_per_px(zoom, mercantile.ul(x, y, zoom).lat)


def assemble(
    labels: Labels, chips: ChipCache, folder: Path, seed: int, check: Callable[[int, int], None]
) -> TrainingSet:
    """Read the chips, make the masks, and keep both in ``folder`` for a worker that starts over.

    Arrays lie in files and are mapped, so that the set may be larger than what is held in memory.

    Args:
        labels: from :func:`gather`.
        chips: reads pixels with a margin of ``MARGIN_PX``.
        folder: where the set is kept; what lies there already is written over.
        seed: of the sample, where there are more than ``CHIPS_MOST`` tiles.
        check: called with chips done and chips in all; may raise to stop.
    """
    # Row by row of the map: neighbours come soon after each other and share their masks.
    places = sorted(_sample([*labels.labelled, *labels.unverified], seed), key=lambda xy: xy[::-1])
    side = TILE_PX + 2 * MARGIN_PX
    folder.mkdir(parents=True, exist_ok=True)
    pixels = _array(folder / "pixels.npy", (len(places), side, side, 3))
    masks = _array(folder / "masks.npy", (len(places), side, side))
    tiles = [mercantile.Tile(x, y, labels.zoom) for x, y in places]
    mask_of = _Masks(labels)
    for row, (tile, chip) in enumerate(zip(tiles, read_ahead(chips.read, tiles), strict=True)):
        window = PixelWindow.of_tile(tile, MARGIN_PX)
        mask = mask_of.chip(tile, window)
        mask[chip[..., 3] == 0] = IGNORE
        clean_pixels, clean_mask = blank_audit(
            chip[None, ..., :3], mask[None], [window], labels.audit
        )
        pixels[row], masks[row] = clean_pixels[0], clean_mask[0]
        check(row + 1, len(places))
    verified = [place in labels.labelled for place in places]
    meta = {
        "xy": places,
        "verified": verified,
        "starting_weight": labels.starting_weight,
        "parent_id": None if labels.parent_id is None else str(labels.parent_id),
    }
    # Written last: a folder without it is an assembly that was cut short.
    (folder / "meta.json").write_text(json.dumps(meta))
    return _as_set(pixels, masks, places, verified, labels.starting_weight)


def find_assembled(folder: Path) -> tuple[TrainingSet, uuid.UUID | None] | None:
    """The set that an earlier attempt assembled, and the checkpoint it starts from."""
    try:
        meta = json.loads((folder / "meta.json").read_text())
        pixels = np.load(folder / "pixels.npy", mmap_mode="r")
        masks = np.load(folder / "masks.npy", mmap_mode="r")
        weight = float(meta["starting_weight"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    parent = meta["parent_id"]
    found = _as_set(pixels, masks, meta["xy"], meta["verified"], weight)
    return found, None if parent is None else uuid.UUID(parent)


class _Masks:
    """Masks of tiles, each drawn once although up to nine chips show it."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._starting = STRtree(labels.starting)
        self._of_label = functools.lru_cache(maxsize=1024)(self._draw_label)

    def chip(self, tile: mercantile.Tile, window: PixelWindow) -> npt.NDArray[np.uint8]:
        """``window``'s mask: 0 and 1 where labels (or the tile's starting labels) say so."""
        mask = np.full(window.shape, IGNORE, np.uint8)
        for near in window.tiles():
            known = self._of_label((near.x, near.y))
            if known is None and near == tile:
                known = self._draw_starting(tile)
            if known is not None:
                _paste(mask, window, known, PixelWindow.of_tile(near))
        return mask

    def _draw_label(self, place: Place) -> npt.NDArray[np.uint8] | None:
        outlines = self._labels.labelled.get(place)
        if outlines is None:
            return None
        tile = mercantile.Tile(*place, self._labels.zoom)
        return rasterise(outlines, PixelWindow.of_tile(tile), seam_px=self._labels.seam_px)

    def _draw_starting(self, tile: mercantile.Tile) -> npt.NDArray[np.uint8]:
        box = mercantile.bounds(tile)
        near = self._starting.query(Polygon.from_bounds(*box))
        return rasterise(
            [self._labels.starting[index] for index in near],
            PixelWindow.of_tile(tile),
            seam_px=self._labels.seam_px,
        )


def _paste(
    mask: npt.NDArray[np.uint8],
    window: PixelWindow,
    part: npt.NDArray[np.uint8],
    part_window: PixelWindow,
) -> None:
    """Write the overlap of ``part`` into ``mask``."""
    row, column = window.offset_of(part_window)
    top, left = max(row, 0), max(column, 0)
    bottom = min(row + part_window.height_px, window.height_px)
    right = min(column + part_window.width_px, window.width_px)
    mask[top:bottom, left:right] = part[top - row : bottom - row, left - column : right - column]


def _sample(places: list[Place], seed: int) -> list[Place]:
    if len(places) <= CHIPS_MOST:
        return places
    chosen = np.random.default_rng(seed).choice(len(places), CHIPS_MOST, replace=False)
    return [places[index] for index in chosen.tolist()]


def _array(path: Path, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    if shape[0] == 0:
        return np.zeros(shape, np.uint8)  # an empty file cannot be mapped
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)


def _as_set(
    pixels: npt.NDArray[np.uint8],
    masks: npt.NDArray[np.uint8],
    places: list[Place],
    verified: list[bool],
    starting_weight: float,
) -> TrainingSet:
    is_verified = np.array(verified, np.bool_)
    return TrainingSet(
        pixels=pixels,
        masks=masks,
        weights=np.where(is_verified, 1.0, starting_weight).astype(np.float32),
        xy=np.array(places, np.int64).reshape(-1, 2),
        verified=is_verified,
    )
