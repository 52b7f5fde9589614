"""Starting models that come with Tilewise: networks taught on generated towns.

They have never seen a photograph of the place, or of any other. Still they reach an IoU of 0.5 to
0.7 for buildings and 0.3 for roads on imagery of real ones (docs/results.md), so the first people
have outlines to correct and the first tiles an order; trainings begin from them instead of from an
encoder alone.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from importlib import resources

from learner.model.checkpoint import Checkpoint, load, with_identity
from learner.training.config import ModelConfig


def starting_model(config: ModelConfig) -> Checkpoint | None:
    """The checkpoint that ``config.starting_model`` names; None where it names none.

    Ground a pixel that they were taught with, after the reduction of ``config``: buildings with 0.2
    to 0.5 m, which is imagery of 0.15 m that is halved, or of 0.3 m that is not (at 0.6 m most of
    that is still found); roads with 0.2 to 2 m.

    Args:
        config: its reduction may be any; what else makes the network is the default's.
    """
    if config.starting_model is None:
        return None
    found = _packaged(config.starting_model)
    return Checkpoint(found.weights, dataclasses.replace(found.card, model=config))


@lru_cache(maxsize=1)
def _packaged(name: str) -> Checkpoint:
    with resources.as_file(resources.files(__package__) / f"{name}.safetensors") as path:
        stored = load(path)
    # Stored in half of the bytes; what is trained and predicted with has float32.
    weights = {
        key: tensor.float() if tensor.is_floating_point() else tensor
        for key, tensor in stored.weights.items()
    }
    return with_identity(weights, stored.card)
