"""Outlines on their way into rows: which tile owns which outline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mercantile

from learner.vectorise import Outline
from service.queries.predicted import ObjectRow


def owner_place(outline: Outline, zoom: int) -> tuple[int, int]:
    """(x, y) of the tile that holds the outline's representative point."""
    point = outline.polygon.representative_point()
    tile = mercantile.tile(point.x, point.y, zoom)
    return tile.x, tile.y


def owned_rows(
    outlines: Sequence[Outline], zoom: int, id_of: Mapping[tuple[int, int], int]
) -> list[ObjectRow]:
    """Rows to write; an outline whose owner is no tile of ``id_of`` belongs to none."""
    return [
        ObjectRow(id_of.get(owner_place(outline, zoom)), outline.polygon, outline.confidence)
        for outline in outlines
    ]
