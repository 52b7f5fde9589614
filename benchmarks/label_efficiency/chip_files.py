"""Which files of a folder are chips, and which of their names are tiles."""

from __future__ import annotations

import re
from pathlib import Path

TILE_NAME = re.compile(r"^(\d+)-(\d+)-(\d+)$")
"""z-x-y of a web-mercator tile."""
_ENDINGS = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"}


def pictures(folder: Path) -> dict[str, Path]:
    """Pictures by stem, in the order of their names; whatever else lies there is passed over."""
    return {path.stem: path for path in sorted(folder.glob("*")) if path.suffix.lower() in _ENDINGS}
