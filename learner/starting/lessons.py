"""What the starting models are taught: generated towns and the truth about them.

Half of the towns have a centre and open land around it, half are built-up all over. Those that
teach buildings are of many regions (``learner.data.townscape.style``).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from learner.data.rasterise import rasterise
from learner.data.town import ORIGIN_LONLAT, Town, generate_town
from learner.data.townscape.houses import USUAL_SHARES
from learner.data.townscape.style import USUAL, draw_style
from learner.grid import TILE_PX, ground_m_per_px
from learner.training.config import STARTING_MODELS, ModelConfig
from learner.training.data import TrainingSet

_FIRST_SEED = 1000  # far from the towns that demos and tests are made of
_SEAM_M = 0.6


def _buildings(town: Town) -> npt.NDArray[np.uint8]:
    return rasterise(town.buildings, town.window, seam_px=_SEAM_M / m_per_px(town.window.zoom))


def _roads(town: Town) -> npt.NDArray[np.uint8]:
    return rasterise(town.roads, town.window)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a starting model is taught.

    Attributes:
        truth: (H, W) uint8 mask of a town.
        zooms: of the towns, in turn.
        side_tiles: of a town at each of them: every tile becomes a chip of 256 px.
        towns, steps: how many, unless told otherwise.
        rehearsed: as many towns are rehearsed in trainings that begin with the model; none
            of roads, where it costs more than it keeps (docs/results.md, "The recipe").
        reduction: of the network's pixels; the weights serve other reductions as well.
        gap_weight: as in a campaign of this class.
        asphalt: whether the share of paved roads differs from town to town; else all are dusty.
        styled: whether three towns in four are of regions of their own; else all look alike.
    """

    truth: Callable[[Town], npt.NDArray[np.uint8]]
    zooms: tuple[int, ...]
    side_tiles: tuple[int, ...]
    towns: int
    rehearsed: int
    steps: int
    reduction: int
    gap_weight: float
    asphalt: bool
    styled: bool


LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {
        "buildings": Lesson(
            truth=_buildings,
            zooms=(20,),
            side_tiles=(5,),
            towns=120,
            rehearsed=8,
            steps=2000,
            reduction=2,
            gap_weight=10.0,
            asphalt=False,
            styled=True,
        ),
        # Roads are known by how they go on, so towns are looked at from higher up: a pixel is 1.2,
        # 0.6 or 0.3 m, as in campaigns of zoom 17 to 19, and of zoom 20 when it is halved.
        "roads": Lesson(
            truth=_roads,
            zooms=(17, 18, 19),
            side_tiles=(3, 4, 5),
            towns=60,
            rehearsed=0,
            steps=1600,
            reduction=1,
            gap_weight=0.0,
            asphalt=True,
            styled=False,
        ),
    }
)
assert tuple(LESSONS) == STARTING_MODELS


def towns(lesson: Lesson, count: int) -> TrainingSet:
    """Every tile of ``count`` towns with its truth, as chips of 256 px.

    The same ones every time: a count of 8 gives the first eight of 80.
    """
    pixels: list[npt.NDArray[np.uint8]] = []
    masks: list[npt.NDArray[np.uint8]] = []
    xy: list[tuple[int, int]] = []
    for number in range(count):
        side = lesson.side_tiles[number % len(lesson.zooms)]
        town = town_of(lesson, number, side)
        mask = lesson.truth(town)
        for row in range(side):
            for column in range(side):
                rows = slice(row * TILE_PX, (row + 1) * TILE_PX)
                columns = slice(column * TILE_PX, (column + 1) * TILE_PX)
                pixels.append(town.pixels[rows, columns])
                masks.append(mask[rows, columns])
                # Towns lie far apart, so that the holdout's blocks are other towns.
                xy.append((100 * number + column, row))
    return TrainingSet(
        pixels=np.stack(pixels),
        masks=np.stack(masks),
        weights=np.ones(len(pixels), np.float32),
        xy=np.array(xy, np.int64),
        verified=np.ones(len(pixels), np.bool_),
    )


def town_of(lesson: Lesson, number: int, side_tiles: int) -> Town:
    """The lesson's town of this ``number``, so many tiles wide and high."""
    seed = _FIRST_SEED + number
    rng = np.random.default_rng(seed)
    built = None if number % 2 == 0 else float(rng.uniform(0.3, 1.0))
    is_styled = lesson.styled and number % 4 > 0
    asphalt = float(rng.uniform(0.0, 1.0)) if lesson.asphalt or is_styled else None
    style = draw_style(rng, USUAL_SHARES) if is_styled else USUAL
    zoom = lesson.zooms[number % len(lesson.zooms)]
    return generate_town(
        seed, side_tiles, side_tiles, zoom, built=built, asphalt=asphalt, style=style
    )


@lru_cache(maxsize=1)
def rehearsal(model: ModelConfig) -> TrainingSet | None:
    """Tiles of the lesson that ``model.starting_model`` was taught, to be taught beside labels.

    A training from few labels that begins with a starting model forgets what those labels do not
    show: taught eight tiles of fields, it no longer knew rusty roofs. Some of the lesson in each
    batch keeps it (docs/results.md, "The recipe"). Its towns are the lesson's in the usual style:
    those of other regions take twice as long to make and keep no more.

    Args:
        model: where its reduction is not the lesson's, the towns are seen from as much higher or
            lower, so that a pixel of the network covers as much ground as it did in the lesson.

    Returns:
        200 chips of 256 px, verified and of weight 1, the same ones every time, made in some three
        seconds (eight where no pixels are averaged); None where no starting model is named, or
        nothing of its lesson is rehearsed.

    Source: A. Robins, "Catastrophic Forgetting, Rehearsal and Pseudorehearsal", Connection
    Science 7 (2), 1995.
    """
    lesson = None if model.starting_model is None else LESSONS[model.starting_model]
    if lesson is None or lesson.rehearsed == 0:
        return None
    higher = round(math.log2(lesson.reduction / model.reduction))
    zooms = tuple(zoom - higher for zoom in lesson.zooms)
    usual = dataclasses.replace(lesson, zooms=zooms, styled=False)
    return towns(usual, lesson.rehearsed)


def m_per_px(zoom: int) -> float:
    """Metres of ground a pixel of such a town covers at ``zoom``."""
    return ground_m_per_px(zoom, ORIGIN_LONLAT[1])
