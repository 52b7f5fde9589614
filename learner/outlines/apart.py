"""Keeping neighbours apart: outlines of one patch do not overlap.

Parts that shared a wall are simplified and squared one by one, and then stray into each other. Who
checks a map calls buildings that overlap an error.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree

_INSIDES_MEET = "T********"  # of DE-9IM


def apart(polygons: NDArray[np.object_], patch_of: NDArray[np.intp]) -> NDArray[np.object_]:
    """The polygons, of which no two of one patch overlap: the smaller one keeps its shape.

    Args:
        polygons: (N,) valid polygons of one plane, or None.
        patch_of: (N,) number of the patch that each is a part of.

    Returns:
        (N,) the polygons in their order; None stays None, and stands where nothing is left.
    """
    kept = polygons.copy()
    rank = np.empty(len(polygons), np.intp)
    rank[np.argsort(shapely.area(polygons), kind="stable")] = np.arange(len(polygons))
    one, other = STRtree(polygons).query(polygons)  # by their boxes
    yields = (patch_of[one] == patch_of[other]) & (rank[one] > rank[other])
    one, other = one[yields], other[yields]
    meet = shapely.relate_pattern(polygons[one], polygons[other], _INSIDES_MEET)
    one, other = one[meet], other[meet]
    # From small to large, so that what a polygon yields to has its final shape.
    for place in sorted(set(one.tolist()), key=rank.__getitem__):
        smaller = shapely.union_all(kept[other[one == place]])
        kept[place] = largest(shapely.difference(kept[place], smaller))
    return kept


def largest(geometry: shapely.Geometry) -> Polygon | None:
    """The largest polygon of what an operation left, or None."""
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return max(parts, key=lambda part: part.area, default=None)
