import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import (
    binary_f1_score,
    binary_jaccard_index,
    binary_precision,
    binary_recall,
)

from learner.evaluation import scores
from learner.evaluation.counts import ObjectCounts, PixelCounts, pixel_counts, stack

PREDICTION = [[1, 1, 0], [0, 1, 0]]
TRUTH = [[1, 0, 0], [1, 1, 0]]


def test_pixels_are_counted_by_hand() -> None:
    assert pixel_counts(PREDICTION, TRUTH) == PixelCounts(tp=2, fp=1, fn=1, tn=2)


def test_ignored_pixels_count_nowhere() -> None:
    ignore = [[0, 1, 0], [1, 0, 1]]
    assert pixel_counts(PREDICTION, TRUTH, ignore) == PixelCounts(tp=2, fp=0, fn=0, tn=1)


def test_masks_of_255_count_like_masks_of_1() -> None:
    assert pixel_counts(np.multiply(PREDICTION, 255), TRUTH) == pixel_counts(PREDICTION, TRUTH)


def test_masks_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        pixel_counts(PREDICTION, [[1, 0]])


def test_counts_add_up() -> None:
    assert PixelCounts(1, 2, 3, 4) + PixelCounts(10, 20, 30, 40) == PixelCounts(11, 22, 33, 44)
    assert ObjectCounts(1, 2, 3) + ObjectCounts(10, 20, 30) == ObjectCounts(11, 22, 33)


def test_counts_stack_to_one_row_a_tile() -> None:
    assert stack([PixelCounts(1, 2, 3, 4), PixelCounts(5, 6, 7, 8)]).tolist() == [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
    ]


def test_scores_by_hand() -> None:
    counts = PixelCounts(tp=6, fp=2, fn=4, tn=88)
    assert scores.iou(counts) == 6 / 12
    assert scores.precision(counts) == 6 / 8
    assert scores.recall(counts) == 6 / 10
    assert scores.f1(counts) == 12 / 18


def test_object_counts_are_scored_like_pixel_counts() -> None:
    assert scores.f1(ObjectCounts(tp=6, fp=2, fn=4)) == 12 / 18


def test_an_empty_tile_rightly_left_empty_adds_nothing_to_the_pooled_score() -> None:
    busy, empty = PixelCounts(6, 2, 4, 88), PixelCounts(0, 0, 0, 100)
    assert scores.iou(busy + empty) == scores.iou(busy)


def test_nothing_there_and_nothing_said_is_unknown_rather_than_perfect() -> None:
    for score in (scores.iou, scores.precision, scores.recall, scores.f1):
        assert np.isnan(score(PixelCounts(0, 0, 0, 100)))


def test_saying_nothing_where_something_is_has_no_precision_and_no_recall() -> None:
    missed = PixelCounts(tp=0, fp=0, fn=5, tn=5)
    assert np.isnan(scores.precision(missed))
    assert scores.recall(missed) == scores.iou(missed) == scores.f1(missed) == 0.0


def test_scores_keep_the_leading_axes() -> None:
    counts = np.arange(24).reshape(2, 3, 4)
    assert scores.iou(counts).shape == (2, 3)
    assert scores.iou(counts)[1, 2] == 20 / (20 + 21 + 22)


@pytest.mark.parametrize("seed", range(5))
def test_scores_agree_with_torchmetrics(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prediction, truth = rng.random((2, 40, 30)) < rng.uniform(0.1, 0.9, (2, 1, 1))
    counts = pixel_counts(prediction, truth)
    pair = torch.tensor(prediction.astype(int)), torch.tensor(truth.astype(int))
    for ours, theirs in (
        (scores.iou, binary_jaccard_index),
        (scores.precision, binary_precision),
        (scores.recall, binary_recall),
        (scores.f1, binary_f1_score),
    ):
        assert float(ours(counts)) == pytest.approx(float(theirs(*pair)), abs=1e-6)
