"""What imagery a campaign uses, as a value: the one thing readers, service and client agree on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class ImageryKind(StrEnum):
    """The kinds of source that ``open_source`` knows."""

    SCENE = "scene"  # one GeoTIFF/COG: a path, or an http(s) address
    XYZ = "xyz"  # a template of tiles over http(s), in any of the usual spellings
    MBTILES = "mbtiles"  # one MBTiles file: a path
    FOLDER = "folder"  # a folder of {z}/{x}/{y}.* files: a path


@dataclass(frozen=True, slots=True)
class ImagerySpec:
    """Where imagery comes from; ``location`` is a path, an address or a template by ``kind``."""

    kind: ImageryKind
    location: str
    min_zoom: int | None = None
    max_zoom: int | None = None
    attribution: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether imagery comes over the network, where answers are waited for."""
        return _ADDRESS.match(self.location) is not None


@dataclass(frozen=True, slots=True)
class ImageryLimits:
    """What a reader refuses to exceed; imagery addresses come from strangers."""

    allow_private_addresses: bool = False
    timeout_s: float = 20.0
    max_response_bytes: int = 20_000_000
    max_image_px: int = 4096 * 4096
    requests_per_host_per_s: float = 20.0
    concurrency: int = 8
    retries: int = 3
