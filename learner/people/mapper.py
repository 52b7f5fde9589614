"""A person who maps: what they answer about a tile, what they get wrong, how long it takes.

Used by the simulation over HTTP. Replays (``learner.people.crowd``) count people's time in the same
acts and seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import mercantile
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LinearRing, MultiPolygon, Polygon, box

from learner.people.habits import MapperHabits
from learner.people.repair import Repair, pairwise_iou, plan_repair, seconds_of

_M_PER_DEGREE = 2.0 * math.pi * 6378137.0 / 360.0


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
