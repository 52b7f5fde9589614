"""Artefacts: scenes, checkpoints and predictions, kept by content key in a folder or in S3.

A key is a path such as ``checkpoints/<sha256>.safetensors``. What stands under a key never changes,
so a put of what is there already costs one look.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from service.settings import Settings

PIECE_BYTES = 4 * 1024**2


class ArtefactMissing(Exception):
    """No artefact stands under this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no artefact {key!r}; was the artefact store emptied or exchanged?")
        self.key = key


def sha256_of(path: Path) -> str:
    """Hex digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Artefacts:
    """The artefact store.

    Attributes:
        store: obstore's store, rooted at the address.
        address: the folder or ``s3://bucket/prefix`` that it is rooted at.
        cache: folder for local copies of what lies in S3.
    """

    store: ObjectStore
    address: str
    cache: Path

    @classmethod
    def open(cls, settings: Settings) -> Artefacts:
        """The store that the settings name; a folder is made when it is not there."""
        address = settings.artefact_address.removeprefix("file://")
        store: ObjectStore
        if "://" in address:
            store = from_url(address)
        else:
            address = str(Path(address).absolute())
            store = LocalStore(address, mkdir=True)
        return cls(store, address.rstrip("/"), settings.home / "artefact-cache")

    def put_bytes(self, key: str, content: bytes) -> str:
        """Keep ``content`` under ``key``, whole or not at all; returns the key."""
        if not self.exists(key):
            obstore.put(self.store, key, content)
        return key

    def put_file(self, key: str, path: Path) -> str:
        """Keep a file's content under ``key``, whole or not at all; returns the key."""
        if not self.exists(key):
            obstore.put(self.store, key, path)
        return key

    def put_content(self, folder: str, path: Path, suffix: str) -> str:
        """Keep a file under the hash of its content; returns ``<folder>/<sha256><suffix>``."""
        return self.put_file(f"{folder}/{sha256_of(path)}{suffix}", path)

    def get_bytes(self, key: str) -> bytes:
        """The content under ``key``.

        Raises:
            ArtefactMissing: nothing stands there.
        """
        try:
            return bytes(obstore.get(self.store, key).bytes())
        except FileNotFoundError:
            raise ArtefactMissing(key) from None

    def fetch_to(self, key: str, path: Path) -> Path:
        """Copy the content under ``key`` to ``path``, whole or not at all; returns the path.

        Raises:
            ArtefactMissing: nothing stands there.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in self._pieces(key):
                    file.write(piece)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink()
            raise
        return path

    def local(self, key: str) -> Path:
        """A local file with the content under ``key``: the store's own, or a copy made once.

        Raises:
            ArtefactMissing: nothing stands there.
        """
        if isinstance(self.store, LocalStore):
            path = Path(self.address) / key
            if not path.is_file():
                raise ArtefactMissing(key)
            return path
        path = self.cache / key
        return path if path.is_file() else self.fetch_to(key, path)

    def exists(self, key: str) -> bool:
        try:
            obstore.head(self.store, key)
        except FileNotFoundError:
            return False
        return True

    def url(self, key: str) -> str:
        """Where the artefact lies, for people and for other programs: a path or an s3:// URL."""
        return f"{self.address}/{key}"

    def _pieces(self, key: str) -> Iterator[memoryview]:
        try:
            found = obstore.get(self.store, key)
        except FileNotFoundError:
            raise ArtefactMissing(key) from None
        for piece in found.stream(min_chunk_size=PIECE_BYTES):
            yield memoryview(piece)
