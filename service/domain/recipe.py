"""A campaign's training recipe: the defaults, what imagery and class ask for, the policy over both.

No torch is needed to know it, so the API can refuse a bad one before a campaign is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from learner.outlines.rules import preset_for
from learner.training.config import STARTING_MODELS, ModelConfig, TrainConfig, reduction_for
from service.domain.policy import Policy, split_recipe
from service.settings import Settings

WHOLE_PIXEL_BATCH = 4
"""Chips a step where imagery is not reduced: twice the time of a training instead of four times,
for two thirds of what whole pixels gain (docs/results.md, "The recipe")."""
GAP_WEIGHT = 10.0
GAP_M = 1.1
"""How much more gaps between objects weigh, and up to which width (eight pixels of zoom 20):
measured, people need 10 to 16 % less time in a dense town (docs/results.md, "Touching roofs")."""


def starting_model_for(class_name: str, of_model: Mapping[str, Any]) -> str | None:
    """The starting model of a campaign, by the outlines that its class has; None for classes
    without one, and where its policy asks for another network or other weights."""
    if "starting_model" in of_model:
        named: str | None = of_model["starting_model"]
        return named
    other_weights = "encoder_weights" in of_model or bool(of_model.get("encoder_checkpoint"))
    fits = ModelConfig.from_mapping(of_model).takes_weights_of(ModelConfig())
    suited = preset_for(class_name)
    return suited if suited in STARTING_MODELS and fits and not other_weights else None


def training_recipe(
    policy: Policy,
    settings: Settings,
    *,
    seed: int,
    class_name: str,
    ground_m_per_px: float,
    told_apart: bool,
) -> tuple[ModelConfig, TrainConfig]:
    """Model and training of a round.

    Args:
        policy: its ``training`` overrides the defaults and what follows from the next two.
        settings: ``encoder_weights`` holds unless the policy names its own weights or a file.
        seed: of the round; a seed in the policy would make all rounds alike and is passed over.
        class_name: what is mapped; training of buildings and roads begins from a starting model.
        ground_m_per_px: size of a pixel of the campaign's zoom; coarse imagery is not reduced.
        told_apart: whether people tell objects of this class apart (roofs, not roads): then what
            lies between them weighs more.

    Raises:
        BadConfig: an unknown name, or a value out of range.
    """
    of_model, of_training = split_recipe(policy.training)
    weights = None if settings.encoder_weights == "random" else settings.encoder_weights
    if of_model.get("encoder_checkpoint"):
        weights = None
    model = ModelConfig.from_mapping(
        {
            "encoder_weights": weights,
            "reduction": reduction_for(ground_m_per_px),
            "starting_model": starting_model_for(class_name, of_model),
        }
        | of_model
    )
    training: dict[str, Any] = {}
    if model.reduction == 1:
        training["batch_size"] = WHOLE_PIXEL_BATCH
    if told_apart:
        training |= {"gap_weight": GAP_WEIGHT, "gap_px": max(1, round(GAP_M / ground_m_per_px))}
    return model, TrainConfig.from_mapping(training | of_training | {"seed": seed})
