"""Imagery and probabilities as pictures of one tile, for maps in a browser."""

from __future__ import annotations

import io
import uuid

import mercantile
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy.orm import Session

from learner.grid import TILE_PX, PixelWindow
from learner.imagery.errors import ZoomOutsideImagery
from learner.imagery.source import ImagerySource
from service.artefacts import Artefacts
from service.domain.campaigns import get_campaign
from service.domain.probability import open_probability
from service.errors import ImageryTileMissing, ProbabilityMissing
from service.queries import campaigns, predicted, tiles
from service.states import TileRole
from service.tables import Campaign

JPEG_QUALITY = 85
# How far around its area a campaign's imagery is shown, in tiles of its zoom: the service is no
# proxy for all the world.
AROUND_TILES = 8
NO_IMAGERY_GREY = np.uint8(224)


def find_imagery_tile(session: Session, campaign_id: uuid.UUID, tile: mercantile.Tile) -> Campaign:
    """The campaign, if the tile (of any zoom) lies in or near its area.

    Raises:
        CampaignNotFound: there is none.
        ImageryTileMissing: too far away.
    """
    campaign = get_campaign(session, campaign_id)
    west, south, east, north = campaigns.areas_bounds(session, [campaign_id])[campaign_id]
    around = AROUND_TILES * 360 / 2**campaign.zoom
    seen = mercantile.bounds(tile)
    if (
        seen.east < west - around
        or seen.west > east + around
        or seen.north < south - around
        or seen.south > north + around
    ):
        raise ImageryTileMissing("This tile is far from the campaign's area.")
    return campaign


def imagery_jpeg(source: ImagerySource, tile: mercantile.Tile) -> bytes:
    """One tile of imagery; grey where there is none.

    Raises:
        ImageryTileMissing: there is none in the whole tile, or not at this zoom.
        ImageryError: the source failed.
    """
    try:
        shown = source.read(PixelWindow.of_tile(tile))
    except ZoomOutsideImagery as error:
        raise ImageryTileMissing(str(error)) from error
    if not shown.valid.any():
        raise ImageryTileMissing("The imagery shows nothing here.")
    pixels = np.where(shown.valid[..., None], shown.pixels, NO_IMAGERY_GREY)
    return _encoded(pixels.astype(np.uint8), "JPEG", quality=JPEG_QUALITY)


def find_probability(
    session: Session, campaign_id: uuid.UUID, tile: mercantile.Tile
) -> tuple[uuid.UUID, str]:
    """The promoted checkpoint, and where its probabilities over this tile lie.

    Raises:
        CampaignNotFound: there is none.
        ProbabilityMissing: no model yet, or no tile that may be shown with one: nobody who answers
            an audit tile may see what the model thinks of it.
    """
    campaign = get_campaign(session, campaign_id)
    missing = ProbabilityMissing("There is no probability for this tile.")
    row = tiles.at(session, campaign_id, tile.x, tile.y)
    checkpoint_id = campaign.promoted_checkpoint_id
    if tile.z != campaign.zoom or row is None or row.role == TileRole.AUDIT:
        raise missing
    if checkpoint_id is None:
        raise missing
    prefix = predicted.artefact_prefix(session, checkpoint_id, row.shard)
    if prefix is None:
        raise missing
    return checkpoint_id, prefix


def probability_png(artefacts: Artefacts, prefix: str, tile: mercantile.Tile) -> bytes:
    """Probabilities of one tile as 8-bit grey: 0 is 0.0, 255 is 1.0."""
    with open_probability(artefacts, prefix) as raster:
        grey = raster.read(tile)
    if grey.shape != (TILE_PX, TILE_PX):
        raise ProbabilityMissing("There is no probability for this tile.")
    return _encoded(grey, "PNG", compress_level=3)


def _encoded(pixels: NDArray[np.uint8], kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()
