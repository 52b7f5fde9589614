"""A campaign's training recipe: the learner's defaults with the policy's overrides.

No torch is needed to know it, so the API can refuse a bad one before a campaign is made.
"""

from __future__ import annotations

from learner.training.config import ModelConfig, TrainConfig
from service.domain.policy import Policy, split_recipe
from service.settings import Settings


def training_recipe(
    policy: Policy, settings: Settings, *, seed: int
) -> tuple[ModelConfig, TrainConfig]:
    """Model and training of a round.

    Args:
        policy: its ``training`` overrides the defaults.
        settings: ``encoder_weights`` holds unless the policy names its own weights or a file.
        seed: of the round; a seed in the policy would make all rounds alike and is passed over.

    Raises:
        BadConfig: an unknown name, or a value out of range.
    """
    of_model, of_training = split_recipe(policy.training)
    weights = None if settings.encoder_weights == "random" else settings.encoder_weights
    if of_model.get("encoder_checkpoint"):
        weights = None
    model = {"encoder_weights": weights} | of_model
    return ModelConfig.from_mapping(model), TrainConfig.from_mapping(of_training | {"seed": seed})
