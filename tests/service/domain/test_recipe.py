from typing import Any

import pytest

from learner.training.config import ModelConfig, TrainConfig
from service.domain.policy import Policy
from service.domain.recipe import GAP_WEIGHT, training_recipe
from service.settings import Settings


def recipe(
    m_per_px: float = 0.15,
    told_apart: bool = True,
    class_name: str = "building",
    **training: Any,
) -> tuple[ModelConfig, TrainConfig]:
    return training_recipe(
        Policy(training=training),
        Settings(),
        seed=3,
        class_name=class_name,
        ground_m_per_px=m_per_px,
        told_apart=told_apart,
    )


def test_what_lies_between_objects_weighs_more_where_people_tell_them_apart() -> None:
    for m_per_px, gap_px in ((0.132, 8), (0.149, 7), (0.3, 4), (2.4, 1)):
        _, roofs = recipe(m_per_px)
        assert (roofs.gap_weight, roofs.gap_px, roofs.seed) == (GAP_WEIGHT, gap_px, 3)
    assert recipe(told_apart=False)[1] == TrainConfig(seed=3)


def test_coarse_imagery_is_looked_at_pixel_by_pixel() -> None:
    recipes = [recipe(metres) for metres in (0.07, 0.15, 0.3, 1.0)]
    assert [model.reduction for model, _ in recipes] == [2, 2, 1, 1]
    assert [training.batch_size for _, training in recipes] == [8, 8, 4, 4]


@pytest.mark.parametrize(
    ("class_name", "starting_model"),
    [("building", "buildings"), ("Houses", "buildings"), ("road", "roads"), ("Paths", "roads")],
)
def test_buildings_and_roads_are_learnt_from_starting_models(
    class_name: str, starting_model: str
) -> None:
    model, _ = recipe(class_name=class_name)
    assert (model.starting_model, model.reduction) == (starting_model, 2)
    assert recipe(0.3, class_name=class_name)[0].starting_model == starting_model


@pytest.mark.parametrize("class_name", ["river", "tree", ""])
def test_other_classes_are_learnt_from_an_encoder_alone(class_name: str) -> None:
    assert recipe(class_name=class_name)[0].starting_model is None


@pytest.mark.parametrize(
    "training",
    [
        {"starting_model": None},
        {"encoder": "resnet18"},
        {"decoder_channels": [64, 32, 16]},
        {"encoder_weights": None},
        {"encoder_weights": None, "encoder_checkpoint": "own.safetensors"},
    ],
)
def test_who_asks_for_another_network_gets_that(training: dict[str, Any]) -> None:
    assert recipe(**training)[0].starting_model is None


def test_the_policy_has_the_last_word_but_not_about_the_seed() -> None:
    model, training = recipe(1.0, gap_weight=0, seed=7, reduction=2)
    assert (training.gap_weight, training.seed, model.reduction) == (0, 3, 2)
    assert training.batch_size == 8  # it follows the reduction that is used
    assert recipe(1.0, batch_size=8)[1].batch_size == 8
