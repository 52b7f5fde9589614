"""Objects found, invented and missed, and AP/AR, in the sense of COCO.

Lin et al. 2014, *Microsoft COCO: Common objects in context*; the matching and the 101-point
average follow ``pycocotools.cocoeval`` (checked against it in the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon, STRtree

from learner.evaluation.counts import ObjectCounts

_RECALL_LEVELS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True, eq=False)
class ObjectMatches:
    """One tile's predictions against its truth.

    ``confidence`` (P,) float64 and ``truth_of`` (P,) int64 (index of the matched true object, -1
    for none) are in descending order of confidence; ``order`` (P,) int64 leads back to the
    predictions as they were given; ``truth_count`` is the number of true objects.
    """

    confidence: NDArray[np.float64]
    truth_of: NDArray[np.int64]
    order: NDArray[np.int64]
    truth_count: int

    @property
    def counts(self) -> ObjectCounts:
        """Found, invented and missed objects, whatever the confidence."""
        found = int((self.truth_of >= 0).sum())
        return ObjectCounts(tp=found, fp=len(self.truth_of) - found, fn=self.truth_count - found)


def match_objects(
    predictions: Sequence[Polygon],
    truth: Sequence[Polygon],
    confidences: ArrayLike | None = None,
    *,
    iou: float = 0.5,
) -> ObjectMatches:
    """Match greedily: the surest prediction first takes the free true object of largest IoU.

    Args:
        predictions: valid polygons, in the CRS of ``truth`` (IoU does not depend on a local
            scale, so EPSG:4326 will do).
        truth: valid polygons.
        confidences: (P,); without them all are equally sure and the given order decides.
        iou: the least IoU of a match, in (0, 1].
    """
    sure = np.ones(len(predictions)) if confidences is None else np.asarray(confidences, float)
    order = np.argsort(-sure, kind="stable")
    rivals = _rivals(predictions, truth, iou)
    truth_of = np.full(len(predictions), -1, dtype=np.int64)
    taken = np.zeros(len(truth), dtype=bool)
    for place, prediction in enumerate(order.tolist()):
        free = [(overlap, target) for overlap, target in rivals[prediction] if not taken[target]]
        if free:
            truth_of[place] = max(free)[1]
            taken[truth_of[place]] = True
    return ObjectMatches(sure[order], truth_of, order, len(truth))


def object_counts(
    predictions: Sequence[Polygon],
    truth: Sequence[Polygon],
    iou: float = 0.5,
    confidences: ArrayLike | None = None,
) -> ObjectCounts:
    """Objects found, invented and missed at an IoU.

    Arguments as in :func:`match_objects`; ``confidences`` are (P,), of any range.
    """
    return match_objects(predictions, truth, confidences, iou=iou).counts


def average_precision(tiles: Sequence[ObjectMatches]) -> float:
    """AP at the IoU of the matches: precision averaged over 101 recalls; NaN without truth.

    COCO considers at most 100 predictions an image; here all count, for a dense tile has more.
    """
    total = sum(tile.truth_count for tile in tiles)
    if total == 0:
        return float("nan")
    confidence = np.concatenate([tile.confidence for tile in tiles])
    hits = np.concatenate([tile.truth_of >= 0 for tile in tiles])
    hits = hits[np.argsort(-confidence, kind="stable")]
    found = np.cumsum(hits)
    recall = found / total
    precision = found / np.arange(1, len(hits) + 1)
    # The envelope: the best precision at this recall or beyond.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at_level = np.searchsorted(recall, _RECALL_LEVELS, side="left")
    reached = at_level < len(envelope)
    return float(envelope[at_level[reached]].sum() / len(_RECALL_LEVELS))


def average_recall(tiles: Sequence[ObjectMatches]) -> float:
    """AR at the IoU of the matches: the share of true objects found by any prediction."""
    total = sum(tile.truth_count for tile in tiles)
    found = sum(tile.counts.tp for tile in tiles)
    return found / total if total else float("nan")


def _rivals(
    predictions: Sequence[Polygon], truth: Sequence[Polygon], iou: float
) -> list[list[tuple[float, int]]]:
    """Per prediction, the true objects that reach ``iou`` with it, each with its IoU."""
    rivals: list[list[tuple[float, int]]] = [[] for _ in predictions]
    if not len(predictions) or not len(truth):
        return rivals
    predicted = np.array(predictions, dtype=object)
    true = np.array(truth, dtype=object)
    left, right = STRtree(true).query(predicted, predicate="intersects")
    shared = shapely.area(shapely.intersection(predicted[left], true[right]))
    union = shapely.area(predicted)[left] + shapely.area(true)[right] - shared
    overlap = shared / np.where(union > 0, union, 1.0)
    for index, target, value in zip(left, right, overlap, strict=True):
        if value >= min(iou, 1.0 - 1e-10):  # as COCO: an IoU of 1 is reached despite rounding
            rivals[index].append((float(value), int(target)))
    return rivals
