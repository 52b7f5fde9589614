"""Blocks of a JPEG GeoTIFF, decoded with vector instructions.

Most imagery of people's homes is published as JPEG inside of a GeoTIFF, and rasterio's wheels bring
a libjpeg without vector instructions: it takes twice to three times as long as Pillow's. GDAL still
says where each block lies, and reads whatever is not read here.
"""

from __future__ import annotations

import io
import os
import threading
from itertools import product
from pathlib import Path

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Compression, Interleaving, PhotometricInterp
from rasterio.io import DatasetReader
from rasterio.windows import Window

Rgb = NDArray[np.uint8]

_RGB = (1, 2, 3)
_START, _END = b"\xff\xd8", b"\xff\xd9"
"""What an image begins and ends with."""
_BYTES_PER_PX_MOST = 4
"""A block that takes more in the file is broken, or worse."""


class _Kept:
    """Blocks decoded last, of all files and for all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.bound(64_000_000)

    def bound(self, most_bytes: int) -> None:
        self._blocks: LRUCache[tuple[JpegBlocks, int], Rgb] = LRUCache(
            most_bytes, getsizeof=lambda block: block.nbytes
        )

    @property
    def size_bytes(self) -> int:
        """What they take now."""
        return int(self._blocks.currsize)

    def get(self, key: tuple[JpegBlocks, int]) -> Rgb | None:
        with self._lock:
            return self._blocks.get(key)

    def put(self, key: tuple[JpegBlocks, int], block: Rgb) -> None:
        with self._lock:
            if block.nbytes <= self._blocks.maxsize:
                self._blocks[key] = block


KEPT = _Kept()


class JpegBlocks:
    """The bytes of one local file, for as many threads at once as want to read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def read(self, dataset: DatasetReader, bands: tuple[int, int, int], part: Window) -> Rgb | None:
        """The pixels of ``part``, or None where GDAL has to read them.

        Args:
            dataset: the calling thread's own handle of the file, or of one of its overviews.
            bands: of red, green and blue.
            part: whole pixels inside of ``dataset``.

        Returns:
            (H, W, 3) uint8 RGB.
        """
        if bands != _RGB or not _is_jpeg_of_colours(dataset):
            return None
        (top, bottom), (left, right) = part.toranges()
        height_px, width_px = dataset.block_shapes[0]
        pixels = np.empty((bottom - top, right - left, 3), np.uint8)
        rows = range(top // height_px, -(-bottom // height_px))
        columns = range(left // width_px, -(-right // width_px))
        for row, column in product(rows, columns):
            block = self._block(dataset, row, column)
            if block is None:
                return None
            north, west = row * height_px, column * width_px
            block = block[max(top - north, 0) : bottom - north, max(left - west, 0) : right - west]
            at_row, at_column = max(north - top, 0), max(west - left, 0)
            pixels[at_row : at_row + block.shape[0], at_column : at_column + block.shape[1]] = block
        return pixels

    def _block(self, dataset: DatasetReader, row: int, column: int) -> Rgb | None:
        offset = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", 1)
        size = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", 1)
        if offset is None or size is None:
            return None  # left out of the file
        key = self, int(offset)
        block = KEPT.get(key)
        if block is None:
            block = self._decoded(dataset, row, int(offset), int(size))
            if block is not None:
                KEPT.put(key, block)
        return block

    def _decoded(
        self, dataset: DatasetReader, row: int, offset: int, size_bytes: int
    ) -> Rgb | None:
        height_px, width_px = dataset.block_shapes[0]
        if size_bytes > _BYTES_PER_PX_MOST * height_px * width_px:
            return None
        stream = os.pread(self._file.fileno(), size_bytes, offset)
        if tables := dataset.get_tag_item("JPEGTABLES", "TIFF", 1):  # what all blocks share
            stream = bytes.fromhex(tables)[: -len(_END)] + stream[len(_START) :]
        heights_px = height_px, dataset.height - row * height_px  # the last strip may be lower
        try:
            with Image.open(io.BytesIO(stream), formats=("JPEG",)) as image:
                fits = image.mode == "RGB" and image.width == width_px
                return np.asarray(image) if fits and image.height in heights_px else None
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            return None  # GDAL will say what is wrong


def _is_jpeg_of_colours(dataset: DatasetReader) -> bool:
    stored = dataset.compression, dataset.photometric, dataset.interleaving
    wanted = Compression.jpeg, PhotometricInterp.ycbcr, Interleaving.pixel
    return dataset.count == len(_RGB) and stored == wanted
