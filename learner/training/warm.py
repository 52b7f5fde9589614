"""Warm starts: what a training takes over from the checkpoint before it."""

from __future__ import annotations

from learner.model.checkpoint import Checkpoint
from learner.model.segmenter import Segmenter
from learner.training.config import TrainConfig, WarmStart


def start_from(segmenter: Segmenter, parent: Checkpoint, config: TrainConfig) -> None:
    """Loads the parent's weights, mixed with the fresh ones if the recipe says so.

    Args:
        segmenter: freshly built; its weights are replaced.
        parent: a checkpoint of the same network.
        config: ``shrink`` times the parent's and ``perturb`` times the fresh ones for
            "shrink_perturb" (Ash and Adams 2020, arXiv:1910.08475), else the parent's as they are.
    """
    weights = dict(parent.weights)
    if config.warm_start is WarmStart.SHRINK_PERTURB:
        learnt = {name for name, _ in segmenter.named_parameters()}
        for name, fresh in segmenter.state_dict().items():
            if name in learnt:
                weights[name] = config.shrink * weights[name] + config.perturb * fresh
    segmenter.load_state_dict(weights)
