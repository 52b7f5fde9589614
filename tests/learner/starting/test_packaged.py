"""The starting model that comes with Tilewise, as it is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from learner.chip_prediction import predict_chips
from learner.data.rasterise import rasterise
from learner.data.town import generate_town
from learner.errors import BadConfig
from learner.evaluation.counts import pixel_counts
from learner.evaluation.scores import iou
from learner.starting.packaged import starting_model
from learner.training.config import STARTING_MODELS, ModelConfig, TrainConfig
from learner.training.loop import train
from tests.learner.toy import toy_set

BUILDINGS = ModelConfig(starting_model="buildings")


def test_a_town_that_it_has_not_seen_is_outlined_before_any_label() -> None:
    model = starting_model(BUILDINGS)
    assert model is not None
    town = generate_town(77, 2, 2)
    seen = predict_chips([model], town.pixels[None], device="cpu").probability[0]
    truth = (rasterise(town.buildings, town.window) == 1).astype(np.uint8)
    assert iou(pixel_counts(seen >= model.card.threshold, truth)) > 0.75


@pytest.mark.parametrize("zoom", [17, 18, 19])
def test_roads_of_such_a_town_are_found_from_several_heights(zoom: int) -> None:
    model = starting_model(ModelConfig(starting_model="roads", reduction=1))
    assert model is not None
    town = generate_town(77, 2, 2, zoom, asphalt=0.5)
    seen = predict_chips([model], town.pixels[None], device="cpu").probability[0]
    truth = rasterise(town.roads, town.window)
    assert iou(pixel_counts(seen >= model.card.threshold, truth)) > 0.5


def test_coarse_imagery_is_looked_at_by_the_same_weights() -> None:
    halved, whole = (
        starting_model(dataclasses.replace(BUILDINGS, reduction=reduction)) for reduction in (2, 1)
    )
    assert halved is not None and whole is not None
    assert (halved.card.model.reduction, whole.card.model.reduction) == (2, 1)
    assert halved.card.weights_sha256 == whole.card.weights_sha256
    assert {tensor.dtype for tensor in whole.weights.values()} <= {torch.float32, torch.int64}
    whole.segmenter()


def test_each_name_has_a_model_and_no_name_has_none() -> None:
    for name in STARTING_MODELS:
        model = starting_model(ModelConfig(starting_model=name))
        assert model is not None
        model.segmenter()  # its weights are those of the default network
    assert starting_model(ModelConfig()) is None


def test_an_unknown_name_and_another_network_are_refused() -> None:
    with pytest.raises(BadConfig, match="starting_model is buildings or roads, or null"):
        ModelConfig(starting_model="bridges")
    with pytest.raises(BadConfig, match="starting_model goes with the default network only"):
        ModelConfig(starting_model="buildings", encoder="resnet18")
    with pytest.raises(BadConfig, match="starting_model or encoder_checkpoint"):
        ModelConfig(starting_model="buildings", encoder_weights=None, encoder_checkpoint="own")


def test_training_begins_from_it_and_says_so() -> None:
    still = TrainConfig(
        crop_px=64, batch_size=2, min_steps=1, max_steps=1, epochs=1, learning_rate=1e-9
    )
    model = starting_model(BUILDINGS)
    assert model is not None
    fitted = train(toy_set(4), BUILDINGS, still, device="cpu")
    assert fitted.card.parent == model.card.weights_sha256
    assert fitted.card.encoder_licence == "Apache-2.0"
    head = "network.segmentation_head.0.weight"
    torch.testing.assert_close(fitted.weights[head], model.weights[head])
