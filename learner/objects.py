"""Objects are whole, tiles are not: what neighbouring tiles report twice becomes one object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import mercantile
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree

from learner.grid import TILE_PX
from learner.world_pixels import lon_lat_of, world_px_of

# Two versions are one object when they share this much of the smaller, or this IoU.
_SAME_SHARE = 0.5
_SAME_IOU = 0.4
# How far from its tile's edge a clipped outline may end, and how long it must run there.
_EDGE_REACH_PX = 1.5
_LEAST_RUN_PX = 2.0


@dataclass(frozen=True, slots=True)
class TileObject:
    """An object as one tile's label holds it.

    ``polygon`` is EPSG:4326, valid, and may reach beyond its ``tile``; ``key`` is unique in a call;
    ``source`` says who made the outline; of complete versions the one with the highest ``rank``
    is taken, before where it was seen best (0 for all where nothing tells them apart).
    """

    key: int
    tile: mercantile.Tile
    polygon: Polygon
    source: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class MergedObject:
    """A whole object, once: EPSG:4326, the keys of all its versions (ascending), and the tile that
    holds its representative point. ``source`` is that of the version whose geometry was taken (of
    the best one where halves were joined)."""

    polygon: Polygon
    keys: tuple[int, ...]
    owner_tile: mercantile.Tile
    source: str


def merge_objects(objects: Sequence[TileObject]) -> list[MergedObject]:
    """Merge the versions of one object that different tiles hold.

    Two objects of different tiles are versions of one when they overlap (half of the smaller, or
    IoU 0.4), or when both were clipped at the edge that their tiles share and meet there over
    half of the shorter run. Objects of one tile are never merged, not even by way of a third: the
    strongest evidence is heeded first. Of versions that were not clipped at their tile's edge the
    one of the highest rank, then of the tile that holds most of the object, is taken as it is;
    clipped halves are united.

    Args:
        objects: keys unique, tiles all of one zoom, in any order (the result does not depend on
            it).

    Returns:
        Merged objects in the order of their smallest key.

    Raises:
        ValueError: keys are not unique or tiles are of several zooms.
    """
    if not objects:
        return []
    objects = sorted(objects, key=lambda each: each.key)
    keys = [each.key for each in objects]
    zooms = {each.tile.z for each in objects}
    if len(set(keys)) != len(keys):
        raise ValueError("every tile object needs a key of its own")
    if len(zooms) != 1:
        raise ValueError(f"tile objects must be of one zoom, not {sorted(zooms)}")
    zoom = zooms.pop()
    in_px = _snapped(world_px_of([each.polygon for each in objects], zoom))
    tile_xy = np.array([(each.tile.x, each.tile.y) for each in objects], dtype=np.int64)
    pairs = _overlapping(in_px, tile_xy) + _meeting(in_px, tile_xy)
    groups = _grouped(pairs, tile_xy)
    return [_merged([objects[i] for i in group], in_px[group], zoom) for group in groups]


_Pair = tuple[float, int, int]  # (strength, smaller index, larger index)


def _overlapping(in_px: NDArray[np.object_], tile_xy: NDArray[np.int64]) -> list[_Pair]:
    """Pairs of different tiles that overlap enough; strength 1 + IoU."""
    left, right = _candidates(in_px, tile_xy, predicate="intersects")
    shared = shapely.area(shapely.intersection(in_px[left], in_px[right]))
    area = shapely.area(in_px)
    smaller = np.minimum(area[left], area[right])
    iou = shared / (area[left] + area[right] - shared)
    same = (shared > 0) & ((shared >= _SAME_SHARE * smaller) | (iou >= _SAME_IOU))
    return [
        (1.0 + float(strength), int(i), int(j))
        for strength, i, j in zip(iou[same], left[same], right[same], strict=True)
    ]


def _meeting(in_px: NDArray[np.object_], tile_xy: NDArray[np.int64]) -> list[_Pair]:
    """Pairs of halves that meet at the edge of two neighbouring tiles; strength below 1."""
    left, right = _candidates(in_px, tile_xy, predicate="dwithin", distance=2 * _EDGE_REACH_PX)
    pairs: list[_Pair] = []
    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        step = tile_xy[j] - tile_xy[i]
        if abs(step).sum() != 1:
            continue
        axis = 0 if step[0] else 1  # 0: side by side, their edge runs north to south
        edge_px = float(max(tile_xy[i][axis], tile_xy[j][axis]) * TILE_PX)
        first, second = (i, j) if step[axis] > 0 else (j, i)
        share = _meeting_share(in_px[first], in_px[second], edge_px, axis)
        if share >= _SAME_SHARE:
            pairs.append((0.999 * share, i, j))
    return pairs


def _candidates(
    in_px: NDArray[np.object_], tile_xy: NDArray[np.int64], **query: object
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Index pairs (left < right) near each other and of different tiles."""
    left, right = STRtree(in_px).query(in_px, **query)
    keep = (left < right) & (tile_xy[left] != tile_xy[right]).any(axis=1)
    return left[keep], right[keep]


