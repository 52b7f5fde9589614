"""Stitching: pieces that were cut by block edges become whole again, exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import Polygon, STRtree

from learner.grid import PixelWindow
from learner.outlines.pieces import Piece

# DE-9IM: the two boundaries share at least a line, not only a point.
_SHARE_AN_EDGE = "****1****"


def stitch(pieces: Sequence[Piece], *, within: PixelWindow | None = None) -> list[Piece]:
    """Join the pieces of neighbouring blocks that share an edge of positive length.

    Blocks must not overlap and must lie on one zoom's pixel grid. Cutting a scene into other
    blocks gives the very same polygons, areas and probability sums; sharing a corner alone joins
    nothing, as in :func:`~learner.outlines.pieces.trace`. Stitching stitched pieces together with
    those of further blocks is the same as stitching all at once.

    Args:
        pieces: from :func:`trace` or an earlier stitch; closed ones pass untouched.
        within: the rectangle whose blocks are all here; given, only pieces that touch its edge
            stay open, so that only they need to be kept for a later stitch.

    Returns:
        Pieces ordered by their north-west corner (row, then column).
    """
    whole = [piece for piece in pieces if not piece.open]
    cut = [piece for piece in pieces if piece.open]
    groups = _groups([piece.polygon for piece in cut])
    whole.extend(_joined([cut[index] for index in group]) for group in groups)
    if within is not None:
        whole = [_closed_inside(piece, within) for piece in whole]
    bounds = shapely.bounds([piece.polygon for piece in whole]).reshape(-1, 4)
    # Two pieces may have the same corner of their bounds, never the same bounds and area.
    order = sorted(
        range(len(whole)),
        key=lambda i: (bounds[i, 1], bounds[i, 0], *bounds[i, 2:], whole[i].polygon.wkb),
    )
    return [whole[index] for index in order]


def finished(
    cut: Sequence[Piece], *, south_px: int, within: PixelWindow
) -> tuple[list[Piece], list[Piece]]:
    """What of ``cut`` is whole already, while blocks further south are still to come.

    So a row of blocks can be outlined while the next one is predicted. Finished pieces and, later,
    the stitched rest are together what one :func:`stitch` of all would give.

    Args:
        cut: open pieces of all blocks north of ``south_px``, and of no others.
        south_px: world row of the southern edge of those blocks.
        within: as for :func:`stitch`.

    Returns:
        Joined pieces that no further block can reach; and the cut ones that wait, as they came.
    """
    souths = shapely.bounds([piece.polygon for piece in cut]).reshape(-1, 4)[:, 3]
    done: list[Piece] = []
    waiting: list[Piece] = []
    for group in _groups([piece.polygon for piece in cut]):
        pieces = [cut[index] for index in group]
        if souths[group].max() < south_px:
            done.append(_closed_inside(_joined(pieces), within))
        else:
            waiting += pieces
    return done, waiting


def _groups(polygons: Sequence[Polygon]) -> list[NDArray[np.int64]]:
    """Indices of the polygons that hang together over shared edges."""
    if not polygons:
        return []
    geometries = np.array(polygons, dtype=object)
    left, right = STRtree(geometries).query(geometries, predicate="intersects")
    left, right = left[left < right], right[left < right]
    joined = shapely.relate_pattern(geometries[left], geometries[right], _SHARE_AN_EDGE)
    left, right = left[joined], right[joined]
    links = coo_array((np.ones(len(left)), (left, right)), shape=(len(polygons), len(polygons)))
    count, group_of = connected_components(links, directed=False)
    order = np.argsort(group_of, kind="stable")
    starts = np.searchsorted(group_of[order], np.arange(1, count))
    return list(np.split(order, starts))


def _joined(group: Sequence[Piece]) -> Piece:
    if len(group) == 1:
        return group[0]
    union = shapely.union_all([piece.polygon for piece in group])
    polygon = Polygon(
        _corners(union.exterior.coords), [_corners(ring.coords) for ring in union.interiors]
    )
    return Piece(
        polygon=shapely.normalize(polygon),
        probability_sum=sum(piece.probability_sum for piece in group),
        area_px=sum(piece.area_px for piece in group),
        open=True,
    )


def _corners(ring: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """A closed axis-parallel ring without the vertices that lie in the middle of an edge."""
    corners = np.round(np.asarray(ring, dtype=np.float64))[:-1]
    along_x = corners[:, 1] == np.roll(corners, -1, axis=0)[:, 1]  # this vertex to the next
    turns: NDArray[np.bool_] = along_x != np.roll(along_x, 1)
    return np.asarray(corners[turns])


def _closed_inside(piece: Piece, within: PixelWindow) -> Piece:
    west, north, east, south = piece.polygon.bounds
    at_edge = (
        west <= within.col_px
        or north <= within.row_px
        or east >= within.col_px + within.width_px
        or south >= within.row_px + within.height_px
    )
    if piece.open == (piece.open and at_edge):
        return piece
    return Piece(piece.polygon, piece.probability_sum, piece.area_px, open=False)
