"""Tile templates as mappers write them, in the spellings of JOSM, iD, Leaflet, QGIS and TM."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import mercantile

from learner.imagery.errors import AddressRefused, BadTemplate

_PREFIX = re.compile(r"^tms(?:\[(?:(\d+)\s*[:,-]\s*)?(\d+)\])?:(?=[a-z]+://)", re.IGNORECASE)
_OTHER_PREFIX = re.compile(
    r"^(wms|wmts|wms_endpoint|bing|scanex|mvt)(?:\[[^]]*\])?:", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\$?\{([^{}]*)\}")
_ESCAPED_BRACE = re.compile(r"%7b|%7d", re.IGNORECASE)
_ZOOM_SHIFT = re.compile(r"^(?:z|zoom)([+-]\d+)$")

_BY_NAME: dict[str, Callable[[mercantile.Tile], str]] = {
    "z": lambda tile: str(tile.z),
    "zoom": lambda tile: str(tile.z),
    "x": lambda tile: str(tile.x),
    "y": lambda tile: str(tile.y),
    "-y": lambda tile: str(2**tile.z - 1 - tile.y),
    "ty": lambda tile: str(2**tile.z - 1 - tile.y),
    "u": lambda tile: str(mercantile.quadkey(tile)),
    "q": lambda tile: str(mercantile.quadkey(tile)),
    "quadkey": lambda tile: str(mercantile.quadkey(tile)),
    "r": lambda _: "",  # Leaflet's mark for retina tiles: plain ones are asked for
}
_SERVERS = ("a", "b", "c")
_KNOWN = "{z} {zoom} {x} {y} {-y} {ty} {u} {q} {s} {switch:a,b,c}"


@dataclass(frozen=True, slots=True)
class TileTemplate:
    """An understood template.

    Attributes:
        pattern: the address with its placeholders, without a ``tms[…]:`` prefix.
        min_zoom, max_zoom: from the prefix; None where it says nothing.
    """

    pattern: str
    min_zoom: int | None
    max_zoom: int | None

    @classmethod
    def parse(cls, text: str) -> TileTemplate:
        """Understands a template, or says what is wrong with it.

        Raises:
            BadTemplate: a placeholder is missing, unknown or in the wrong place.
            AddressRefused: the address is not http or https.
        """
        pattern = text.strip()
        if "{" not in pattern:  # copied out of an iD or JOSM link
            pattern = _ESCAPED_BRACE.sub(lambda m: "{" if m[0][2] in "bB" else "}", pattern)
        min_zoom = max_zoom = None
        if prefix := _PREFIX.match(pattern):
            pattern = pattern[prefix.end() :]
            min_zoom, max_zoom = (int(zoom) if zoom else None for zoom in prefix.groups())
        elif other := _OTHER_PREFIX.match(pattern):
            raise BadTemplate(
                f"{other[1].upper()} imagery is not read. Give a template of map tiles, such as "
                "https://example.org/{z}/{x}/{y}.png."
            )
        _check(pattern)
        if min_zoom is not None and max_zoom is not None and min_zoom > max_zoom:
            raise BadTemplate(f"The zooms {min_zoom} to {max_zoom} are the wrong way round.")
        return cls(pattern, min_zoom, max_zoom)

    def url(self, tile: mercantile.Tile) -> str:
        """The address of ``tile``, always the same one for the same tile."""
        return _PLACEHOLDER.sub(lambda found: _fill(found[1], tile), self.pattern)


def _fill(name: str, tile: mercantile.Tile) -> str:
    if name == "s" or name.startswith("switch:"):
        servers = _SERVERS if name == "s" else name.removeprefix("switch:").split(",")
        return servers[(tile.x + tile.y) % len(servers)].strip()
    if shift := _ZOOM_SHIFT.match(name):
        return str(tile.z + int(shift[1]))
    return _BY_NAME[name](tile)


def _check(pattern: str) -> None:
    names = [_canonical(name) for name in _PLACEHOLDER.findall(pattern)]
    unknown = [name for name in names if name is None]
    if unknown:
        found = ", ".join(f"{{{n}}}" for n in _PLACEHOLDER.findall(pattern) if not _canonical(n))
        raise BadTemplate(
            f"The template holds {found}, which is not understood. Known are {_KNOWN}; "
            "put your own access key in place of its placeholder. WMS is not read."
        )
    if "quadkey" not in names and not {"x", "y", "z"} <= set(names):
        missing = ", ".join(f"{{{n}}}" for n in ("z", "x", "y") if n not in names)
        raise BadTemplate(
            f"The template has no {missing}. It should look like "
            "https://example.org/{z}/{x}/{y}.png, or hold a quadkey as {u}."
        )
    parts = urlsplit(TileTemplate(pattern, None, None).url(mercantile.Tile(0, 0, 1)))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(
            f"The template begins with {pattern[:20]!r}; only http:// and https:// are read."
        )
    host_names = {_canonical(n) for n in _PLACEHOLDER.findall(pattern.split("/")[2])}
    if host_names - {"s"}:
        raise BadTemplate("Only {s} or {switch:…} may stand in the host of a template.")


def _canonical(name: str) -> str | None:
    """What a placeholder stands for: z, x, y, quadkey, s or r; None when unknown."""
    if _ZOOM_SHIFT.match(name):
        return "z"
    if name == "s" or (name.startswith("switch:") and name.removeprefix("switch:").strip(", ")):
        return "s"
    same = {"zoom": "z", "-y": "y", "ty": "y", "u": "quadkey", "q": "quadkey"}
    return same.get(name, name) if name in _BY_NAME else None
