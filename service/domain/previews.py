"""A look at imagery before a campaign is made of it."""

from __future__ import annotations

from dataclasses import dataclass

import mercantile
import numpy as np
import shapely

from learner.imagery.source import ImageryInfo
from learner.imagery.spec import ImagerySpec
from service.artefacts import Artefacts
from service.domain.area import Area, parse_area
from service.domain.covering import cover_imagery
from service.domain.imagery import check_zoom, choose_zoom, open_checked, sample_tile
from service.reasons import Notice
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class SeenImagery:
    """What was seen.

    Attributes:
        info: what the imagery says of itself.
        sample: a tile that shows something; None when no place was named to look at.
        tiles: how many tiles the area takes; None without an area.
        notices: what its coordinator should know.
    """

    info: ImageryInfo
    sample: mercantile.Tile | None
    tiles: int | None
    notices: tuple[Notice, ...]


def look_at_imagery(
    spec: ImagerySpec,
    zoom: int | None,
    area: object | None,
    artefacts: Artefacts,
    settings: Settings,
) -> SeenImagery:
    """Open imagery and look at it in an area, or in its own middle where it knows its bounds.

    Raises:
        ImageryRefused, AreaRefused, AreaTooLarge: what is wrong, and what to do.
    """
    source = open_checked(spec, artefacts, settings)
    info = source.describe()
    if zoom is not None:
        check_zoom(zoom, info)
    if area is None:
        middle = _middle(info, info.max_zoom if zoom is None else zoom)
        return SeenImagery(info, middle, None, ())
    chosen = choose_zoom(spec, zoom, info)
    parsed: Area = parse_area(area)
    covering, notices = cover_imagery(parsed, chosen, source, settings.max_area_tiles)
    sample = sample_tile(source, chosen, covering.xy)
    return SeenImagery(info, sample, len(covering), (*parsed.notices, *notices))


def _middle(info: ImageryInfo, zoom: int) -> mercantile.Tile | None:
    """The tile in the middle of the imagery, if it knows where that is."""
    if info.bounds_4326 is None:
        return None
    middle = shapely.box(*info.bounds_4326).centroid
    return mercantile.tile(float(np.clip(middle.x, -180, 180)), float(middle.y), zoom)
