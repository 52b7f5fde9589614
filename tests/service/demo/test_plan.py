from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.demo.plan import (
    BUILT_IN_TOWN,
    FEWEST_TILES_A_BATCH,
    MOST_TILES_A_BATCH,
    DemoPlan,
    batch_size_for,
    policy_for,
    zoom_for,
)
from service.domain.policy import parse_policy, split_recipe
from service.domain.recipe import starting_model_for


def test_batches_of_the_small_and_the_large_real_scene_are_worked_by_hand() -> None:
    assert batch_size_for(21, rounds=4) == 4  # 21 / 6 = 3.5, below the fewest
    assert batch_size_for(162, rounds=4) == 27  # 162 / 6


@given(pool=st.integers(1, 5000), rounds=st.integers(1, 20))
def test_the_pool_outlasts_the_rounds_unless_it_is_too_small_for_any(
    pool: int, rounds: int
) -> None:
    batch = batch_size_for(pool, rounds)

    assert FEWEST_TILES_A_BATCH <= batch <= MOST_TILES_A_BATCH
    assert batch == FEWEST_TILES_A_BATCH or batch * (rounds + 1) <= pool


def test_the_demo_changes_only_rules_that_the_service_has() -> None:
    policy = parse_policy(policy_for(DemoPlan(policy={"acquisition": "random"}), 12))

    assert (policy.batch_size, policy.acquisition, policy.audit_every) == (12, "random", 1)


def test_tiles_are_as_fine_as_the_imagery_but_no_finer_than_roofs_need() -> None:
    assert zoom_for(DemoPlan(), imagery_zoom=17) == 17  # a metre a pixel
    assert zoom_for(DemoPlan(), imagery_zoom=21) == 20
    assert zoom_for(DemoPlan(zoom=19), imagery_zoom=17) == 19


def test_the_built_in_town_is_learnt_from_nothing() -> None:
    """The starting model knows such towns: on one of them a demo would show no learning."""
    policy = parse_policy(policy_for(DemoPlan(policy=BUILT_IN_TOWN), 12))
    of_model, _ = split_recipe(policy.training)
    assert starting_model_for("building", of_model) is None
    assert starting_model_for("building", {}) == "buildings"
