"""From the bytes of one tile to pixels, with every limit checked before anything is unpacked."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from learner.grid import TILE_PX
from learner.imagery.errors import ImageryTooLarge, NotAnImage, WrongBands
from learner.imagery.source import Pixels

TILE_SIDES_PX = (TILE_PX, 2 * TILE_PX, 4 * TILE_PX)
_FORMATS = ("PNG", "JPEG", "WEBP")
_HALF_OPAQUE = 128


def decode_tile(data: bytes, name: str, max_image_px: int) -> Pixels:
    """Decodes one square tile.

    Args:
        data: a PNG, JPEG or WebP file: colour, grey or palette, with or without transparency.
        name: the tile and where it comes from, for messages.
        max_image_px: refused above, before decoding.

    Returns:
        Pixels of 256, 512 or 1024 px a side; what is less than half opaque is not valid.

    Raises:
        NotAnImage: other content, a cut file, or another size.
        ImageryTooLarge: more pixels than allowed.
        WrongBands: more than 8 bits a band.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image.size, name, max_image_px)
            return _to_pixels(image, name)
    except Image.DecompressionBombError as error:
        raise ImageryTooLarge(f"{name}: {error} Give an address of map tiles.") from error
    except UnidentifiedImageError:
        raise NotAnImage(
            f"{name} is not a PNG, JPEG or WebP image: it begins with {data[:24]!r}. {_guess(data)}"
        ) from None
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for broken files
        raise NotAnImage(
            f"{name} is a broken image ({error}). Clear the tile cache and try again."
        ) from error


def _check_size(size_px: tuple[int, int], name: str, max_image_px: int) -> None:
    width_px, height_px = size_px
    if width_px * height_px > max_image_px:
        raise ImageryTooLarge(
            f"{name} has {width_px} × {height_px} px; at most {max_image_px:,} px are decoded. "
            "Give an address of map tiles of 256 or 512 px."
        )
    if width_px != height_px or width_px not in TILE_SIDES_PX:
        raise NotAnImage(
            f"{name} has {width_px} × {height_px} px, which is no map tile. "
            "Give an address of map tiles of 256 or 512 px."
        )


def _to_pixels(image: Image.Image, name: str) -> Pixels:
    if image.mode.startswith(("I", "F")):
        raise WrongBands(f"{name} has more than 8 bits a band. Serve the imagery as 8-bit RGB.")
    if image.has_transparency_data:
        rgba = np.asarray(image.convert("RGBA"))
        valid: NDArray[np.bool_] = rgba[..., 3] >= _HALF_OPAQUE
        return Pixels(np.where(valid[..., None], rgba[..., :3], np.uint8(0)), valid)
    rgb = np.asarray(image.convert("RGB"))
    return Pixels(rgb, np.ones(rgb.shape[:2], np.bool_))


def _guess(data: bytes) -> str:
    start = data[:200].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<serviceexception", b"{")):
        return "The server answered with a page or message: check the address and its access key."
    if start.startswith((b"\x1f\x8b", b"\x1a")):
        return "This looks like a vector tile; tiles of imagery are needed."
    return "Check that the address leads to tiles of imagery."