def _meeting_share(before: Polygon, after: Polygon, edge_px: float, axis: int) -> float:
    """Share of the shorter run along the edge over which both meet; 0 unless both end there."""
    ends_at = before.bounds[2 + axis]
    starts_at = after.bounds[axis]
    if abs(ends_at - edge_px) > _EDGE_REACH_PX or abs(starts_at - edge_px) > _EDGE_REACH_PX:
        return 0.0
    runs = [_runs(polygon, edge_px, axis) for polygon in (before, after)]
    lengths = [sum(end - start for start, end in run) for run in runs]
    met = sum(
        max(0.0, min(end, other_end) - max(start, other_start))
        for start, end in runs[0]
        for other_start, other_end in runs[1]
    )
    return met / min(lengths) if met >= _LEAST_RUN_PX else 0.0


def _runs(polygon: Polygon, edge_px: float, axis: int) -> list[tuple[float, float]]:
    """Where a polygon comes within reach of a tile edge, as intervals along it."""
    strip = list(polygon.bounds)
    strip[axis], strip[2 + axis] = edge_px - _EDGE_REACH_PX, edge_px + _EDGE_REACH_PX
    parts = shapely.get_parts(shapely.intersection(polygon, shapely.box(*strip)))
    bounds = [part.bounds for part in parts if part.area > 0]
    return [(bound[1 - axis], bound[3 - axis]) for bound in bounds]


def _grouped(pairs: list[_Pair], tile_xy: NDArray[np.int64]) -> list[list[int]]:
    """Groups of indices: strongest pairs first, never two of one tile in a group."""
    group_of = list(range(len(tile_xy)))
    members = {index: [index] for index in range(len(tile_xy))}
    tiles = {index: {(int(x), int(y))} for index, (x, y) in enumerate(tile_xy)}
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        keep, gone = sorted((group_of[i], group_of[j]))
        if keep == gone or tiles[keep] & tiles[gone]:
            continue
        for index in members[gone]:
            group_of[index] = keep
        members[keep] += members.pop(gone)
        tiles[keep] |= tiles.pop(gone)
    return [sorted(members[first]) for first in sorted(members)]


def _merged(versions: list[TileObject], in_px: NDArray[np.object_], zoom: int) -> MergedObject:
    """One object of its versions (``in_px``: the same polygons in world pixels)."""
    whole = in_px[0] if len(versions) == 1 else _polygon_of(shapely.union_all(in_px))
    seen = [shapely.intersection(whole, _tile_box(each.tile)).area for each in versions]
    clipped = [
        _is_clipped(polygon, each.tile, whole)
        for polygon, each in zip(in_px, versions, strict=True)
    ]
    best = min(
        range(len(versions)),
        key=lambda i: (clipped[i], -versions[i].rank, -seen[i], versions[i].key),
    )
    if clipped[best] and len(versions) > 1:
        polygon = lon_lat_of(whole, zoom)
    else:
        polygon = versions[best].polygon
    inside = shapely.point_on_surface(polygon)
    return MergedObject(
        polygon=polygon,
        keys=tuple(each.key for each in versions),
        owner_tile=mercantile.tile(inside.x, inside.y, zoom),
        source=versions[best].source,
    )


def _is_clipped(polygon: Polygon, tile: mercantile.Tile, whole: Polygon) -> bool:
    """Whether a version ends at its own tile's edge where the whole object goes on."""
    reach = _EDGE_REACH_PX
    tile_bounds = _tile_box(tile).bounds
    ends, goes_on = polygon.bounds, whole.bounds
    for side in range(4):
        outwards = -1.0 if side < 2 else 1.0
        at_edge = abs(ends[side] - tile_bounds[side]) <= reach
        beyond = outwards * (goes_on[side] - tile_bounds[side]) > 2 * reach
        if at_edge and beyond:
            return True
    return False


def _tile_box(tile: mercantile.Tile) -> Polygon:
    west, north = tile.x * TILE_PX, tile.y * TILE_PX
    return shapely.box(west, north, west + TILE_PX, north + TILE_PX)


def _polygon_of(union: shapely.Geometry) -> Polygon:
    """A union of versions as one polygon; a gap of up to the edge's reach is bridged."""
    if union.geom_type == "Polygon":
        return union
    bridged = union.buffer(_EDGE_REACH_PX, join_style="mitre").buffer(
        -_EDGE_REACH_PX, join_style="mitre"
    )
    if bridged.geom_type == "Polygon":
        return bridged
    return max(shapely.get_parts(bridged), key=lambda part: part.area)


def _snapped(in_px: NDArray[np.object_]) -> NDArray[np.object_]:
    """Coordinates within a hundredth of a pixel of a pixel edge are put on it.

    Outlines clipped at the same tile edge differ in the last digits after a round trip through
    degrees; their union would keep a crack there.
    """

    def snap(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        nearest = np.round(xy)
        return np.where(np.abs(xy - nearest) < 0.01, nearest, xy)

    snapped = shapely.transform(in_px, snap)
    valid = shapely.is_valid(snapped)
    return np.where(valid, snapped, in_px)
