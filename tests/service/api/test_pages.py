"""The built page as the API serves it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from service.api import pages
from tests.service.api.conftest import RunningService


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Tilewise</title>")
    (folder / "assets" / "index-abc.js").write_text("plain")
    (folder / "assets" / "index-abc.js.br").write_bytes(b"packed")
    (tmp_path / "secret.txt").write_text("no")
    monkeypatch.setattr(pages, "BUILT", folder)
    return folder


def test_every_address_of_the_page_is_answered_by_the_page(
    service: RunningService, built: Path
) -> None:
    for path in ("/", "/c/some-campaign/label", "/desk"):
        answer = httpx.get(service.url + path)
        assert answer.text == "<title>Tilewise</title>"
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_hash_in_their_name_are_kept_for_ever(
    service: RunningService, built: Path
) -> None:
    answer = httpx.get(service.url + "/assets/index-abc.js", headers={"Accept-Encoding": "gzip"})

    assert answer.text == "plain"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_packed_file_is_sent_to_who_can_unpack_it(service: RunningService, built: Path) -> None:
    with httpx.stream(
        "GET", service.url + "/assets/index-abc.js", headers={"Accept-Encoding": "br, gzip"}
    ) as answer:
        assert answer.headers["content-encoding"] == "br"
        assert b"".join(answer.iter_raw()) == b"packed"


def test_a_script_that_is_gone_is_not_found_rather_than_a_page(
    service: RunningService, built: Path
) -> None:
    assert httpx.get(service.url + "/assets/old-123.js").status_code == 404


def test_unknown_addresses_of_the_api_stay_problems(service: RunningService, built: Path) -> None:
    answer = httpx.get(service.url + "/api/nothing-here")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt"]
)
def test_no_address_leads_out_of_the_folder(
    service: RunningService, built: Path, path: str
) -> None:
    assert httpx.get(service.url + path).text != "no"


def test_a_page_that_was_not_built_says_how_to(service: RunningService, built: Path) -> None:
    (built / "index.html").unlink()
    answer = httpx.get(service.url + "/")

    assert answer.status_code == 503
    assert "make ui" in answer.text
