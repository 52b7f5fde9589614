import json

import pytest

from learner.errors import BadConfig
from learner.training.config import ModelConfig, TrainConfig, WarmStart, reduction_for


def test_a_config_survives_json() -> None:
    config = TrainConfig(seed=7, scale_range=(0.5, 2.0), warm_start=WarmStart.SHRINK_PERTURB)
    assert TrainConfig.from_mapping(json.loads(json.dumps(config.to_mapping()))) == config
    model = ModelConfig(encoder="tu-resnet10t", decoder_channels=(64, 32, 16, 8))
    assert ModelConfig.from_mapping(json.loads(json.dumps(model.to_mapping()))) == model


def test_an_unknown_setting_is_refused_and_the_nearest_is_named() -> None:
    with pytest.raises(BadConfig, match=r"learning_rat.*did you mean “learning_rate”"):
        TrainConfig.from_mapping({"learning_rat": 0.1})


@pytest.mark.parametrize(
    "mapping",
    [{"batch_size": 0}, {"crop_px": 100}, {"epochs": 500}, {"ema_decay": 1.0}, {"warm_start": "x"}],
)
def test_a_value_out_of_range_is_refused(mapping: dict[str, object]) -> None:
    with pytest.raises(BadConfig):
        TrainConfig.from_mapping(mapping)


def test_effort_grows_with_the_labels_between_its_bounds() -> None:
    config = TrainConfig(steps_per_chip=5, min_steps=100, max_steps=300, epochs=10)
    assert [config.steps_for(chips) for chips in (2, 40, 41, 1000)] == [100, 200, 210, 300]


def test_fine_imagery_is_reduced_and_coarse_imagery_is_not() -> None:
    assert [reduction_for(metres) for metres in (0.13, 0.19, 0.21, 1.0)] == [2, 2, 1, 1]
