"""The people of a replay: what they say of chips whose truth is known, and the time it takes them.

They work as those of ``learner.people.mapper``, on masks instead of polygons. Of their slips the
one that costs a model most is replayed: "nothing" on a chip that has objects.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from learner.doubt import is_contradicted
from learner.people.habits import MapperHabits
from learner.people.repair import plan_repair, seconds_of
from learner.people.shown import Numbers, patches


class Crowd:
    """People who label chips, one person a chip, and a second one where the first is in doubt.

    Attributes:
        labels: ``(N, S, S)`` uint8, 0 or 1: what stands for each chip; 0 before it is answered.
        seconds: ``(N,)`` float64 modelled people-seconds spent; NaN before.

    Args:
        truth: ``(N, S, S)`` uint8, 0 or 1: what people who do not slip say.
        habits: costs, limits, and how often a chip with objects is answered "nothing".
        seed: of who slips where: the same whichever chips are chosen, and when.
        second_looks: whether chips in doubt are shown to another person.
        objects: ``(N, S, S)`` int32 as ``learner.people.shown.Numbers``, what they have to draw;
            None takes the patches of the truth.
    """

    def __init__(
        self,
        truth: npt.NDArray[np.uint8],
        habits: MapperHabits,
        seed: int,
        *,
        second_looks: bool = False,
        objects: npt.NDArray[np.int32] | None = None,
    ) -> None:
        self._truth = truth
        self._objects = objects
        self._habits = habits
        self._second_looks = second_looks
        chance = np.random.default_rng([seed, len(truth)]).random((len(truth), 2))
        is_full = truth.reshape(len(truth), -1).max(axis=1) > 0
        self._slips = is_full[:, None] & (chance < habits.error_rate * habits.nothing_instead)
        self._voices = np.zeros(len(truth), np.int64)
        self.labels = np.zeros_like(truth)
        self.seconds = np.full(len(truth), np.nan)

    def answer(self, chip: int, shown: Numbers | None) -> None:
        """One person answers a chip, before them the model's outlines, or nothing (None)."""
        self.seconds[chip] = 0.0
        self.labels[chip] = self._said(chip, shown)
        if self._second_looks and self._is_in_doubt(chip, shown):
            self._look_again(chip, shown)

    def look_again(self, shown: npt.NDArray[np.int32], most: int) -> None:
        """Second looks where a newer model contradicts the label of one voice.

        Args:
            shown: ``(N, S, S)`` int32, its outlines of all chips.
            most: chips that are looked at, those first whose label leaves out most.
        """
        if not self._second_looks:
            return
        in_doubt = [
            (-_left_out(self.labels[chip], shown[chip]), chip)
            for chip in np.flatnonzero(self._voices == 1).tolist()
            if _is_contradicted(self.labels[chip], shown[chip])
        ]
        for _, chip in sorted(in_doubt)[:most]:
            self._look_again(chip, shown[chip])

    def _is_in_doubt(self, chip: int, shown: Numbers | None) -> bool:
        if shown is None:
            return not self.labels[chip].any()
        return _is_contradicted(self.labels[chip], shown)

    def _look_again(self, chip: int, shown: Numbers | None) -> None:
        """Who sees objects there outweighs who saw none."""
        self.labels[chip] |= self._said(chip, shown)

    def _said(self, chip: int, shown: Numbers | None) -> npt.NDArray[np.uint8]:
        voice = min(int(self._voices[chip]), 1)
        self._voices[chip] += 1
        if self._slips[chip, voice]:
            self.seconds[chip] += self._habits.seconds.view
            return np.zeros_like(self._truth[chip])
        truth: npt.NDArray[np.uint8] = self._truth[chip]
        objects = patches(truth) if self._objects is None else self._objects[chip]
        self.seconds[chip] += people_seconds(objects, shown, self._habits)
        return truth


def people_seconds(objects: Numbers, shown: Numbers | None, habits: MapperHabits) -> float:
    """Modelled seconds to bring what is shown on a chip to the truth, object by object.

    The acts and their costs are those of ``learner.people.repair``.

    Args:
        objects: ``(S, S)`` int32, what is there.
        shown: ``(S, S)`` int32 the model's outlines, or None where all has to be drawn.
        habits: limits of IoU and costs.
    """
    outlines = np.zeros_like(objects) if shown is None else shown
    joint = np.zeros((int(objects.max()) + 1, int(outlines.max()) + 1))
    np.add.at(joint, (objects.ravel(), outlines.ravel()), 1.0)
    shared = joint[1:, 1:]
    area, shown_area = joint[1:].sum(axis=1), joint[:, 1:].sum(axis=0)
    union = area[:, None] + shown_area[None, :] - shared
    return seconds_of(plan_repair(shared / union, habits).acts(), habits.seconds)


def _left_out(label: npt.NDArray[np.uint8], shown: Numbers) -> float:
    return float(((shown > 0) & (label == 0)).mean())


def _is_contradicted(label: npt.NDArray[np.uint8], shown: Numbers) -> bool:
    return is_contradicted(
        left_out=_left_out(label, shown),
        shared=float(((shown > 0) & (label > 0)).mean()),
        label=float(label.mean()),
    )
