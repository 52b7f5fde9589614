"""A person who maps, as a value: what they answer, what they get wrong, how long it takes.

Used by the simulation over HTTP and by the label-efficiency benchmark, so both count people's time
in the same seconds. Times: MapSwipe judges a footprint in 1.3 s (median), drawing one by hand takes
19-30 s, correcting is about three times quicker than drawing (R. Benenson et al., "Large-scale
interactive object segmentation with human annotators", CVPR 2019, arXiv:1903.10830).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import mercantile
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LinearRing, MultiPolygon, Polygon, box

_M_PER_DEGREE = 2.0 * math.pi * 6378137.0 / 360.0


@dataclass(frozen=True, slots=True)
class ActSeconds:
    """What each act costs a person, in seconds; all but ``view`` are per object."""

    view: float = 2.0
    confirm: float = 1.0
    delete: float = 2.0
    reshape: float = 6.0
    draw: float = 20.0


@dataclass(frozen=True, slots=True)
class MapperHabits:
    """How a person works. Each slip's probability is the number here times ``error_rate``.

    Attributes:
        error_rate: 0 never errs, 1 errs as often as the numbers below say.
        seconds: what the acts cost.
        accept_iou: an outline that fits its object at least so well is confirmed as it is.
        match_iou: one that fits at least so well is reshaped; below, it is deleted.
        miss_small: an object of no area that should be drawn is overlooked; people omit far more
            than they over-draw.
        miss_large: the same for a very large object.
        small_m2: ground area at which the chance of a miss has fallen 63 % of the way between.
        confirm_wrong: an outline that should be reshaped or deleted is confirmed.
        nothing_instead: a tile with objects is answered "nothing".
        skip_fixing: a tile that needs work is answered "wrong" and left.
        cant_tell: a tile is answered "can't tell".
        offset: everything drawn in a tile is shifted, by ``offset_m`` metres in one direction.
        jitter_m: standard deviation in metres by which each drawn vertex is off.
    """

    error_rate: float = 0.0
    seconds: ActSeconds = field(default_factory=ActSeconds)
    accept_iou: float = 0.75
    match_iou: float = 0.3
    miss_small: float = 0.8
    miss_large: float = 0.1
    small_m2: float = 30.0
    confirm_wrong: float = 0.3
    nothing_instead: float = 0.1
    skip_fixing: float = 0.1
    cant_tell: float = 0.05
    offset: float = 0.1
    offset_m: float = 2.0
    jitter_m: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 <= self.error_rate <= 1.0:
            raise ValueError(f"error_rate {self.error_rate} is not within 0..1")
        if not 0.0 < self.match_iou <= self.accept_iou <= 1.0:
            raise ValueError("0 < match_iou <= accept_iou <= 1 must hold")


class Source(StrEnum):
    """Where an object of a response comes from."""

    MODEL = "model"
    PERSON = "person"


class MapperAnswer(StrEnum):
    """What a person says about a tile."""

    RIGHT = "right"
    CORRECTED = "corrected"
    NOTHING = "nothing"
    CANT_TELL = "cant_tell"
    WRONG = "wrong"


@dataclass(frozen=True)
class MapperResponse:
    """One person's answer about one tile.

    Attributes:
        answer: see ``MapperAnswer``.
        objects: whole polygons (EPSG:4326 lon/lat) that touch the tile, each with its source.
        seconds: modelled time spent.
        acts: how often each act of ``ActSeconds`` was done.
    """

    answer: MapperAnswer
    objects: list[tuple[Polygon, Source]]
    seconds: float
    acts: dict[str, int]


@dataclass(frozen=True)
class Repair:
    """What turns shown outlines into the truth; indices into either.

    Attributes:
        confirm: ``(truth, shown)`` pairs that fit well enough.
        reshape: ``(truth, shown)`` pairs that fit badly.
        delete: shown outlines that match nothing.
        draw: objects that no outline matches.
    """

    confirm: list[tuple[int, int]]
    reshape: list[tuple[int, int]]
    delete: list[int]
    draw: list[int]

    def acts(self) -> dict[str, int]:
        """How often each act is done; one view a tile."""
        return {
            "view": 1,
            "confirm": len(self.confirm),
            "delete": len(self.delete),
            "reshape": len(self.reshape),
            "draw": len(self.draw),
        }


def seconds_of(acts: dict[str, int], seconds: ActSeconds) -> float:
    """Modelled seconds of ``acts`` (name of act -> how often)."""
    return float(sum(count * getattr(seconds, act) for act, count in acts.items()))


def plan_repair(iou: npt.NDArray[np.float64], habits: MapperHabits) -> Repair:
    """The acts of a person without slips: best-fitting pairs first, each object used once.

    Args:
        iou: ``(T, S)`` float64 in 0..1, of each true object with each shown outline.
        habits: the limits for confirming and reshaping.
    """
    objects, outlines = iou.shape
    confirm: list[tuple[int, int]] = []
    reshape: list[tuple[int, int]] = []
    matched, used = set[int](), set[int]()
    rows, columns = np.nonzero(iou >= habits.match_iou)
    for place in np.argsort(-iou[rows, columns], kind="stable"):
        truth, shown = int(rows[place]), int(columns[place])
        if truth in matched or shown in used:
            continue
        matched.add(truth)
        used.add(shown)
        fits = iou[truth, shown] >= habits.accept_iou
        (confirm if fits else reshape).append((truth, shown))
    return Repair(
        confirm=confirm,
        reshape=reshape,
        delete=[shown for shown in range(outlines) if shown not in used],
        draw=[truth for truth in range(objects) if truth not in matched],
    )


def pairwise_iou(first: Sequence[Polygon], second: Sequence[Polygon]) -> npt.NDArray[np.float64]:
    """``(len(first), len(second))`` float64 intersection over union, in the plane of the inputs.

    Lon/lat serve as they are: at the size of a tile a degree's stretch cancels out of the ratio.
    """
    iou = np.zeros((len(first), len(second)))
    if not first or not second:
        return iou
    left, right = np.array(first, dtype=object), np.array(second, dtype=object)
    rows, columns = shapely.STRtree(right).query(left, predicate="intersects")
    shared = shapely.area(shapely.intersection(left[rows], right[columns]))
    union = shapely.area(left[rows]) + shapely.area(right[columns]) - shared
    iou[rows, columns] = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return iou


def respond(
    truth: Sequence[Polygon],
    shown: Sequence[Polygon] | None,
    tile: mercantile.Tile,
    habits: MapperHabits,
    rng: np.random.Generator,
) -> MapperResponse:
    """What a person answers about a tile.

    Args:
        truth: valid polygons, EPSG:4326 lon/lat; those that do not touch the tile are not seen.
        shown: the model's outlines, or None on a blind tile, where all has to be drawn.
        tile: where they look; objects reach beyond it and stay whole.
        habits: speed and slips.
        rng: the only source of chance; the same state gives the same answer.

    Returns:
        The response; with ``error_rate`` 0 its objects are the truth, save for outlines of the
        model that fit at least ``accept_iou``.
    """
    seen = box(*mercantile.bounds(tile))
    truth = [polygon for polygon in truth if _overlaps(polygon, seen)]
    outlines = [polygon for polygon in shown or () if _overlaps(polygon, seen)]
    slips = _Slips(habits, rng)
    plan = plan_repair(pairwise_iou(truth, outlines), habits)
    hurried = slips.answer_without_work(needs_work=bool(plan.reshape or plan.delete or plan.draw))
    if hurried is MapperAnswer.NOTHING and not truth:
        hurried = None  # that is no slip
    if hurried is not None:
        acts = Repair([], [], [], []).acts()
        return MapperResponse(hurried, [], seconds_of(acts, habits.seconds), acts)

    done, kept = _slipped(plan, truth, slips)
    shift = slips.shift_m()
    objects = [(outlines[index], Source.MODEL) for index in kept]
    objects += [
        (slips.drawn(truth[index], shift), Source.PERSON)
        for index in [pair[0] for pair in done.reshape] + done.draw
    ]
    acts = done.acts()
    return MapperResponse(_answer(done, objects), objects, seconds_of(acts, habits.seconds), acts)


def _overlaps(polygon: Polygon, seen: Polygon) -> bool:
    """More than a shared edge: neighbours' tiles own what merely abuts."""
    return bool(polygon.intersects(seen) and not polygon.touches(seen))


