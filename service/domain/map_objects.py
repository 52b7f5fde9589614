"""Whole objects from tiles' labels: the same roof, reported by neighbours, leaves the house once.

Only what is near a changed label is merged anew. Objects that come out as they were keep their id
and revision; the others are replaced, and what they replace stays as a tombstone for those who
follow the changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import mercantile
import shapely
from sqlalchemy.orm import Session

from learner.grid import TILE_PX
from learner.objects import MergedObject, TileObject, merge_objects
from service.queries import map_objects, tiles
from service.queries.map_objects import TileLineage, Version, WholeObject
from service.states import ObjectSource
from service.tables import Campaign, Tile

# merge_objects joins halves that end up to 3 px apart; one more for the rounding of degrees.
REACH_PX = 4


def versions_near(
    session: Session, campaign: Campaign, tile: Tile, ids: Sequence[int] = ()
) -> list[Version]:
    """All label objects that may be the same objects as those of the tile (and as ``ids``)."""
    reach_deg = REACH_PX * 360.0 / (TILE_PX * 2**campaign.zoom)
    return map_objects.neighbourhood(session, campaign.id, tile.id, ids, reach_deg)


def refresh_whole_objects(
    session: Session, campaign: Campaign, tile: Tile, old: Sequence[Version]
) -> None:
    """Merge anew around a tile whose label was just written.

    Args:
        session: the transaction; it holds the campaign's label lock.
        campaign, tile: where.
        old: what :func:`versions_near` gave before the label was written.
    """
    others = [version.id for version in old if version.tile_id != tile.id]
    new = versions_near(session, campaign, tile, others)
    alone = not old and all(version.tile_id == tile.id for version in new)
    standing = [] if alone else _standing(session, campaign, [*old, *new])
    merged = merge_objects([_tile_object(version, campaign.zoom) for version in new])
    wanted = _whole_objects(
        session, campaign, tile, merged, {version.id: version for version in new}
    )
    kept: set[uuid.UUID] = set()
    fresh: list[WholeObject] = []
    for whole in wanted:
        same = next(
            (each for each in standing if each.id not in kept and _is_same(each, whole)), None
        )
        if same is None:
            fresh.append(whole)
            continue
        kept.add(same.id)
        if same.versions != whole.versions:
            map_objects.keep(session, same.id, whole.versions)
    map_objects.tombstone(session, [each.id for each in standing if each.id not in kept])
    map_objects.add_whole(session, campaign.id, fresh)


def _standing(
    session: Session, campaign: Campaign, versions: Sequence[Version]
) -> list[WholeObject]:
    if not versions:
        return []
    west, south, east, north = shapely.total_bounds([version.polygon for version in versions])
    return map_objects.whole_objects_of(
        session,
        campaign.id,
        sorted({version.id for version in versions}),
        (float(west), float(south), float(east), float(north)),
    )


def _tile_object(version: Version, zoom: int) -> TileObject:
    place = mercantile.Tile(version.x, version.y, zoom)
    # More voices first; an outline of two reviewers beats that of one.
    return TileObject(version.id, place, version.polygon, version.source.value, version.reviews)


def _whole_objects(
    session: Session,
    campaign: Campaign,
    tile: Tile,
    merged: Sequence[MergedObject],
    versions: Mapping[int, Version],
) -> list[WholeObject]:
    if not merged:
        return []
    seen_by = {version.tile_id for version in versions.values()}
    lineages = map_objects.lineage_of_tiles(session, sorted(seen_by))
    elsewhere = {(each.owner_tile.x, each.owner_tile.y) for each in merged} - {(tile.x, tile.y)}
    owners = {(tile.x, tile.y): tile.id, **tiles.ids_at(session, campaign.id, elsewhere)}
    return [
        WholeObject(
            id=uuid.uuid4(),
            tile_id=owners.get((each.owner_tile.x, each.owner_tile.y)),
            polygon=each.polygon,
            source=ObjectSource(each.source),
            lineage=_lineage([versions[key] for key in each.keys], lineages, campaign.zoom),
            versions=each.keys,
        )
        for each in merged
    ]


def _lineage(
    versions: Iterable[Version], lineages: Mapping[int, TileLineage], zoom: int
) -> dict[str, Any]:
    """Every tile, review, checkpoint and round that an object comes from, as plain JSON."""
    versions = sorted(versions, key=lambda version: (version.y, version.x))
    found = [lineages[version.tile_id] for version in versions]
    return {
        "tiles": list(dict.fromkeys(f"{zoom}/{version.x}/{version.y}" for version in versions)),
        "reviews": list(dict.fromkeys(str(review) for each in found for review in each.reviews)),
        "reviewers": len({actor for each in found for actor in each.actors}),
        "checkpoints": sorted({str(item) for each in found for item in each.checkpoints}),
        "rounds": sorted({number for each in found for number in each.rounds}),
    }


def _is_same(standing: WholeObject, whole: WholeObject) -> bool:
    """Whether a client would see no difference."""
    return (
        standing.source == whole.source
        and standing.lineage == whole.lineage
        and standing.polygon.normalize().equals_exact(whole.polygon.normalize(), 1e-9)
    )
