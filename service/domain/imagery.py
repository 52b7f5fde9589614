"""A campaign's imagery: what may be named, how it is opened, and a first look before it is used."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
from numpy.typing import NDArray

from learner.grid import PixelWindow
from learner.imagery.errors import AddressRefused, ImageryError, ImageryNotFound, ImageryUnreachable
from learner.imagery.source import (
    OVERZOOM_MOST,
    ImageryInfo,
    ImagerySource,
    open_source,
    visible,
)
from learner.imagery.spec import ImageryKind, ImageryLimits, ImagerySpec
from service.artefacts import ArtefactMissing, Artefacts
from service.errors import ImageryRefused
from service.settings import Settings
from service.tables import Campaign

ARTEFACT_SCHEME = "artefact:"
SAMPLE_TILES = 16
OPEN_MOST = 16


def spec_from_json(imagery: dict[str, Any]) -> ImagerySpec:
    """The value that a campaign's JSON stands for."""
    return ImagerySpec(**{**imagery, "kind": ImageryKind(imagery["kind"])})


def spec_to_json(spec: ImagerySpec) -> dict[str, Any]:
    return dataclasses.asdict(spec)


def open_campaign_imagery(
    campaign: Campaign, artefacts: Artefacts, settings: Settings
) -> ImagerySource:
    """The imagery of a campaign, ready to read from any thread.

    Raises:
        ImageryError: it is gone, or does not answer.
    """
    return open_imagery(spec_from_json(campaign.imagery), artefacts, settings)


def open_imagery(spec: ImagerySpec, artefacts: Artefacts, settings: Settings) -> ImagerySource:
    """Opens what ``spec`` names; only artefacts, allowed folders and addresses can be named.

    Raises:
        ImageryError: refused, missing, unreadable.
    """
    limits = ImageryLimits(
        allow_private_addresses=settings.allow_private_imagery,
        requests_per_host_per_s=settings.imagery_requests_per_s,
    )
    cache = settings.imagery_cache or settings.home / "imagery"
    located = dataclasses.replace(spec, location=_locate(spec, artefacts, settings))
    return open_source(located, limits=limits, cache_dir=cache)


def open_checked(spec: ImagerySpec, artefacts: Artefacts, settings: Settings) -> ImagerySource:
    """Opens imagery that a coordinator has named.

    Raises:
        ImageryRefused: whatever is wrong with it, said so that a coordinator can act.
    """
    with refusing_imagery():
        return open_imagery(spec, artefacts, settings)


def sample_tile(source: ImagerySource, zoom: int, xy: NDArray[np.int64]) -> mercantile.Tile:
    """Looks at some of the tiles ``xy`` (N, 2), until one shows something; that one.

    Raises:
        ImageryRefused: the imagery does not answer, or shows nothing in any of these places.
    """
    with refusing_imagery():
        looked_at = [mercantile.Tile(x, y, zoom) for x, y in _spread(xy).tolist()]
        for tile in looked_at:
            found = source.read(PixelWindow.of_tile(tile))
            if visible(found.pixels, found.valid).any():
                return tile
        raise ImageryNotFound(
            f"The imagery shows nothing, or plain black or white, in {len(looked_at)} places of "
            "this area. Check that the area lies where the imagery is, and that x, y and the zoom "
            "stand in the right places of the address."
        )


def check_zoom(zoom: int, info: ImageryInfo) -> None:
    """Refuses a zoom at which this imagery shows nothing.

    Raises:
        ImageryRefused: with the zooms that it has.
    """
    if not info.min_zoom <= zoom <= info.max_zoom + OVERZOOM_MOST:
        raise ImageryRefused(
            f"Zoom {zoom} is outside this imagery: it has zooms {info.min_zoom} to "
            f"{info.max_zoom}, and can be enlarged up to {info.max_zoom + OVERZOOM_MOST}. "
            "Choose a zoom in that range.",
            cause="zoom-outside-imagery",
            min_zoom=info.min_zoom,
            max_zoom=info.max_zoom,
        )


def choose_zoom(imagery: ImagerySpec, asked: int | None, info: ImageryInfo) -> int:
    """The zoom asked for, or the imagery's own where it knows it.

    Raises:
        ImageryRefused: outside the imagery, or neither asked for nor known.
    """
    if asked is not None:
        check_zoom(asked, info)
        return asked
    if imagery.kind == ImageryKind.XYZ and imagery.max_zoom is None:
        raise ImageryRefused(
            "A template of tiles does not say how deep it goes. Give the campaign's zoom "
            "(18 to 20 suit buildings).",
            cause="zoom-missing",
        )
    return info.max_zoom


@contextmanager
def refusing_imagery() -> Iterator[None]:
    """Says as the domain's refusal what readers of imagery refuse."""
    try:
        yield
    except ImageryError as error:
        extras = {"cause": cause_of(error)}
        if isinstance(error, ImageryUnreachable):
            extras |= {k: v for k, v in (("tile", error.tile), ("host", error.host)) if v}
        raise ImageryRefused(str(error), **extras) from error


def cause_of(error: ImageryError) -> str:
    """What a problem body calls it: ``not-georeferenced``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()


class OpenImagery:
    """Recently used imagery, kept open; shared by the threads of one process."""

    def __init__(self, artefacts: Artefacts, settings: Settings) -> None:
        self._artefacts = artefacts
        self._settings = settings
        self._open: OrderedDict[ImagerySpec, ImagerySource] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, campaign: Campaign) -> ImagerySource:
        """The campaign's imagery.

        Raises:
            ImageryError: it cannot be opened.
        """
        return self.named(spec_from_json(campaign.imagery))

    def named(self, spec: ImagerySpec) -> ImagerySource:
        """The imagery that ``spec`` names.

        Raises:
            ImageryError: it cannot be opened.
        """
        with self._lock:
            if spec in self._open:
                self._open.move_to_end(spec)
                return self._open[spec]
        # Outside the lock: opening a remote file takes seconds, and twice does no harm.
        source = open_imagery(spec, self._artefacts, self._settings)
        with self._lock:
            self._open[spec] = source
            while len(self._open) > OPEN_MOST:
                self._open.popitem(last=False)
        return source


def _locate(spec: ImagerySpec, artefacts: Artefacts, settings: Settings) -> str:
    if spec.kind == ImageryKind.XYZ or spec.location.startswith(("http://", "https://")):
        return spec.location
    if spec.location.startswith(ARTEFACT_SCHEME):
        try:
            return str(artefacts.local(spec.location.removeprefix(ARTEFACT_SCHEME)))
        except ArtefactMissing as error:
            raise AddressRefused(
                f"There is no uploaded scene {spec.location}. Upload it first, and use the "
                "location that the upload returns."
            ) from error
    path = Path(spec.location).expanduser().resolve()
    allowed = [folder.resolve() for folder in settings.imagery_folders]
    if not any(path.is_relative_to(folder) for folder in allowed):
        raise AddressRefused(
            f"Paths on the server may only be named inside its imagery folders, and "
            f"{spec.location!r} is not. Upload the file, or have TILEWISE_IMAGERY_FOLDERS set."
        )
    return str(path)


def _spread(xy: NDArray[np.int64]) -> NDArray[np.int64]:
    """Some of the tiles, spread evenly over the area, those of the middle first."""
    places = np.unique(np.linspace(0, len(xy) - 1, min(SAMPLE_TILES, len(xy))).astype(int))
    middle_first = np.argsort(np.abs(places - len(xy) // 2), kind="stable")
    spread: NDArray[np.int64] = xy[places[middle_first]]
    return spread
