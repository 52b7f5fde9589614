"""When an answer that stands should still be looked at by another person. Pure: values in and out.

"Nothing" wants a second voice, and a model that has not learned from the answer is one. Where its
outlines contradict an answer (:mod:`learner.doubt`), a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from learner.doubt import is_contradicted
from service.domain.geojson import area_inside
from service.states import Answer, Doubt

QUESTIONED = frozenset({Answer.NOTHING, Answer.CORRECTED})
"""Answers that may be in doubt: the others keep what was shown, or make no label alone."""


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
    if answer not in QUESTIONED:
        return None
    if shown is None:
        return Doubt.UNSECONDED if answer == Answer.NOTHING else None
    return Doubt.CONTRADICTED if contradicted_share(drawn, shown, tile) > 0 else None


def contradicted_share(
    label: Sequence[shapely.Polygon], outlined: Sequence[shapely.Polygon], tile: shapely.Polygon
) -> float:
    """Share of the tile (0..1) that a label leaves out of outlines that contradict it; else 0.

    Args:
        label, outlined: whole polygons, EPSG:4326.
        tile: the tile's square.
    """
    said = area_inside(label, tile)
    seen = area_inside(shapely.make_valid(list(outlined)), tile)
    shared = shapely.intersection(seen, said).area / tile.area
    left_out = seen.area / tile.area - shared
    contradicted = is_contradicted(left_out=left_out, shared=shared, label=said.area / tile.area)
    return float(left_out) if contradicted else 0.0
