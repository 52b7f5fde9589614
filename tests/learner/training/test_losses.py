import math

import pytest
import torch

from learner.training.losses import segmentation_loss


def _loss(logits: list[list[float]], mask: list[list[int]], weights: list[float], **kw: float):
    shape = (len(logits), 1, 1, len(logits[0]))
    return segmentation_loss(
        torch.tensor(logits).view(shape),
        torch.tensor(mask, dtype=torch.uint8).view(len(mask), 1, -1),
        torch.tensor(weights).view(-1, 1, 1).expand(len(mask), 1, len(mask[0])),
        dice_weight=kw.get("dice_weight", 0.0),
    ).item()


def test_at_logit_zero_cross_entropy_is_ln_two() -> None:
    assert _loss([[0.0, 0.0]], [[0, 1]], [1.0]) == pytest.approx(math.log(2))


def test_dice_worked_by_hand() -> None:
    # p = ½ on two pixels, one of them object: overlap ½, sum of p 1, sum of truth 1,
    # so Dice is (2·½ + 1) / (1 + 1 + 1) = ⅔ and its loss ⅓.
    with_dice = _loss([[0.0, 0.0]], [[0, 1]], [1.0], dice_weight=1.0)
    assert with_dice - math.log(2) == pytest.approx(1 / 3)


def test_ignored_pixels_and_chips_without_weight_change_nothing() -> None:
    plain = _loss([[1.0, -2.0]], [[1, 0]], [1.0], dice_weight=1.0)
    ignored = _loss([[1.0, -2.0, 9.0]], [[1, 0, 255]], [1.0], dice_weight=1.0)
    weightless = _loss([[1.0, -2.0], [9.0, 9.0]], [[1, 0], [0, 0]], [1.0, 0.0], dice_weight=1.0)
    assert ignored == pytest.approx(plain)
    assert weightless == pytest.approx(plain)


def test_a_chip_of_half_weight_pulls_half_as_hard() -> None:
    # Entropy is ln 2 on the first chip and ln(1 + e) on the second.
    mixed = _loss([[0.0], [1.0]], [[1], [0]], [1.0, 0.5])
    assert mixed == pytest.approx((math.log(2) + 0.5 * math.log(1 + math.e)) / 1.5)
