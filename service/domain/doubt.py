"""When an answer that stands should still be looked at by another person. Pure: values in and out.

A wrong "nothing" on a full tile teaches the model more than any other slip, and costs the least to
find: another person needs a glance. So "nothing" wants a second voice, and a model that has not
learned from the answer is one. Where its outlines contradict an answer, a person is asked: in five
replayed campaigns all eight labels that were contradicted so were wrong (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from service.states import Answer, Doubt

LEFT_OUT_SHARE = 0.03
"""Of the tile: as much as an answer leaves out of a model's outlines before it is contradicted."""
CONTRADICTED_IOU = 0.3
"""Of answer and outlines in the tile; above it, people have put right what the model drew."""


def doubt_of(
    answer: Answer,
    drawn: Sequence[shapely.Polygon],
    shown: Sequence[shapely.Polygon] | None,
    tile: shapely.Polygon,
) -> Doubt | None:
    """Why another person should look at the tile of this answer; None where one voice is enough.

    Args:
        answer: what was said.
        drawn: the outlines that came with it, whole, EPSG:4326.
        shown: the model's outlines that it answers; None on a tile shown without a model.
        tile: the tile's square.
    """
    if answer not in (Answer.NOTHING, Answer.CORRECTED):
        return None
    if shown is None:
        return Doubt.UNSECONDED if answer == Answer.NOTHING else None
    return Doubt.CONTRADICTED if left_out_share(drawn, shown, tile) > 0 else None


def left_out_share(
    label: Sequence[shapely.Polygon], outlined: Sequence[shapely.Polygon], tile: shapely.Polygon
) -> float:
    """Share of the tile (0..1) that outlines hold and a label does not, where they contradict it.

    0 where the label leaves out less than ``LEFT_OUT_SHARE``, or agrees with as much of the
    outlines as ``CONTRADICTED_IOU`` asks.

    Args:
        label, outlined: whole polygons, EPSG:4326.
        tile: the tile's square.
    """
    said = shapely.intersection(shapely.union_all(list(label)), tile)
    seen = shapely.intersection(shapely.union_all(shapely.make_valid(list(outlined))), tile)
    left_out = shapely.difference(seen, said).area / tile.area
    if left_out < LEFT_OUT_SHARE:
        return 0.0
    iou = shapely.intersection(seen, said).area / shapely.union(seen, said).area
    return float(left_out) if iou < CONTRADICTED_IOU else 0.0