def _answer(done: Repair, objects: list[tuple[Polygon, Source]]) -> MapperAnswer:
    if not objects:
        return MapperAnswer.NOTHING
    if done.reshape or done.delete or done.draw:
        return MapperAnswer.CORRECTED
    return MapperAnswer.RIGHT


def _slipped(plan: Repair, truth: list[Polygon], slips: _Slips) -> tuple[Repair, list[int]]:
    """The plan as this person carries it out, and the outlines that stay."""
    wrongly = {
        shown
        for shown in [pair[1] for pair in plan.reshape] + plan.delete
        if slips.happens(slips.habits.confirm_wrong)
    }
    done = Repair(
        confirm=plan.confirm + [(-1, shown) for shown in sorted(wrongly)],
        reshape=[pair for pair in plan.reshape if pair[1] not in wrongly],
        delete=[shown for shown in plan.delete if shown not in wrongly],
        draw=[index for index in plan.draw if not slips.overlooks(truth[index])],
    )
    return done, [shown for _, shown in done.confirm]


@dataclass(frozen=True)
class _Slips:
    """Chance, scaled by the error rate."""

    habits: MapperHabits
    rng: np.random.Generator

    def happens(self, probability: float) -> bool:
        return bool(self.rng.random() < self.habits.error_rate * probability)

    def answer_without_work(self, needs_work: bool) -> MapperAnswer | None:
        """An answer that ends the tile at a glance, if this person gives one."""
        if self.happens(self.habits.cant_tell):
            return MapperAnswer.CANT_TELL
        if self.happens(self.habits.nothing_instead):
            return MapperAnswer.NOTHING
        if needs_work and self.happens(self.habits.skip_fixing):
            return MapperAnswer.WRONG
        return None

    def overlooks(self, polygon: Polygon) -> bool:
        """Small objects are missed more often."""
        spread = self.habits.miss_small - self.habits.miss_large
        small = math.exp(-_area_m2(polygon) / self.habits.small_m2)
        return self.happens(self.habits.miss_large + spread * small)

    def shift_m(self) -> tuple[float, float]:
        """East and north metres by which all that is drawn in this tile is off."""
        if not self.happens(self.habits.offset):
            return 0.0, 0.0
        angle = self.rng.uniform(0.0, 2.0 * math.pi)
        return self.habits.offset_m * math.cos(angle), self.habits.offset_m * math.sin(angle)

    def drawn(self, polygon: Polygon, shift_m: tuple[float, float]) -> Polygon:
        """``polygon`` as this hand draws it; always valid and never empty."""
        jitter_m = self.habits.error_rate * self.habits.jitter_m
        if jitter_m == 0.0 and shift_m == (0.0, 0.0):
            return polygon
        per_metre = _degrees_per_metre(polygon)

        def moved(ring: LinearRing) -> npt.NDArray[np.float64]:
            corners = shapely.get_coordinates(ring)[:-1]  # the last repeats the first
            noise_m = self.rng.normal(0.0, jitter_m, corners.shape)
            return np.asarray(corners + (noise_m + shift_m) * per_metre, np.float64)

        rings = [moved(ring) for ring in polygon.interiors]
        return _sound(Polygon(moved(polygon.exterior), rings)) or polygon


def _sound(polygon: Polygon) -> Polygon | None:
    """The largest valid part of a polygon whose vertices moved, or None if nothing is left."""
    if polygon.is_valid:
        return polygon
    repaired = polygon.buffer(0)
    parts = repaired.geoms if isinstance(repaired, MultiPolygon) else [repaired]
    largest = max(parts, key=lambda part: part.area)
    return largest if isinstance(largest, Polygon) and not largest.is_empty else None


def _degrees_per_metre(polygon: Polygon) -> npt.NDArray[np.float64]:
    """``(2,)`` degrees of longitude and latitude in a ground metre at the polygon."""
    latitude = math.radians((polygon.bounds[1] + polygon.bounds[3]) / 2.0)
    return np.array([1.0 / (_M_PER_DEGREE * math.cos(latitude)), 1.0 / _M_PER_DEGREE])


def _area_m2(polygon: Polygon) -> float:
    east, north = _degrees_per_metre(polygon)
    return float(polygon.area / (east * north))
