"""What a model is and how it is trained, as frozen values that survive JSON."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self, get_type_hints

from learner.errors import BadConfig


class WarmStart(StrEnum):
    """What a new training does with the weights of the promoted checkpoint."""

    CONTINUE = "continue"  # go on from them
    SHRINK_PERTURB = "shrink_perturb"  # shrink them, add fresh noise (Ash & Adams 2020)
    SCRATCH = "scratch"  # pass them over


class _Mapped:
    """Strict conversion from and to plain mappings, shared by both configs."""

    __slots__ = ()

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """The config with ``mapping``'s values over the defaults.

        Raises:
            BadConfig: an unknown key (the nearest known one is named) or a value out of range.
        """
        known = get_type_hints(cls)
        for key in mapping:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean “{near[0]}”?" if near else f"known: {', '.join(known)}."
                raise BadConfig(f"“{key}” is no setting of {cls.__name__}; {hint}")
        values = {key: _as_type(known[key], value) for key, value in mapping.items()}
        try:
            return cls(**values)
        except TypeError as error:
            raise BadConfig(f"{cls.__name__}: {error}.") from error

    def to_mapping(self) -> dict[str, Any]:
        """The config as JSON-able values; ``from_mapping`` of it is the same config."""
        mapping = dataclasses.asdict(self)  # type: ignore[call-overload]  # only dataclasses mix it in
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in mapping.items()
        }

    def _refuse_unless(self, holds: bool, what: str) -> None:
        if not holds:
            raise BadConfig(f"{type(self).__name__}: {what}.")


def _as_type(hint: object, value: Any) -> Any:
    """JSON has neither tuples nor enums; everything else is passed on as it is."""
    if isinstance(value, list):
        return tuple(value)
    if hint is WarmStart and isinstance(value, str):
        try:
            return WarmStart(value)
        except ValueError as error:
            known = ", ".join(WarmStart)
            raise BadConfig(f"“{value}” is no warm start; use one of {known}.") from error
    return value


STARTING_MODELS = ("buildings", "roads")
"""What ``learner.starting`` has; known here, so that a wrong name is refused without torch."""


@dataclass(frozen=True, slots=True)
class ModelConfig(_Mapped):
    """A segmentation network of segmentation-models-pytorch.

    Attributes:
        architecture: "unet", "fpn", "linknet", … (any of SMP's that takes ``encoder_name``).
        encoder: an SMP encoder ("resnet18") or any timm one with the prefix "tu-". The default
            learns most from few labels of those measured (docs/results.md).
        encoder_weights: "packaged", the ImageNet weights that a Python package brings, for the
            encoders that have one (the default has; others start from random weights); the name of
            weights of the model hub ("imagenet"), where a failure leads to random weights and a
            notice; or None, random weights.
        encoder_checkpoint: a safetensors file with the encoder's weights; its SHA-256 is recorded.
        encoder_licence: licence of pretrained weights, recorded as given.
        starting_model: "buildings" or "roads", the whole network taught on generated towns
            (``learner.starting``), instead of an encoder alone; None for other classes.
        decoder_channels: widths of the decoder from deep to shallow (U-Net); as many stages of the
            encoder are used, deeper ones left out. Four are as good as five from few labels, and
            train in 60 % of the time.
        reduction: 1, or 2: pixels are averaged 2×2 before the network and its logits enlarged
            after it. At 0.15 m a pixel this is four times as fast, sees four times the
            surroundings, and learns better from few labels; see ``reduction_for``.
    """

    architecture: str = "unet"
    encoder: str = "tu-tf_efficientnet_lite0"
    encoder_weights: str | None = "packaged"
    encoder_checkpoint: str | None = None
    encoder_licence: str | None = None
    starting_model: str | None = None
    decoder_channels: tuple[int, ...] = (64, 32, 16, 8)
    reduction: int = 2

    def __post_init__(self) -> None:
        self._refuse_unless(self.reduction in (1, 2, 4), "reduction is 1, 2 or 4")
        self._refuse_unless(
            2 <= len(self.decoder_channels) <= 5
            and all(isinstance(width, int) and width > 0 for width in self.decoder_channels),
            "decoder_channels are 2 to 5 positive widths",
        )
        self._refuse_unless(
            self.encoder_weights in (None, "packaged") or self.encoder_checkpoint is None,
            "give encoder_weights or encoder_checkpoint, not both",
        )
        self._refuse_unless(
            self.starting_model in (None, *STARTING_MODELS),
            f"starting_model is {' or '.join(STARTING_MODELS)}, or null",
        )
        self._refuse_unless(
            self.starting_model is None or self.takes_weights_of(ModelConfig()),
            "starting_model goes with the default network only",
        )
        self._refuse_unless(
            self.starting_model is None or self.encoder_checkpoint is None,
            "give starting_model or encoder_checkpoint, not both",
        )

    def same_network(self, other: ModelConfig) -> bool:
        """Whether a training may go on from the other's weights."""
        return self.takes_weights_of(other) and self.reduction == other.reduction

    def takes_weights_of(self, other: ModelConfig) -> bool:
        """Whether the other's weights fit, though it may look at pixels of another size."""

        def shape(config: ModelConfig) -> tuple[object, ...]:
            return config.architecture, config.encoder, config.decoder_channels

        return shape(self) == shape(other)


def reduction_for(ground_m_per_px: float) -> int:
    """The reduction that suits imagery of ``ground_m_per_px`` metres a pixel on the ground.

    Halving costs nothing at 0.15 m and six points of IoU at 0.3 m (docs/results.md): 2 below a
    fifth of a metre, that is from zoom 20 on nearly everywhere, else 1.
    """
    return 2 if ground_m_per_px < 0.2 else 1


@dataclass(frozen=True, slots=True)
class TrainConfig(_Mapped):
    """A training recipe. Effort is counted in optimiser steps, so that results reproduce.

    Attributes:
        seed: of initial weights, batches and augmentation.
        batch_size: chips a step.
        crop_px: side of the square cut from each chip for training; a multiple of 64.
        steps_per_chip: optimiser steps for each usable chip …
        min_steps, max_steps: … but at least and at most so many.
        epochs: how often the holdout is looked at and the state is kept.
        learning_rate: the peak of the one-cycle schedule (AdamW).
        weight_decay: of AdamW.
        warm_up: share of the steps in which the learning rate rises.
        ema_decay: decay a step of the averaged weights that are kept (0 keeps the last).
        dice_weight: weight of the soft Dice loss beside binary cross-entropy.
        gap_weight: how much more than other pixels those in and beside narrow gaps between
            objects weigh in the loss: they are few, and decide whether two objects become one.
            For classes whose objects people tell apart; 0 weighs all alike.
        gap_px: gaps of up to this width are narrow; an odd one counts as the next even.
        border_ignore_px: pixels within this distance of an outline teach nothing.
        scale_range: chips are enlarged by a factor drawn from here.
        rotate_share: share of samples turned by any angle; the others by quarter turns.
        shift_share: samples are shifted by up to this share of the crop, mirrored at the edge.
        colour_strength: 0 (off) to 1: brightness, contrast, gamma, hue of the light.
        cutmix_share: share of samples into which a rectangle of another chip is pasted.
        holdout_share: share of chips held out by whole blocks, for early stopping, threshold and
            temperature.
        min_holdout_chips: smaller holdouts are not worth the chips they cost: none is taken.
        patience: stop after so many epochs without a better holdout IoU; 0 never stops early.
        min_chips: fewer usable chips are refused.
        unverified_weight: weight of chips that no person has confirmed, unless they carry less.
        unverified_share: of a batch without what is rehearsed, at most, are such chips, where
            there are others: the few that people have answered must not drown in them.
        rehearsal_share: of a batch, at most, are tiles that the starting model was taught with,
            where the model has one: what the labels do not show must not be forgotten.
        warm_start: what to do with the weights of an earlier checkpoint.
        shrink, perturb: factors of the old weights and of fresh ones for "shrink_perturb"; the
            fresh ones of a pretrained encoder are the pretrained.
    """

    seed: int = 0
    batch_size: int = 8
    crop_px: int = 256
    steps_per_chip: float = 3.0
    min_steps: int = 300
    max_steps: int = 480
    epochs: int = 10
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    warm_up: float = 0.1
    ema_decay: float = 0.98
    dice_weight: float = 1.0
    gap_weight: float = 0.0
    gap_px: int = 8
    border_ignore_px: int = 0
    scale_range: tuple[float, float] = (0.87, 1.15)
    rotate_share: float = 0.0
    shift_share: float = 0.25
    colour_strength: float = 0.2
    cutmix_share: float = 0.0
    holdout_share: float = 0.15
    min_holdout_chips: int = 5
    patience: int = 0
    min_chips: int = 2
    unverified_weight: float = 0.5
    unverified_share: float = 0.5
    rehearsal_share: float = 0.25
    warm_start: WarmStart = WarmStart.SHRINK_PERTURB
    shrink: float = 0.8
    perturb: float = 0.2

    def __post_init__(self) -> None:
        refuse = self._refuse_unless
        refuse(self.batch_size >= 1, "batch_size is at least 1")
        refuse(self.crop_px >= 64 and self.crop_px % 64 == 0, "crop_px is a multiple of 64")
        refuse(1 <= self.min_steps <= self.max_steps, "min_steps is from 1 to max_steps")
        refuse(1 <= self.epochs <= self.min_steps, "epochs is from 1 to min_steps")
        refuse(self.learning_rate > 0, "learning_rate is above 0")
        refuse(0 <= self.ema_decay < 1, "ema_decay is from 0 to below 1")
        refuse(self.gap_weight >= 0, "gap_weight is at least 0")
        refuse(self.gap_px >= 1, "gap_px is at least 1")
        refuse(0 <= self.holdout_share <= 0.5, "holdout_share is from 0 to 0.5")
        refuse(0 < self.warm_up < 1, "warm_up is between 0 and 1")
        refuse(0 <= self.unverified_weight <= 1, "unverified_weight is from 0 to 1")
        refuse(0 <= self.unverified_share <= 1, "unverified_share is from 0 to 1")
        refuse(0 <= self.rehearsal_share < 1, "rehearsal_share is from 0 to below 1")
        low, high = self.scale_range
        refuse(0 < low <= high, "scale_range rises from above 0")

    @property
    def rehearsed_chips(self) -> int:
        """Of each batch, how many places what is rehearsed fills; never all of them."""
        return int(self.rehearsal_share * self.batch_size)

    def steps_for(self, chips: int) -> int:
        """Optimiser steps for ``chips`` usable chips: a whole number of steps an epoch."""
        wanted = min(self.max_steps, max(self.min_steps, math.ceil(self.steps_per_chip * chips)))
        return math.ceil(wanted / self.epochs) * self.epochs
