from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import Settings, settings_page


def test_every_setting_explains_itself() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name
        assert isinstance(field.json_schema_extra, dict) and "unit" in field.json_schema_extra, name


def test_the_page_of_settings_is_the_one_made_from_them() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text() == settings_page(), "run `make settings-page`"


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILEWISE_PORT", "9000")
    monkeypatch.setenv("TILEWISE_IMAGERY_FOLDERS", "/scenes:/more")
    settings = Settings()
    assert settings.port == 9000
    assert settings.imagery_folders == (Path("/scenes"), Path("/more"))


def test_the_home_does_not_depend_on_where_a_child_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().home == tmp_path / ".tilewise"


@pytest.mark.parametrize(
    "given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"]
)
def test_every_spelling_of_a_database_address_is_taken(given: str) -> None:
    assert Settings(database_url=given).database_address == "postgresql+psycopg://u:p@h/d"


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="must start with postgresql://"):
        Settings(database_url="mysql://u:p@h/d")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 70_000),
        ("url", "tiles.example.org"),
        ("url", "http://localhost:8o65"),
        ("url", "http://localhost:99999"),
        ("url", "https://:8765"),
        ("public_url", "ftp://tiles.example.org"),
        ("lease_s", 0),
        ("imagery_requests_per_s", 0),
        ("threads", 0),
        ("device", "gpu"),
        ("log_level", "chatty"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


def test_what_is_not_given_is_embedded() -> None:
    settings = Settings(home=Path("/srv/tilewise"))
    assert settings.database_address == (
        "postgresql+psycopg://tilewise@/tilewise?host=/srv/tilewise/servers/sockets&port=5432"
    )
    assert settings.redis_address == "unix:///srv/tilewise/servers/sockets/redis.sock"
    assert settings.artefact_address == "/srv/tilewise/artefacts"


def test_empty_text_is_unset_as_compose_files_pass_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "ARTEFACT_URL", "PUBLIC_URL", "ENCODER_WEIGHTS"):
        monkeypatch.setenv(f"TILEWISE_{name}", "")
    settings = Settings()
    assert settings.database_url is None and settings.redis_url is None
    assert settings.artefact_url is None and settings.public_url is None
    assert settings.encoder_weights == "packaged"


def test_two_values_that_clash_are_both_named() -> None:
    with pytest.raises(ValidationError, match=r"job_stale_s \(10\.0\).*heartbeat_s \(5\.0\)"):
        Settings(job_stale_s=10)


def test_a_child_process_reads_the_very_same_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TILEWISE_PORT", "1")  # of the caller; the settings given win
    original = Settings(
        home=tmp_path,
        port=9001,
        database_url="postgresql://u:p%40ss@h/d",
        imagery_folders=(Path("/a"), Path("/b")),
        allow_private_imagery=True,
    )
    for name, value in original.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == original


def test_unset_settings_stay_unset_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILEWISE_DATABASE_URL", "postgresql://elsewhere/d")
    assert "TILEWISE_DATABASE_URL" not in Settings(database_url=None).as_environment()
