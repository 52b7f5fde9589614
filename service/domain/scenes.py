"""Scenes that people upload: recognised by their content, tried, and kept under its hash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from learner.imagery.errors import ImageryError
from learner.imagery.source import ImageryInfo, open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from service.artefacts import Artefacts, sha256_of
from service.domain.imagery import ARTEFACT_SCHEME, cause_of
from service.errors import SceneRefused

_TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_SQLITE_START = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class KeptScene:
    """A scene in the artefact store; ``is_new`` says whether it was not there before."""

    location: str
    kind: ImageryKind
    info: ImageryInfo
    is_new: bool


def keep_scene(path: Path, name: str, artefacts: Artefacts) -> KeptScene:
    """Keep an uploaded file, if it is a GeoTIFF or an MBTiles file that can be read.

    Args:
        path: the whole file.
        name: what its owner calls it, for messages.
        artefacts: where it is kept.

    Raises:
        SceneRefused: it is something else, or cannot be used; the message says why.
    """
    kind = _kind_of(path, name)
    suffix = ".tif" if kind == ImageryKind.SCENE else ".mbtiles"
    named = path.rename(path.with_suffix(suffix))
    try:
        info = open_source(ImagerySpec(kind, str(named))).describe()
    except ImageryError as error:
        text = str(error).replace(named.name, name)
        raise SceneRefused(text, cause=cause_of(error)) from error
    key = f"scenes/{sha256_of(named)}{suffix}"
    is_new = not artefacts.exists(key)
    artefacts.put_file(key, named)
    return KeptScene(f"{ARTEFACT_SCHEME}{key}", kind, info, is_new)


def _kind_of(path: Path, name: str) -> ImageryKind:
    with path.open("rb") as file:
        start = file.read(len(_SQLITE_START))
    if start.startswith(_TIFF_STARTS):
        return ImageryKind.SCENE
    if start == _SQLITE_START:
        return ImageryKind.MBTILES
    if not start:
        raise SceneRefused(f"{name} is empty. Was the upload cut short?", cause="empty-file")
    raise SceneRefused(
        f"{name} is neither a GeoTIFF nor an MBTiles file, whatever its name says. Convert it: "
        "gdal_translate -of COG original scene.tif",
        cause="not-a-scene",
    )
