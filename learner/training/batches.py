"""Batches as a function of the step: nothing to remember, so resuming needs no random state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from learner.ahead import ahead
from learner.data.augment import View, paste, random_view
from learner.training.config import TrainConfig
from learner.training.data import TrainingSet, ignore_borders, near_gaps

Batch = tuple[Tensor, Tensor, Tensor]
"""Pixels (B, 3, S, S) uint8 channels_last, masks (B, S, S) uint8, weights (B, S, S) float32."""


class Batches:
    """Augmented batches of a training set; batch ``step`` is the same whenever it is asked for."""

    def __init__(
        self, data: TrainingSet, config: TrainConfig, rehearsal: TrainingSet | None = None
    ) -> None:
        """``rehearsal`` fills its share of each batch; its chips may be of another size."""
        limits = np.where(data.verified, 1.0, config.unverified_weight)
        sets = [replace(data, weights=np.minimum(data.weights, limits).astype(np.float32))]
        if rehearsal is not None:
            sets.append(rehearsal)
        border_px = config.border_ignore_px
        self._config = config
        self._pixels = [chip for part in sets for chip in part.pixels]
        self._masks = [mask for part in sets for mask in ignore_borders(part.masks, border_px)]
        self._weights = np.concatenate([part.weights for part in sets])
        self._streams = _streams(data.verified, len(self._pixels), config)

    def batch(self, step: int) -> Batch:
        """The batch of ``step`` (from 0)."""
        config = self._config
        rng = np.random.default_rng((config.seed, 0, step))
        views = [self._view(index, rng) for index in self._chips_of(step)]
        for place in range(len(views)):
            if rng.random() < config.cutmix_share:
                other = self._view(int(rng.integers(len(self._pixels))), rng)
                views[place] = paste(views[place], other, rng)
        pixels = torch.from_numpy(np.stack([view.pixels for view in views])).permute(0, 3, 1, 2)
        masks = torch.from_numpy(np.stack([view.mask for view in views]))
        weights = torch.from_numpy(np.stack([self._weights_of(view) for view in views]))
        return pixels, masks, weights

    def ahead(self, first: int, stop: int, *, threads: int) -> Iterator[Batch]:
        """The batches of steps ``first`` to ``stop`` (not included), made ahead by threads."""
        return ahead(self.batch, range(first, stop), threads=threads, name="batches")

    def _view(self, chip: int, rng: np.random.Generator) -> View:
        weight = float(self._weights[chip])
        return random_view(self._pixels[chip], self._masks[chip], weight, self._config, rng)

    def _weights_of(self, view: View) -> NDArray[np.float32]:
        """(S, S): the chip's weight, and more of it where the view shows a narrow gap."""
        weights = np.full(view.mask.shape, view.weight, np.float32)
        if self._config.gap_weight > 0:
            weights[near_gaps(view.mask, self._config.gap_px)] *= 1 + self._config.gap_weight
        return weights

    def _chips_of(self, step: int) -> list[int]:
        """Every chip of a stream once before any comes twice: pass after pass, each in its own
        order."""
        chips = []
        for number, (members, places) in enumerate(self._streams, start=1):
            for place in range(step * places, (step + 1) * places):
                one_pass, index = divmod(place, len(members))
                rng = np.random.default_rng((self._config.seed, number, one_pass))
                chips.append(int(members[rng.permutation(len(members))[index]]))
        return chips


def _streams(
    verified: NDArray[np.bool_], chips: int, config: TrainConfig
) -> list[tuple[NDArray[np.int64], int]]:
    """Chips and how many of a batch they fill: people's and the others, all alike or apart where
    the others would fill more of it than the recipe allows; then what is rehearsed."""
    rehearsed = np.arange(len(verified), chips)
    places = config.rehearsed_chips if len(rehearsed) else 0
    size = config.batch_size - places
    at_most = int(config.unverified_share * size)
    own, others = np.flatnonzero(verified), np.flatnonzero(~verified)
    if len(own) == 0 or len(others) <= config.unverified_share * len(verified):
        streams = [(np.arange(len(verified)), size)]
    else:
        streams = [(own, size - at_most), (others, at_most)]
    return [*streams, (rehearsed, places)]
