"""A campaign's rules are checked before anything is made by them."""

import pytest

from service.domain.policy import parse_policy, split_recipe
from service.errors import PolicyRefused


def test_the_recipe_is_split_by_whose_setting_it_is() -> None:
    of_model, of_training = split_recipe({"encoder": "resnet34", "max_steps": 300})
    assert (of_model, of_training) == ({"encoder": "resnet34"}, {"max_steps": 300})


@pytest.mark.parametrize(
    ("training", "named"),
    [({"max_stepz": 300}, "max_steps"), ({"reduction": 3}, "reduction"), ({"min_steps": 0}, "min")],
)
def test_a_recipe_that_cannot_be_met_is_refused_by_name(
    training: dict[str, object], named: str
) -> None:
    with pytest.raises(PolicyRefused, match=named):
        parse_policy({"training": training})
