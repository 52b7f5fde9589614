import contextlib
import io

import numpy as np
import pytest
import shapely
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from shapely import Polygon

from learner.evaluation.counts import ObjectCounts
from learner.evaluation.objects import (
    ObjectMatches,
    average_precision,
    average_recall,
    match_objects,
    object_counts,
)

SIDE_PX = 64


def test_an_iou_of_a_half_is_a_match_and_less_is_not() -> None:
    truth = [shapely.box(0, 0, 4, 2)]
    assert object_counts([shapely.box(0, 0, 2, 2)], truth) == ObjectCounts(tp=1, fp=0, fn=0)
    assert object_counts([shapely.box(0, 0, 1.9, 2)], truth) == ObjectCounts(tp=0, fp=1, fn=1)


def test_a_true_object_is_found_once_and_the_second_finding_is_invented() -> None:
    truth = [shapely.box(0, 0, 4, 4)]
    predictions = [shapely.box(0, 0, 4, 4), shapely.box(0, 0, 4, 3)]
    assert object_counts(predictions, truth) == ObjectCounts(tp=1, fp=1, fn=0)


def test_the_surest_prediction_chooses_first() -> None:
    truth = [shapely.box(0, 0, 4, 4)]
    predictions = [shapely.box(0, 0, 4, 4), shapely.box(0, 0, 4, 3)]
    matches = match_objects(predictions, truth, [0.3, 0.9])
    assert matches.order.tolist() == [1, 0]
    assert matches.truth_of.tolist() == [0, -1]


def test_empty_sides_are_counted() -> None:
    box = shapely.box(0, 0, 1, 1)
    assert object_counts([], []) == ObjectCounts()
    assert object_counts([box], []) == ObjectCounts(fp=1)
    assert object_counts([], [box]) == ObjectCounts(fn=1)


def test_average_precision_by_hand() -> None:
    # Right, wrong, right over 2 true objects: precision 1 up to recall 0.5 (51 of 101 levels),
    # 2/3 from there to 1 (the other 50).
    matches = ObjectMatches(
        confidence=np.array([0.9, 0.8, 0.7]),
        truth_of=np.array([0, -1, 1]),
        order=np.arange(3),
        truth_count=2,
    )
    assert average_precision([matches]) == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert average_recall([matches]) == 1.0


def test_without_true_objects_precision_and_recall_are_unknown() -> None:
    nothing = match_objects([shapely.box(0, 0, 1, 1)], [], [0.5])
    assert np.isnan(average_precision([nothing]))
    assert np.isnan(average_recall([nothing]))


def random_tile(rng: np.random.Generator) -> tuple[list[Polygon], list[Polygon], list[float]]:
    """True rectangles on whole pixels, and predictions that shift, miss and invent them."""

    def rectangle() -> list[int]:
        x, y = rng.integers(0, SIDE_PX - 20, 2)
        return [int(x), int(y), int(x + rng.integers(4, 16)), int(y + rng.integers(4, 16))]

    truth = [rectangle() for _ in range(rng.integers(0, 8))]
    predictions = [rectangle() for _ in range(rng.integers(0, 4))]
    for box in truth:
        for _ in range(rng.integers(0, 3)):
            moved = np.array(box) + rng.integers(-2, 3, 4)
            predictions.append(np.clip(moved, 0, SIDE_PX).tolist())
    confidences = rng.permutation(len(predictions)) / 100 + rng.random()
    return (
        [shapely.box(*box) for box in predictions],
        [shapely.box(*box) for box in truth],
        confidences.tolist(),
    )


def coco_ap_ar(
    tiles: list[tuple[list[Polygon], list[Polygon], list[float]]],
) -> tuple[float, float]:
    """AP and AR at IoU 0.5 of pycocotools, on the rasterised rectangles."""

    def rle(polygon: Polygon) -> dict[str, object]:
        mask = np.zeros((SIDE_PX, SIDE_PX), dtype=np.uint8, order="F")
        west, north, east, south = (int(value) for value in polygon.bounds)
        mask[north:south, west:east] = 1
        return dict(coco_mask.encode(mask))

    truth, found = [], []
    for image, (predictions, true, confidences) in enumerate(tiles, start=1):
        common = {"image_id": image, "category_id": 1}
        for polygon in true:
            area = {"id": len(truth) + 1, "area": polygon.area, "iscrowd": 0}
            truth.append({**common, **area, "segmentation": rle(polygon)})
        for polygon, confidence in zip(predictions, confidences, strict=True):
            found.append({**common, "segmentation": rle(polygon), "score": confidence})
    coco = COCO()
    coco.dataset = {
        "images": [{"id": i + 1, "height": SIDE_PX, "width": SIDE_PX} for i in range(len(tiles))],
        "categories": [{"id": 1}],
        "annotations": truth,
        "info": {},
    }
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes(found), "segm")
        run.params.iouThrs = np.array([0.5])
        run.params.areaRng = [[0, 1e10]]
        run.params.areaRngLbl = ["all"]
        run.evaluate()
        run.accumulate()
    return float(run.eval["precision"][0, :, 0, 0, -1].mean()), float(
        run.eval["recall"][0, 0, 0, -1]
    )


@pytest.mark.parametrize("seed", range(8))
def test_ap_and_ar_agree_with_pycocotools(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tiles = [random_tile(rng) for _ in range(6)]
    matches = [match_objects(*tile) for tile in tiles]
    ap, ar = coco_ap_ar(tiles)
    assert average_precision(matches) == pytest.approx(ap, abs=1e-9)
    assert average_recall(matches) == pytest.approx(ar, abs=1e-9)
