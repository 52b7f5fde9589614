"""Tiles over HTTP, from a server of the test's own."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from learner.grid import PixelWindow
from learner.imagery.errors import (
    AddressRefused,
    BadTemplate,
    ImageryTooLarge,
    ImageryUnreachable,
    NotAnImage,
    ZoomOutsideImagery,
)
from learner.imagery.source import open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.imagery.xyz import TileCounts, XyzSource
from tests.learner.imagery.local_server import (
    OPEN,
    Answer,
    LocalServer,
    serving,
    tile_answer,
    world_pixels,
)

WINDOW = PixelWindow(12, 256 * 2000 + 100, 256 * 1900 + 50, 400, 300)


def source_of(
    server: LocalServer, cache_dir: Path | None = None, *, max_zoom: int | None = None
) -> XyzSource:
    template = server.url("{z}/{x}/{y}.png")
    spec = ImagerySpec(ImageryKind.XYZ, template, max_zoom=max_zoom)
    source = open_source(spec, limits=OPEN, cache_dir=cache_dir)
    assert isinstance(source, XyzSource)
    return source


def test_a_window_over_four_tiles_is_read_exactly() -> None:
    with serving(tile_answer) as server:
        read = source_of(server).read(WINDOW)
        assert len(server.requests) == 4
    assert np.array_equal(read.pixels, world_pixels(12, WINDOW.col_px, WINDOW.row_px, 400, 300))
    assert read.valid.all()


def test_tiles_on_disk_are_not_asked_for_again(tmp_path: Path) -> None:
    with serving(tile_answer) as server:
        first = source_of(server, tmp_path).read(WINDOW)
        again = source_of(server, tmp_path).read(WINDOW)
        assert len(server.requests) == 4
    assert np.array_equal(first.pixels, again.pixels)


def test_threads_that_need_the_same_tile_share_one_request() -> None:
    all_wait = threading.Barrier(4)

    def respond(path: str, headers: dict[str, str]) -> Answer:
        all_wait.wait(10)  # the four tiles are asked for side by side, and each only once
        return tile_answer(path, headers)

    with serving(respond) as server:
        source = source_of(server)
        with ThreadPoolExecutor(6) as pool:
            reads = list(pool.map(source.read, [WINDOW] * 6))
        assert len(server.requests) == 4
    assert all(read.valid.all() for read in reads)


def test_missing_tiles_are_no_imagery_and_are_counted() -> None:
    def respond(path: str, headers: dict[str, str]) -> Answer:
        return Answer(404) if "/2000/" in path else tile_answer(path, headers)

    with serving(respond) as server:
        source = source_of(server)
        read = source.read(WINDOW)
    assert not read.valid[:, :156].any()
    assert read.valid[:, 156:].all()
    assert source.counts == TileCounts(found=2, missing=2)


def test_a_server_that_keeps_failing_is_named_with_the_tile() -> None:
    limits = dataclasses.replace(OPEN, retries=0)
    with serving(lambda *_: Answer(500)) as server:
        spec = ImagerySpec(ImageryKind.XYZ, server.url("{z}/{x}/{y}"))
        with pytest.raises(ImageryUnreachable) as failed:
            open_source(spec, limits=limits).read(WINDOW)
    assert failed.value.host == "127.0.0.1"
    assert failed.value.tile in {f"12/{x}/{y}" for x in (2000, 2001) for y in (1900, 1901)}


def test_a_web_page_instead_of_a_tile_is_not_kept(tmp_path: Path) -> None:
    page = Answer(body=b"<html>Sign in</html>", headers={"Content-Type": "image/png"})
    names_it = r"Tile 12/\d+/\d+ from 127\.0\.0\.1"
    with serving(lambda *_: page) as server, pytest.raises(NotAnImage, match=names_it):
        source_of(server, tmp_path).read(WINDOW)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_beyond_the_native_zoom_parents_are_enlarged_twice_and_no_more() -> None:
    with serving(tile_answer) as server:
        source = source_of(server, max_zoom=10)
        assert source.read(WINDOW).valid.all()
        assert {path.split("/")[1] for path in server.requests} == {"10"}
        with pytest.raises(ZoomOutsideImagery, match="zooms 0 to 10"):
            source.read(dataclasses.replace(WINDOW, zoom=13))


def test_zooms_come_from_the_spec_or_else_from_the_template() -> None:
    template = "tms[3:18]:https://tiles.example.org/{z}/{x}/{y}"
    info = open_source(ImagerySpec(ImageryKind.XYZ, template)).describe()
    assert (info.min_zoom, info.max_zoom) == (3, 18)
    info = open_source(ImagerySpec(ImageryKind.XYZ, template, max_zoom=20)).describe()
    assert (info.min_zoom, info.max_zoom, info.bounds_4326) == (3, 20, None)


def test_a_private_server_is_refused_unless_allowed() -> None:
    with serving(tile_answer) as server:
        spec = ImagerySpec(ImageryKind.XYZ, server.url("{z}/{x}/{y}.png"))
        with pytest.raises(AddressRefused):
            open_source(spec).read(WINDOW)
        assert server.requests == []


def test_a_bad_template_is_refused_when_it_is_opened() -> None:
    with pytest.raises(BadTemplate):
        open_source(ImagerySpec(ImageryKind.XYZ, "https://t.org/{z}/{x}.png"))


def test_a_window_over_the_limit_is_refused_before_any_request() -> None:
    with serving(tile_answer) as server:
        with pytest.raises(ImageryTooLarge, match="smaller windows"):
            source_of(server).read(PixelWindow(12, 0, 0, 5000, 5000))
        assert server.requests == []
