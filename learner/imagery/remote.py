"""A file on an HTTP server that is read in ranges, by the same guard and limits as tiles.

GDAL could read it by itself (``/vsicurl/``), but it resolves names and follows redirects on its
own, past the guard; so it is given this file instead.
"""

from __future__ import annotations

import io
import re
import threading
from collections import OrderedDict
from urllib.parse import urlsplit

from learner.imagery.errors import ImageryError, ImageryNotFound, ImageryUnreachable
from learner.imagery.fetch import Fetcher
from learner.imagery.spec import ImageryLimits

_BLOCK_BYTES = 131_072
_KEPT_BLOCKS = 256  # 32 MiB
_BLOCKS_AT_ONCE = 32
_CONTENT_RANGE = re.compile(r"^bytes (\d+)-(\d+)/(\d+)$")


class RemoteFile:
    """Bytes of one address, fetched in blocks and kept for all threads.

    Raises:
        ImageryNotFound: there is nothing at this address.
        ImageryUnreachable: the server does not answer, or not with ranges.
        AddressRefused: the guard refuses it.
    """

    def __init__(self, url: str, limits: ImageryLimits) -> None:
        self._url = url
        self._host = urlsplit(url).hostname or "?"
        self._fetcher = Fetcher(limits)
        self._lock = threading.Lock()
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._per_thread = threading.local()
        self._size_bytes: int | None = None
        self._fetch(0, 1)

    @property
    def host(self) -> str:
        """Whom the bytes come from, for messages."""
        return self._host

    @property
    def size_bytes(self) -> int:
        """Length of the whole file."""
        return self._size_bytes or 0

    def open(self, path: str, mode: str = "rb", **_: object) -> RangeReader:
        """A reader of its own position: what rasterio calls with the name it was given."""
        return RangeReader(self)

    def take_failure(self) -> ImageryError | None:
        """Why the last read of this thread failed; GDAL keeps only that it did."""
        failure: ImageryError | None = getattr(self._per_thread, "failure", None)
        self._per_thread.failure = None
        return failure

    def read(self, start: int, count: int) -> bytes:
        """``count`` bytes from ``start``, fewer at the end of the file, none on failure."""
        end = min(start + count, self.size_bytes)
        if start >= end:
            return b""
        try:
            blocks = self._blocks_of(start // _BLOCK_BYTES, -(-end // _BLOCK_BYTES))
        except ImageryError as error:
            self._per_thread.failure = error  # GDAL, which called, cannot pass it on
            return b""
        skipped = start % _BLOCK_BYTES
        return blocks[skipped : skipped + end - start]

    def _blocks_of(self, first: int, stop: int) -> bytes:
        with self._lock:
            have = {n: self._blocks[n] for n in range(first, stop) if n in self._blocks}
            for number in have:
                self._blocks.move_to_end(number)
        number = first
        while number < stop:
            if number in have:
                number += 1
                continue
            until = number + 1
            while until < min(stop, number + _BLOCKS_AT_ONCE) and until not in have:
                until += 1
            have.update(self._fetch(number, until))
            number = until
        return b"".join(have[n] for n in range(first, stop))

    def _fetch(self, first: int, stop: int) -> dict[int, bytes]:
        """Blocks ``first`` to ``stop`` in one request, kept for later."""
        start, end = first * _BLOCK_BYTES, stop * _BLOCK_BYTES
        answer = self._fetcher.get(
            self._url,
            asked=f"bytes {start}–{end - 1} of the scene",
            headers={"Range": f"bytes={start}-{end - 1}"},
        )
        if answer is None:
            raise ImageryNotFound(f"{self._host} has no file at this address. Check it.")
        body = answer.body
        if answer.status == 206:
            size_bytes = self._checked_range(answer.headers.get("Content-Range", ""), start)
        elif start == 0 and len(body) <= end:
            size_bytes = len(body)  # a small file, sent whole
        else:
            raise self._no_ranges()
        if self._size_bytes not in (None, size_bytes):
            raise ImageryUnreachable(
                f"The file at {self._host} changed while it was being read. Open it again.",
                host=self._host,
            )
        self._size_bytes = size_bytes
        if len(body) != min(end, size_bytes) - start:
            raise self._no_ranges()
        fetched = {
            number: body[offset : offset + _BLOCK_BYTES]
            for number, offset in enumerate(range(0, len(body), _BLOCK_BYTES), first)
        }
        with self._lock:
            self._blocks.update(fetched)
            while len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        return fetched

    def _checked_range(self, header: str, start: int) -> int:
        """The size of the whole file, by a Content-Range that begins where it was asked to."""
        found = _CONTENT_RANGE.match(header)
        if not found or int(found[1]) != start:
            raise self._no_ranges()
        return int(found[3])

    def _no_ranges(self) -> ImageryUnreachable:
        return ImageryUnreachable(
            f"{self._host} does not serve parts of the file (HTTP ranges). Put the GeoTIFF on a "
            "server that does, or upload it.",
            host=self._host,
        )


class RangeReader(io.RawIOBase):
    """A position in a :class:`RemoteFile`."""

    def __init__(self, file: RemoteFile) -> None:
        super().__init__()
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size_bytes}
        self._position = max(0, base[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        count = self._file.size_bytes if size is None or size < 0 else size
        data = self._file.read(self._position, count)
        self._position += len(data)
        return data
