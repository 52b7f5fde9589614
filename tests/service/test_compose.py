"""The container path: the compose file follows its specification and our own rules."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import PREFIX, Settings
from service.stack.programs import programs
from service.states import Queue

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_it_follows_the_compose_specification() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*check, str(ROOT / "compose.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_parts_are_there_and_each_worker_has_one_queue(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"db", "redis", "migrate", "api"} <= set(services)
    for queue in Queue:
        assert services[f"worker-{queue}"]["command"][-2:] == ["service.jobs.worker", queue.value]
    for name in ("worker-train-gpu", "worker-predict-gpu"):
        assert services[name]["profiles"] == ["gpu"]
        (device,) = services[name]["deploy"]["resources"]["reservations"]["devices"]
        assert device["capabilities"] == ["gpu"]


def test_workers_can_be_scaled(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name.startswith("worker-"):
            assert "container_name" not in service and "ports" not in service, name


def test_servers_and_the_api_say_whether_they_are_well(compose: dict[str, Any]) -> None:
    for name in ("db", "redis", "api"):
        assert "healthcheck" in compose["services"][name], name


def test_nothing_starts_before_the_schema_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name == "api" or name.startswith("worker-"):
            wait = service["depends_on"]["migrate"]["condition"]
            assert wait == "service_completed_successfully", name


def test_images_are_pinned_and_data_outlives_containers(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.search(r":\d", service["image"]), name
    assert set(compose["volumes"]) == {"database", "data"}


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "TOKEN" in variable or "SECRET" in variable:
                assert value.startswith("${POSTGRES_PASSWORD:?"), (name, variable)
    assert not re.search(r"://[^/@\s]+:[^/@\s]+@", (ROOT / "compose.yaml").read_text())


def test_every_variable_given_to_a_service_is_a_setting(compose: dict[str, Any]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name, service in compose["services"].items():
        given = {key for key in service.get("environment", {}) if key.startswith(PREFIX)}
        assert given <= known, name


def test_the_image_is_built_by_the_script_that_make_uses() -> None:
    script = "scripts/install.sh"
    assert script in (ROOT / "Dockerfile").read_text()
    assert script in (ROOT / "Makefile").read_text()


def test_the_image_gives_its_programs_what_the_stack_gives_them() -> None:
    image = (ROOT / "Dockerfile").read_text()
    given = {item for program in programs(Settings()) for item in program.environment.items()}
    assert given
    assert all(f"{name}={value}" in image for name, value in given)


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["tilewise"]
