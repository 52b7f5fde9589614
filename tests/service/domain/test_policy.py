"""A campaign's rules are checked before anything is made by them."""

import pytest

from learner.model.views import VIEWS
from service.domain.policy import COMPARISON, Policy, parse_policy, split_recipe
from service.errors import PolicyRefused
from service.jobs.predict import scores_for, views_for


def test_the_recipe_is_split_by_whose_setting_it_is() -> None:
    of_model, of_training = split_recipe({"encoder": "resnet34", "max_steps": 300})
    assert (of_model, of_training) == ({"encoder": "resnet34"}, {"max_steps": 300})


@pytest.mark.parametrize(
    ("training", "named"),
    [
        ({"max_stepz": 300}, "max_steps"),
        ({"reduction": 3}, "reduction"),
        ({"min_steps": 0}, "min"),
        ({"starting_model": "bridges"}, "starting_model is buildings"),
        ({"starting_model": "buildings", "encoder": "resnet18"}, "default network"),
    ],
)
def test_a_recipe_that_cannot_be_met_is_refused_by_name(
    training: dict[str, object], named: str
) -> None:
    with pytest.raises(PolicyRefused, match=named):
        parse_policy({"training": training})


def test_a_way_to_choose_that_reads_several_models_is_refused() -> None:
    with pytest.raises(PolicyRefused, match="reads several models"):
        parse_policy({"acquisition": "ensemble_bald"})


def test_comparing_views_of_a_tile_takes_more_than_one() -> None:
    with pytest.raises(PolicyRefused, match="views"):
        parse_policy({"acquisition": "tta_bald", "views": 1})
    assert parse_policy({"acquisition": "tta_bald", "views": 2}).views == 2


def test_only_numbers_of_views_that_the_learner_takes_are_accepted() -> None:
    for views in range(1, 9):
        if views in VIEWS:
            assert parse_policy({"views": views}).views == views
        else:
            with pytest.raises(PolicyRefused, match=f"views: 1, 2, 4 or 8 .* not {views}"):
                parse_policy({"views": views})


@pytest.mark.parametrize(
    ("rules", "tiles", "views"),
    [
        ({}, 1_000, 8),
        ({}, 1_001, 4),
        ({}, 10_000, 4),
        ({}, 10_001, 1),
        ({"acquisition": "tta_bald"}, 10_001, 4),
        ({"acquisition": "tta_bald", "views": 2}, 10_001, 2),
        ({"views": 1}, 1_000, 1),
    ],
)
def test_the_larger_a_campaign_the_fewer_looks_unless_looks_are_compared(
    rules: dict[str, object], tiles: int, views: int
) -> None:
    assert views_for(parse_policy(rules), tiles) == views


def test_views_are_compared_where_the_choice_reads_it() -> None:
    usual, entropy = Policy(), parse_policy({"acquisition": "drawn_entropy"})
    assert COMPARISON in scores_for(usual, 8) and COMPARISON not in scores_for(usual, 1)
    assert COMPARISON not in scores_for(entropy, 8)
    assert parse_policy({"acquisition": "tta_bald"}).needs_views and not usual.needs_views
