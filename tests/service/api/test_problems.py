"""Refusals as programs meet them: the right status, whoever finds out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from service.client import ApiProblem
from tests.service.api.conftest import RunningService, create


@pytest.mark.parametrize(
    "ask",
    [
        lambda service, campaign: service.volunteer.sign_up("A\0mina"),
        lambda service, campaign: create(service, campaign["imagery"], name="Town\0"),
        lambda service, campaign: service.coordinator.round(campaign["id"], 10**20),
    ],
    ids=["a name of a person", "a name of a campaign", "a number of a round"],
)
def test_what_only_the_database_cannot_take_is_the_requests_fault(
    service: RunningService,
    campaign: dict[str, Any],
    ask: Callable[[RunningService, dict[str, Any]], Any],
) -> None:
    with pytest.raises(ApiProblem) as problem:
        ask(service, campaign)

    assert problem.value.status == 422
    assert problem.value.type == "urn:tilewise:problem:request-not-valid"
    assert len(service.coordinator.campaigns()) == 1
