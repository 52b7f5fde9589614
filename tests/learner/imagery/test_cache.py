"""Tiles kept on disk by several processes, or in memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from learner.imagery.cache import DiskCache, MemoryCache, TileCache


@pytest.fixture(params=["disk", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> TileCache:
    return DiskCache(tmp_path) if request.param == "disk" else MemoryCache()


def test_what_is_put_is_found_again(cache: TileCache) -> None:
    assert cache.get("a") is None
    cache.put("a", b"1")
    cache.put("b", b"")
    cache.put("a", b"2")
    assert cache.get("a") == b"2"
    assert cache.get("b") == b""


def test_two_caches_in_one_folder_share_their_tiles(tmp_path: Path) -> None:
    DiskCache(tmp_path).put("a", b"tile")
    assert DiskCache(tmp_path).get("a") == b"tile"


def test_writers_of_one_tile_at_once_leave_one_whole_tile(tmp_path: Path) -> None:
    bodies = [bytes([n]) * 100_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: DiskCache(tmp_path).put("a", body), bodies))
    assert DiskCache(tmp_path).get("a") in bodies
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_missing_tile_is_asked_for_again_after_an_hour(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put("missing", b"")
    cache.put("there", b"tile")
    for path in tmp_path.glob("??/*"):
        os.utime(path, (0, path.stat().st_mtime - 3601))
    assert cache.get("missing") is None
    assert cache.get("there") == b"tile"


def test_the_oldest_tiles_go_when_the_disk_share_is_full(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=1000)
    for number in range(12):
        cache.put(str(number), bytes(100))
        (newest,) = (p for p in tmp_path.glob("??/*") if p.stat().st_mtime > 1_000_000)
        os.utime(newest, (number, number))
    cache.sweep()
    kept = [number for number in range(12) if cache.get(str(number)) is not None]
    assert kept == [4, 5, 6, 7, 8, 9, 10, 11]


def test_a_folder_that_cannot_be_written_is_only_slower(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").write_bytes(b"in the way")
    cache.put("a", b"tile")
    assert cache.get("a") is None


def test_memory_lets_go_of_what_was_used_longest_ago() -> None:
    cache = MemoryCache(max_bytes=300)
    for key in "abc":
        cache.put(key, bytes(100))
    cache.get("a")
    cache.put("d", bytes(100))
    assert [cache.get(key) is not None for key in "abcd"] == [True, False, True, True]
