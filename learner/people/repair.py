"""What turns shown outlines into the truth, act by act, and what the acts cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon

from learner.people.habits import ActSeconds, MapperHabits


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
