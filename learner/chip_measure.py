"""How right a model is on chips whose truth is known, alone and together with people's answers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from learner.chip_prediction import ChipPredictor
from learner.data.chip_set import ChipSet
from learner.evaluation.counts import PixelCounts, pixel_counts


def measure(chips: ChipSet, model: ChipPredictor | None) -> PixelCounts:
    """Pixel counts of a model's outlines, all chips pooled.

    Args:
        chips: any number, with their truth.
        model: looks at one view, cut at its own threshold; None sees nothing anywhere.
    """
    if model is None or not len(chips):
        return pixel_counts(np.zeros_like(chips.truth), chips.truth)
    return pixel_counts(model(chips.pixels).probability >= model.threshold, chips.truth)


def measure_map(
    pool: ChipSet,
    labelled: npt.NDArray[np.int64],
    labels: npt.NDArray[np.uint8],
    model: ChipPredictor | None,
) -> PixelCounts:
    """Pixel counts of the map that people and model make: answers where there are any, else it.

    Args:
        pool: the campaign's chips, with their truth.
        labelled: ``(M,)`` indices of the chips that people have answered.
        labels: ``(N, S, S)`` uint8, 0 or 1, their answers, in the form that teaches.
        model: draws all other chips, see :func:`measure`.
    """
    left = np.setdiff1d(np.arange(len(pool)), labelled)
    counts = measure(pool.at(left), model)
    for chip in labelled.tolist():
        # What teaches has gaps where roofs touch; who said what is true drew the roofs whole.
        is_right = np.array_equal(labels[chip], pool.masks[chip])
        drawn = pool.truth[chip] if is_right else labels[chip]
        counts += pixel_counts(drawn, pool.truth[chip])
    return counts
