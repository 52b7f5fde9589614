"""Refusals as programs meet them: the right status, whoever finds out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.api import limits
from service.client import ApiProblem, TilewiseClient
from service.settings import Settings
from tests.service.api.conftest import RunningService, create, serve


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


@pytest.mark.parametrize("told", [True, False], ids=["its length told", "in pieces"])
def test_a_body_over_the_limit_is_not_read(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(limits, "JSON_MOST_BYTES", 1000)
    body = b'{"name": "' + b"a" * 2000 + b'"}'

    def pieces() -> Iterator[bytes]:
        yield from (body[:500], body[500:])

    answer = httpx.post(
        f"{service.url}/api/actors",
        content=body if told else pieces(),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:tilewise:problem:upload-too-large"


def test_a_scene_over_the_limit_is_refused_and_nothing_of_it_stays(
    service: RunningService, settings: Settings, scene: Path
) -> None:
    server, thread, url = serve(settings.model_copy(update={"max_upload_bytes": 1000}))
    try:
        with (
            TilewiseClient(url, service.coordinator.token) as coordinator,
            pytest.raises(ApiProblem) as problem,
        ):
            coordinator.upload_scene(scene)
    finally:
        server.should_exit = True
        thread.join()

    assert problem.value.status == 413
    assert problem.value.problem["limit"] == 1000
    assert list((settings.home / "uploads").iterdir()) == []
