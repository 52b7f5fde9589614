"""A running average of a network's weights: smoother than the last step, at no cost in labels."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor

from learner.model.segmenter import Segmenter


class RunningAverage:
    """Exponential moving average of weights and of the running statistics of norms.

    Source: Polyak and Juditsky 1992; in the exponential form Tarvainen and Valpola 2017.

    The decay rises as ``(1 + step) / (10 + step)`` up to ``decay``, so that the random weights of
    the first steps are soon forgotten.
    """

    def __init__(self, segmenter: Segmenter, decay: float) -> None:
        self.segmenter = copy.deepcopy(segmenter).eval().requires_grad_(False)
        self._decay = decay
        self._step = 0

    @torch.no_grad()
    def update(self, segmenter: Segmenter) -> None:
        """Moves the average towards ``segmenter``'s weights."""
        self._step += 1
        decay = min(self._decay, (1 + self._step) / (10 + self._step))
        averaged, latest = [], []
        for own, new in zip(_tensors(self.segmenter), _tensors(segmenter), strict=True):
            if own.is_floating_point():
                averaged.append(own)
                latest.append(new)
            else:
                own.copy_(new)
        torch._foreach_lerp_(averaged, latest, 1 - decay)

    def restore(self, weights: Mapping[str, Tensor], step: int) -> None:
        """Sets the average to ``weights`` as they were after ``step`` updates.

        Args:
            weights: name → tensor of any device, as ``Segmenter.state_dict`` names and shapes them.
            step: from 0; decides the decay of the next update.

        Raises:
            RuntimeError: names or shapes are another network's.
        """
        self.segmenter.load_state_dict(dict(weights))
        self._step = step


def _tensors(segmenter: Segmenter) -> list[Tensor]:
    return list(segmenter.state_dict().values())
