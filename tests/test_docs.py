"""The documentation is whole: what is not written down fails here."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest
import typer

from learner.acquisition.registry import ACQUISITIONS
from service import states
from service.cli import COMMANDS
from service.cli.exits import Exit
from service.domain.policy import Policy
from service.errors import STATUS_BY_ERROR, TilewiseError, problem_type
from service.settings import settings_page
from service.tables import Base

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def command_lines() -> list[str]:
    """Every command as it is typed, sub-commands included."""
    lines = []
    for name, (module, member, _) in COMMANDS.items():
        found = getattr(import_module(f"service.cli.{module}"), member)
        if isinstance(found, typer.Typer):
            lines += [f"{name} {command.name}" for command in found.registered_commands]
        else:
            lines.append(name)
    return lines


def glossary_terms() -> set[str]:
    return {
        " ".join(term.lower().split())
        for term in re.findall(r"\*\*([^*]+)\*\*", page("glossary.md"))
    }


def spaced(camel: str) -> str:
    """``AuditCount`` -> ``audit count``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", camel).lower()


@pytest.mark.parametrize("command", command_lines())
def test_every_command_is_documented(command: str) -> None:
    assert f"`tilewise {command}`" in page("command-line.md")


@pytest.mark.parametrize("command", command_lines())
def test_every_command_has_an_example_in_its_help(command: str) -> None:
    name, _, sub = command.partition(" ")
    module, member, _ = COMMANDS[name]
    found = getattr(import_module(f"service.cli.{module}"), member)
    if sub:
        found = next(one.callback for one in found.registered_commands if one.name == sub)
    assert f"tilewise {command}" in str(found.__doc__).split("Example", 1)[-1]


@pytest.mark.parametrize("code", list(Exit))
def test_every_exit_code_is_documented(code: Exit) -> None:
    assert f"| {code.value} |" in page("command-line.md")


@pytest.mark.parametrize("error", sorted(STATUS_BY_ERROR, key=lambda error: error.__name__))
def test_every_error_is_documented_with_its_status(error: type[TilewiseError]) -> None:
    row = next(
        (line for line in page("errors.md").splitlines() if f"`{problem_type(error)}`" in line), ""
    )

    assert error.title in row
    assert f"| {STATUS_BY_ERROR[error].value} |" in row


@pytest.mark.parametrize("error", sorted(STATUS_BY_ERROR, key=lambda error: error.__name__))
def test_every_documented_error_can_happen(error: type[TilewiseError]) -> None:
    sources = [path for path in (ROOT / "service").rglob("*.py") if path.name != "errors.py"]

    assert any(f"{error.__name__}(" in path.read_text(encoding="utf-8") for path in sources)


def test_the_settings_page_is_made_from_the_settings() -> None:
    assert page("settings.md") == settings_page()


@pytest.mark.parametrize(
    "table", sorted(mapper.class_.__name__ for mapper in Base.registry.mappers)
)
def test_every_table_has_its_noun_in_the_glossary(table: str) -> None:
    assert spaced(table) in glossary_terms()


@pytest.mark.parametrize("name", ["RoundState", "TileState", "Answer", "Role", "CheckpointState"])
def test_every_state_that_people_meet_is_in_the_glossary(name: str) -> None:
    kinds: type[StrEnum] = getattr(states, name)
    text = page("glossary.md").lower()

    assert [
        kind for kind in kinds if str(kind).replace("cant_tell", "can't tell") not in text
    ] == []


@pytest.mark.parametrize("name", sorted(ACQUISITIONS))
def test_every_way_to_choose_tiles_is_documented(name: str) -> None:
    assert f"`{name}`" in page("architecture.md")


@pytest.mark.parametrize("name", sorted(Policy.model_fields))
def test_every_rule_of_the_policy_is_documented_with_its_default(name: str) -> None:
    rule = Policy.model_fields[name]
    row = next((line for line in page("policy.md").splitlines() if f"| `{name}` |" in line), "")

    assert str(rule.description) in row
    if isinstance(rule.default, str | int | float):
        shown = rule.default if isinstance(rule.default, str) else json.dumps(rule.default)
        assert f"| `{shown}` |" in row


def test_every_decision_is_listed() -> None:
    listed = page("decisions/README.md")

    assert [
        path.name for path in (DOCS / "decisions").glob("0*.md") if f"({path.name})" not in listed
    ] == []


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]

    assert [target for target in local if not (path.parent / target).exists()] == []
