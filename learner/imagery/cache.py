"""Downloaded tiles, kept on disk for several processes or in memory for one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

MAX_BYTES_ON_DISK = 2_000_000_000
MAX_BYTES_IN_MEMORY = 48_000_000
_MISSING_LASTS_S = 3600.0
_SWEEP_EVERY_WRITES = 2000


class TileCache(Protocol):
    """Bytes by key; ``b""`` stands for "the server has no such tile"."""

    def get(self, key: str) -> bytes | None:
        """The bytes kept under ``key``, or None."""

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data``, possibly letting go of what came first."""


class DiskCache:
    """One file a tile. Writing is atomic, and losing a race or a file only costs a download."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES_ON_DISK) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._writes = 0
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """What was put; b"" for a tile that was not there of late, None for one never asked for."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            if not data and time.time() - path.stat().st_mtime > _MISSING_LASTS_S:
                return None  # the server may have the tile by now
        except OSError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data`` as a whole or not at all; a full disk is passed over."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError:
            return  # a full or read-only disk makes reading slower, not impossible
        with self._lock:
            self._writes += 1
            due = self._writes % _SWEEP_EVERY_WRITES == 0
        if due:
            self.sweep()

    def sweep(self) -> None:
        """Deletes the oldest files until four fifths of the allowed bytes are left."""
        files: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):  # another process swept it
                stat = path.stat()
                files.append((stat.st_mtime, stat.st_size, path))
        total_bytes = sum(size for _, size, _ in files)
        if total_bytes <= self._max_bytes:
            return
        for _, size, path in sorted(files, key=lambda file: file[0]):
            if total_bytes <= 0.8 * self._max_bytes:
                break
            path.unlink(missing_ok=True)
            total_bytes -= size

    def _path(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / digest[:2] / digest[2:]


class MemoryCache:
    """The most recently used bytes: enough to read the shared edge of two blocks once."""

    def __init__(self, max_bytes: int = MAX_BYTES_IN_MEMORY) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        """What was put and not yet pushed out by what was used later; else None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data``, and lets go what was used longest ago until all fits."""
        with self._lock:
            self._bytes += len(data) - len(self._kept.pop(key, b""))
            self._kept[key] = data
            while self._bytes > self._max_bytes and self._kept:
                self._bytes -= len(self._kept.popitem(last=False)[1])
