"""What can go wrong with imagery; each message says what to do next."""

from __future__ import annotations

from learner.errors import LearnerError


class ImageryError(LearnerError):
    """Imagery cannot be used as asked."""


class ImageryNotFound(ImageryError):
    """There is no imagery at this place: a missing file, or an address without a single tile."""


class ImageryUnreachable(ImageryError):
    """A server or file did not deliver, although it was asked properly and more than once.

    Attributes:
        tile: what was asked for, such as ``18/151234/109876``; None for a whole file.
        host: the server that was asked; None for a local file.
    """

    def __init__(self, message: str, *, tile: str | None = None, host: str | None = None) -> None:
        super().__init__(message)
        self.tile = tile
        self.host = host


class NotAnImage(ImageryError):
    """The bytes are not an image that can be read here: a web page, a vector tile, a cut file."""


class NotGeoreferenced(ImageryError):
    """An image without a coordinate reference system: nobody can tell where it lies."""


class ImageryTooLarge(ImageryError):
    """More bytes or pixels than the limits allow."""


class WrongBands(ImageryError):
    """Not red, green and blue in 8 bits."""


class AddressRefused(ImageryError):
    """An address that this service must not call: private, loopback, metadata, not http(s)."""


class BadTemplate(ImageryError):
    """A tile template that cannot be understood."""


class ZoomOutsideImagery(ImageryError):
    """A zoom at which the imagery shows nothing that could be mapped."""
