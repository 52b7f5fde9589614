"""Bytes that call themselves a tile."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from learner.imagery.decode import decode_tile
from learner.imagery.errors import ImageryTooLarge, NotAnImage, WrongBands
from tests.learner.imagery.local_server import png

MOST_PX = 4096 * 4096


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("side_px", [256, 512, 1024])
def test_a_colour_tile_is_read_as_it_is(side_px: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (side_px, side_px, 3), np.uint8)
    shown = decode_tile(png(pixels), "1/0/0", MOST_PX)
    assert np.array_equal(shown.pixels, pixels)
    assert shown.valid.all()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_jpeg_and_webp_are_read_too(kind: str) -> None:
    shown = decode_tile(encoded(Image.new("RGB", (256, 256), (200, 100, 50)), kind), "", MOST_PX)
    assert np.abs(shown.pixels.astype(int) - (200, 100, 50)).max() <= 4


def test_grey_becomes_equal_red_green_and_blue() -> None:
    shown = decode_tile(encoded(Image.new("L", (256, 256), 77)), "1/0/0", MOST_PX)
    assert (shown.pixels == 77).all()


def test_what_is_less_than_half_opaque_is_no_imagery() -> None:
    image = Image.new("RGBA", (256, 256), (9, 8, 7, 255))
    image.paste((9, 8, 7, 127), (0, 0, 128, 256))
    shown = decode_tile(encoded(image), "1/0/0", MOST_PX)
    assert not shown.valid[:, :128].any()
    assert shown.valid[:, 128:].all()
    assert (shown.pixels[:, :128] == 0).all()


def test_a_transparent_palette_entry_is_no_imagery() -> None:
    image = Image.new("P", (256, 256), 0)
    image.putpalette([0, 0, 0, 10, 20, 30])
    image.paste(1, (0, 0, 256, 100))
    shown = decode_tile(encoded(image, transparency=0), "1/0/0", MOST_PX)
    assert shown.valid.sum() == 256 * 100
    assert (shown.pixels[:100] == (10, 20, 30)).all()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "access key"),
        (b'{"message": "Not Authorized"}', "access key"),
        (b"\x1f\x8b\x08\x00vector", "vector tile"),
        (b"GIF89a", "tiles of imagery"),
    ],
)
def test_something_else_than_an_image_is_named_for_what_it_is(data: bytes, says: str) -> None:
    with pytest.raises(NotAnImage, match=says):
        decode_tile(data, "Tile 1/0/0 from t.org", MOST_PX)


def test_a_tile_that_was_cut_short_is_refused() -> None:
    whole = png(np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8))
    with pytest.raises(NotAnImage, match="broken"):
        decode_tile(whole[: len(whole) // 2], "1/0/0", MOST_PX)


def test_a_small_file_that_claims_a_huge_image_is_refused_before_decoding() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b""))
    with pytest.raises(ImageryTooLarge):
        decode_tile(bomb, "1/0/0", MOST_PX)


def test_an_image_over_the_limit_is_refused() -> None:
    with pytest.raises(ImageryTooLarge, match="1024 × 1024"):
        decode_tile(encoded(Image.new("RGB", (1024, 1024))), "1/0/0", 512 * 512)


@pytest.mark.parametrize("size_px", [(300, 300), (256, 512), (1, 1)])
def test_a_size_that_no_tile_has_is_refused(size_px: tuple[int, int]) -> None:
    with pytest.raises(NotAnImage, match="256 or 512"):
        decode_tile(encoded(Image.new("RGB", size_px)), "1/0/0", MOST_PX)


def test_sixteen_bits_are_refused() -> None:
    deep = Image.fromarray(np.zeros((256, 256), np.uint16))
    with pytest.raises(WrongBands, match="8-bit"):
        decode_tile(encoded(deep), "1/0/0", MOST_PX)
