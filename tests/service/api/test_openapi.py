"""The description that the UI's client is generated from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from service.main import create_app
from service.settings import Settings


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_sentence(
    document: dict[str, Any],
) -> None:
    found = list(operations(document))
    names = [operation["operationId"] for _, operation in found]
    assert len(names) == len(set(names)) > 25
    assert all(name.isidentifier() and name.islower() for name in names)
    assert [where for where, each in found if not each.get("tags")] == []
    assert [where for where, each in found if not each.get("description")] == []


def test_every_json_body_comes_with_an_example_that_fits_it(document: dict[str, Any]) -> None:
    checked = 0
    for _, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is None:
            continue
        name = body["schema"]["$ref"].rsplit("/", 1)[-1]
        schema = document["components"]["schemas"][name]
        [example] = schema["examples"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(example)
        checked += 1
    assert checked >= 6


def test_refusals_are_described_as_problems(document: dict[str, Any]) -> None:
    claim = document["paths"]["/api/campaigns/{campaign_id}/tasks/claim"]["post"]["responses"]
    assert "application/problem+json" in claim["409"]["content"]
    assert {"title", "status", "detail"} <= document["components"]["schemas"]["Problem"][
        "properties"
    ].keys()
