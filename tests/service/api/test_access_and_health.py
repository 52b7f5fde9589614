"""Who may do what, addresses that do not exist, and whether the service is well."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.client import ApiProblem, TilewiseClient
from service.states import Role
from tests.service.api.conftest import RunningService


def test_volunteers_may_not_do_what_coordinators_do(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    amina, here = service.volunteer, campaign["id"]
    for forbidden in (
        lambda: amina.start_round(here),
        lambda: amina.update_campaign(here, name="Mine"),
        lambda: amina.close_round(here, 0),
        lambda: amina.promote(here, uuid.uuid4()),
        lambda: amina.check_imagery({"kind": "xyz", "location": "x"}),
    ):
        with pytest.raises(ApiProblem) as problem:
            forbidden()
        assert problem.value.status == 403
        assert "Only a coordinator" in problem.value.detail


def test_a_missing_or_unknown_token_is_told_what_to_do(service: RunningService) -> None:
    for client in (TilewiseClient(service.url), TilewiseClient(service.url, "guess")):
        with client, pytest.raises(ApiProblem) as problem:
            client.campaigns()
        assert problem.value.status == 401
        assert "ign up" in problem.value.detail or "POST /api/actors" in problem.value.detail


def test_whoever_signs_up_is_a_volunteer(service: RunningService) -> None:
    made = service.volunteer.sign_up("  Bea ")
    assert (made["name"], made["role"]) == ("Bea", Role.VOLUNTEER)
    with TilewiseClient(service.url, made["token"]) as bea:
        assert bea.me()["id"] == made["id"]
    with pytest.raises(ApiProblem, match="name"):
        service.volunteer.sign_up("   ")


def test_unknown_addresses_and_methods_are_problems_too(service: RunningService) -> None:
    missing = httpx.get(f"{service.url}/api/nowhere")
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["status"] == 404
    wrong = httpx.delete(f"{service.url}/api/campaigns")
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)
    assert "DELETE is not possible here" in wrong.json()["detail"]
    nobody = uuid.uuid4()
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.campaign(nobody)
    assert problem.value.problem["instance"] == f"/api/campaigns/{nobody}"


def test_health_readiness_and_the_version(service: RunningService) -> None:
    assert service.volunteer.health()["status"] == "ok"
    ready = service.volunteer.ready()
    assert ready["redis"] is True
    assert ready["workers"] == {"train": 0, "predict": 0, "light": 0}
    answer = httpx.get(f"{service.url}/api/health")
    assert answer.headers["x-tilewise-version"] == ready["version"]


def test_a_schema_behind_the_code_is_not_ready_and_the_answer_says_what_to_do(
    service: RunningService,
) -> None:
    stands_at = text("UPDATE alembic_version SET version_num = :revision")
    newest = service.volunteer.ready()["database"]
    try:
        with service.database.engine.begin() as connection:
            connection.execute(stands_at, {"revision": "first_tables"})
        answer = httpx.get(f"{service.url}/api/ready")
    finally:
        with service.database.engine.begin() as connection:
            connection.execute(stands_at, {"revision": newest})
    assert answer.status_code == 503
    problem = answer.json()
    assert problem["detail"].startswith("The schema is at first_tables")
    assert problem["detail"].endswith("run migrations.")
    assert problem["workers"] == {"train": 0, "predict": 0, "light": 0}
