"""GeoTIFFs behind HTTP: read in parts, through the guard."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from learner.grid import PixelWindow
from learner.imagery.errors import (
    AddressRefused,
    ImageryError,
    ImageryNotFound,
    ImageryUnreachable,
    NotAnImage,
)
from tests.learner.imagery.local_server import OPEN, Answer, serving
from tests.learner.imagery.made_tifs import AREA, PICTURE, opened, write_tif


def ranges_of(data: bytes) -> Callable[[str, dict[str, str]], Answer]:
    def respond(path: str, headers: dict[str, str]) -> Answer:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", headers["Range"])
        assert asked is not None
        start, end = int(asked[1]), min(int(asked[2]), len(data) - 1)
        content_range = f"bytes {start}-{end}/{len(data)}"
        return Answer(206, data[start : end + 1], {"Content-Range": content_range})

    return respond


@pytest.fixture
def large_tif(tmp_path: Path) -> Path:
    """2048 × 2048 px of noise: 12 MB that do not fit one request."""
    noise = np.random.default_rng(0).integers(0, 256, (2048, 2048, 3), np.uint8)
    return write_tif(tmp_path / "a.tif", noise, tiled=True, blockxsize=256, blockysize=256)


def test_a_remote_file_is_read_in_parts(large_tif: Path) -> None:
    data = large_tif.read_bytes()
    sent: list[int] = []

    def respond(path: str, headers: dict[str, str]) -> Answer:
        answer = ranges_of(data)(path, headers)
        assert isinstance(answer.body, bytes)
        sent.append(len(answer.body))
        return answer

    window = PixelWindow(18, AREA.col_px + 600, AREA.row_px + 900, 300, 200)
    with serving(respond) as server:
        source = opened(server.url("a.tif"), OPEN)
        with ThreadPoolExecutor(4) as pool:
            reads = list(pool.map(source.read, [window] * 8))
    expected = opened(large_tif).read(window)
    assert all(np.array_equal(read.pixels, expected.pixels) for read in reads)
    assert sum(sent) < len(data) / 2


def test_a_small_file_from_a_server_without_ranges_is_read_whole(tmp_path: Path) -> None:
    picture = PICTURE[:100, :100]
    data = write_tif(tmp_path / "a.tif", picture, compress="deflate").read_bytes()
    with serving(lambda *_: Answer(body=data)) as server:
        read = opened(server.url("a.tif"), OPEN).read(dataclasses.replace(AREA, width_px=100))
    assert np.array_equal(read.pixels[:100], picture)


def test_a_large_file_from_a_server_without_ranges_is_refused(large_tif: Path) -> None:
    data = large_tif.read_bytes()
    with (
        serving(lambda *_: Answer(body=data)) as server,
        pytest.raises(ImageryUnreachable, match="ranges"),
    ):
        opened(server.url("a.tif"), OPEN)


def test_a_remote_file_that_is_missing_says_so() -> None:
    with serving(lambda *_: Answer(404)) as server, pytest.raises(ImageryNotFound):
        opened(server.url("a.tif"), OPEN)


def test_a_server_that_breaks_while_reading_is_named(large_tif: Path) -> None:
    data = large_tif.read_bytes()
    healthy = True

    def respond(path: str, headers: dict[str, str]) -> Answer:
        return ranges_of(data)(path, headers) if healthy else Answer(503)

    window = PixelWindow(18, AREA.col_px + 600, AREA.row_px + 900, 300, 200)
    limits = dataclasses.replace(OPEN, retries=0)
    with serving(respond) as server:
        source = opened(server.url("a.tif"), limits)
        healthy = False
        with pytest.raises(ImageryUnreachable, match=r"127\.0\.0\.1.*503"):
            source.read(window)
        healthy = True
        assert source.read(window).valid.all()  # it recovers with the server


def test_a_private_address_is_refused_for_scenes_too(tmp_path: Path) -> None:
    data = write_tif(tmp_path / "a.tif").read_bytes()
    with serving(ranges_of(data)) as server:
        with pytest.raises(AddressRefused):
            opened(server.url("a.tif"))
        assert server.requests == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example.org/a.tif", "s3://b/a"])
def test_other_schemes_are_refused(location: str) -> None:
    with pytest.raises(ImageryError):
        opened(location)


def test_a_web_page_instead_of_a_scene_is_refused() -> None:
    page = Answer(body=b"<html>Sign in</html>")
    with serving(lambda *_: page) as server, pytest.raises(NotAnImage, match=r"a\.tif"):
        opened(server.url("a.tif"), OPEN)
