"""The people of a replay: what they say of chips whose truth is known, and the time it takes them.

They work as those of ``learner.people.mapper``, on masks instead of polygons. Of their slips the
one that costs a model most is replayed: "nothing" on a chip that has objects.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from learner.doubt import is_contradicted
from learner.people.habits import MapperHabits
from learner.people.repair import plan_repair, seconds_of

_SPECK_SHARE = 0.0005  # of a chip's area: what the vectoriser drops, nobody has to delete

Mask = npt.NDArray[np.uint8] | npt.NDArray[np.bool_]


class Crowd:
    """People who label chips, one person a chip, and a second one where the first is in doubt.

    Attributes:
        labels: ``(N, S, S)`` uint8, 0 or 1: what stands for each chip; 0 before it is answered.
        seconds: ``(N,)`` float64 modelled people-seconds spent; NaN before.

    Args:
        truth: ``(N, S, S)`` uint8, 0 or 1.
        habits: costs, limits, and how often a chip with objects is answered "nothing".
        seed: of who slips where: the same whichever chips are chosen, and when.
        second_looks: whether chips in doubt are shown to another person.
    """

    def __init__(
        self,
        truth: npt.NDArray[np.uint8],
        habits: MapperHabits,
        seed: int,
        *,
        second_looks: bool = False,
    ) -> None:
        self._truth = truth
        self._habits = habits
        self._second_looks = second_looks
        chance = np.random.default_rng([seed, len(truth)]).random((len(truth), 2))
        is_full = truth.reshape(len(truth), -1).max(axis=1) > 0
        self._slips = is_full[:, None] & (chance < habits.error_rate * habits.nothing_instead)
        self._voices = np.zeros(len(truth), np.int64)
        self.labels = np.zeros_like(truth)
        self.seconds = np.full(len(truth), np.nan)

    def answer(self, chip: int, shown: Mask | None) -> None:
        """One person answers a chip, before them the model's mask, or nothing (None)."""
        self.seconds[chip] = 0.0
        self.labels[chip] = self._said(chip, shown)
        if self._second_looks and self._is_in_doubt(chip, shown):
            self._look_again(chip, shown)

    def look_again(self, shown: npt.NDArray[np.bool_], most: int) -> None:
        """Second looks where a newer model contradicts the label of one voice.

        Args:
            shown: ``(N, S, S)`` bool, its masks of all chips.
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

    def _is_in_doubt(self, chip: int, shown: Mask | None) -> bool:
        if shown is None:
            return not self.labels[chip].any()
        return _is_contradicted(self.labels[chip], shown)

    def _look_again(self, chip: int, shown: Mask | None) -> None:
        """Who sees objects there outweighs who saw none."""
        self.labels[chip] |= self._said(chip, shown)

    def _said(self, chip: int, shown: Mask | None) -> npt.NDArray[np.uint8]:
        voice = min(int(self._voices[chip]), 1)
        self._voices[chip] += 1
        if self._slips[chip, voice]:
            self.seconds[chip] += self._habits.seconds.view
            return np.zeros_like(self._truth[chip])
        truth: npt.NDArray[np.uint8] = self._truth[chip]
        self.seconds[chip] += people_seconds(truth, shown, self._habits)
        return truth


def people_seconds(truth: npt.NDArray[np.uint8], shown: Mask | None, habits: MapperHabits) -> float:
    """Modelled seconds to bring what is shown on a chip to the truth, object by object.

    Objects are 8-connected components of the masks; the acts and their costs are those of
    ``learner.people.repair``.

    Args:
        truth: ``(S, S)`` uint8, 0 or 1.
        shown: ``(S, S)`` the model's mask, or None where nothing is shown and all is drawn.
        habits: limits of IoU and costs.
    """
    objects, count = _components(truth)
    outlines, shown_count = _components(np.zeros_like(truth) if shown is None else shown)
    joint = np.zeros((count + 1, shown_count + 1))
    np.add.at(joint, (objects.ravel(), outlines.ravel()), 1.0)
    shared = joint[1:, 1:]
    area, shown_area = joint[1:].sum(axis=1), joint[:, 1:].sum(axis=0)
    union = area[:, None] + shown_area[None, :] - shared
    return seconds_of(plan_repair(shared / union, habits).acts(), habits.seconds)


def _components(mask: Mask) -> tuple[npt.NDArray[np.int32], int]:
    """Labels ``(S, S)`` from 1 on, and how many; specks are ground."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK_SHARE * mask.size
    keep[0] = False
    renumbered = np.cumsum(keep) * keep
    return np.asarray(renumbered[labels], np.int32), int(keep.sum())


def _left_out(label: npt.NDArray[np.uint8], shown: Mask) -> float:
    return float(((shown > 0) & (label == 0)).mean())


def _is_contradicted(label: npt.NDArray[np.uint8], shown: Mask) -> bool:
    return is_contradicted(
        left_out=_left_out(label, shown),
        shared=float(((shown > 0) & (label > 0)).mean()),
        label=float(label.mean()),
    )
