"""What training minimises: binary cross-entropy and soft Dice over the pixels that count."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from learner.training.data import IGNORE


def segmentation_loss(
    logits: Tensor, masks: Tensor, weights: Tensor, *, dice_weight: float
) -> Tensor:
    """Weighted binary cross-entropy plus ``dice_weight`` × soft Dice loss, as a scalar.

    Dice is taken over the whole batch rather than chip by chip: in sparse country most chips
    are empty, and a chip-wise Dice would reward predicting nothing at all.

    Args:
        logits: (B, 1, H, W), any float type.
        masks: (B, H, W) uint8: 0, 1, or 255 = ignore.
        weights: (B, H, W) float32, of each pixel.
        dice_weight: 0 leaves Dice out.

    Source: V-Net (Milletari et al. 2016) for soft Dice.
    """
    scores = logits[:, 0].float()
    counted = (masks != IGNORE) * weights
    truth = (masks == 1).float()
    entropy = binary_cross_entropy_with_logits(scores, truth, reduction="none")
    loss = (entropy * counted).sum() / counted.sum().clamp_min(1.0)
    if dice_weight > 0:
        probability = torch.sigmoid(scores) * counted
        overlap = (probability * truth).sum()
        total = probability.sum() + (truth * counted).sum()
        loss = loss + dice_weight * (1 - (2 * overlap + 1) / (total + 1))
    return loss
