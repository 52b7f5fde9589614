"""What the holdout decides: which epoch is kept, the threshold, the temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from learner.data.splits import spatial_holdout
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter
from learner.training.config import TrainConfig
from learner.training.data import IGNORE, TrainingSet

_THRESHOLDS = np.round(np.arange(0.2, 0.801, 0.02), 2)
_TEMPERATURES = np.geomspace(0.5, 4.0, 25)
_MOST_PIXELS = 400_000

PRIOR_THRESHOLD = 0.4
"""What no holdout has said otherwise. Of honest probabilities the threshold that is best for F1 and
IoU is half of the best F1 (Z. C. Lipton, C. Elkan and B. Naryanaswamy, ECML PKDD 2014,
arXiv:1402.1892), and models of few labels reach about 0.8 (docs/results.md, "The recipe")."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Threshold (0..1, on calibrated probabilities) and temperature (> 0)."""

    threshold: float = PRIOR_THRESHOLD
    temperature: float = 1.0


def choose_holdout(data: TrainingSet, config: TrainConfig) -> NDArray[np.bool_]:
    """(N,) bool: chips held out by whole blocks, or none where they would decide nothing.

    Only verified chips are held out when there are enough of them: what nobody has confirmed
    should not decide which model is good. A holdout needs both object and ground. It hangs on the
    chips' places and not on the training's seed, so that it stays from round to round.
    """
    none = np.zeros(len(data), np.bool_)
    for candidates in (data.verified, np.ones(len(data), np.bool_)):
        indices = np.flatnonzero(candidates)
        if len(indices) * config.holdout_share < config.min_holdout_chips:
            continue
        for attempt in range(8):
            drawn = indices[spatial_holdout(data.xy[indices], config.holdout_share, attempt)]
            if len(drawn) >= config.min_holdout_chips and _two_sided(data.masks[drawn]):
                held = none.copy()
                held[drawn] = True
                if _two_sided(data.masks[~held]):
                    return held
    return none


def holdout_logits(
    segmenter: Segmenter, data: TrainingSet, runtime: Runtime, *, batch_size: int = 8
) -> NDArray[np.float32]:
    """(N, S, S) float32 logits of ``data``'s chips; ``segmenter`` is left in evaluation mode."""
    segmenter.eval()
    side = data.pixels.shape[1]
    pad = -side % segmenter.stride_px
    logits = []
    for start in range(0, len(data), batch_size):
        chips = torch.from_numpy(data.pixels[start : start + batch_size]).to(runtime.device)
        inputs = chips.permute(0, 3, 1, 2)
        if pad:
            inputs = torch.nn.functional.pad(
                inputs.float(), (0, pad, 0, pad), mode="reflect"
            ).byte()
        with torch.inference_mode(), runtime.autocast():
            logits.append(segmenter(inputs)[:, 0, :side, :side].float().cpu().numpy())
    return np.concatenate(logits)


def iou_at(logits: NDArray[np.float32], masks: NDArray[np.uint8], cut: float = 0.0) -> float:
    """Intersection over union of ``logits > cut`` with the masks, over all counted pixels.

    Args:
        logits: (N, S, S) float32.
        masks: (N, S, S) uint8: 0, 1, or 255 = not counted.
        cut: a logit; 0 is probability 0.5.

    Returns:
        0..1; 1 where neither says there is anything.
    """
    predicted, truth, counted = logits > cut, masks == 1, masks != IGNORE
    union = int(((predicted | truth) & counted).sum())
    return int((predicted & truth & counted).sum()) / union if union else 1.0


def decide(logits: NDArray[np.float32], masks: NDArray[np.uint8]) -> Decision:
    """Threshold and temperature from a holdout's logits (N, S, S) and masks (N, S, S).

    The temperature minimises the log loss (Guo et al. 2017). The threshold is the middle of
    those whose IoU is within half a point of the best, which a small holdout cannot tell apart,
    and is drawn half-way to ``PRIOR_THRESHOLD`` because a small holdout exaggerates.
    """
    counted = masks != IGNORE
    scores, truth = logits[counted].astype(np.float64), masks[counted] == 1
    step = max(1, len(scores) // _MOST_PIXELS)
    scores, truth = scores[::step], truth[::step]
    sign = np.where(truth, -1.0, 1.0)
    log_loss = [np.logaddexp(0, sign * scores / t).mean() for t in _TEMPERATURES]
    temperature = float(_TEMPERATURES[int(np.argmin(log_loss))])
    ious = np.array([_iou(scores / temperature > np.log(t / (1 - t)), truth) for t in _THRESHOLDS])
    best = float(np.median(_THRESHOLDS[ious >= ious.max() - 0.005]))
    return Decision(round((best + PRIOR_THRESHOLD) / 2, 3), round(temperature, 3))


def metrics(
    logits: NDArray[np.float32], masks: NDArray[np.uint8], decision: Decision
) -> dict[str, float]:
    """IoU, precision and recall (each 0..1) of the holdout at ``decision``, and its chips.

    Args:
        logits: (N, S, S) float32, before the temperature.
        masks: (N, S, S) uint8: 0, 1, or 255 = not counted.
        decision: threshold and temperature.
    """
    cut = decision.temperature * float(np.log(decision.threshold / (1 - decision.threshold)))
    predicted, truth, counted = logits > cut, masks == 1, masks != IGNORE
    hits = int((predicted & truth & counted).sum())
    return {
        "iou": iou_at(logits, masks, cut),
        "precision": hits / max(int((predicted & counted).sum()), 1),
        "recall": hits / max(int((truth & counted).sum()), 1),
        "chips": float(len(masks)),
    }


def _iou(predicted: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    union = int((predicted | truth).sum())
    return int((predicted & truth).sum()) / union if union else 1.0


def _two_sided(masks: NDArray[np.uint8]) -> bool:
    return bool((masks == 1).any() and (masks == 0).any())
