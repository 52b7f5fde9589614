"""Which ground is taken, so that no two buildings touch and none stands on a road."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from shapely import STRtree
from shapely.geometry import Polygon

_CELL_M = 30.0


@dataclass(slots=True)
class Ground:
    """The extent, its roads, and the outlines built so far, by cells of 30 m."""

    extent: Polygon
    roads: STRtree
    cells: dict[tuple[int, int], list[Polygon]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, outline: Polygon, gap_m: float, road_gap_m: float = 0.4) -> bool:
        if not self.extent.contains(outline):
            return False
        grown = outline.buffer(road_gap_m, join_style="mitre")
        if len(self.roads.query(grown, predicate="intersects")):
            return False
        return all(outline.distance(other) >= gap_m for other in self.near(outline, gap_m))

    def take(self, outline: Polygon) -> None:
        for cell in _cells(outline.bounds, 0.0):
            self.cells[cell].append(outline)

    def near(self, outline: Polygon, gap_m: float) -> Iterator[Polygon]:
        for cell in _cells(outline.bounds, gap_m):
            yield from self.cells.get(cell, ())


def _cells(bounds: tuple[float, float, float, float], grown_m: float) -> Iterator[tuple[int, int]]:
    west, north, east, south = bounds
    for column in range(int((west - grown_m) // _CELL_M), int((east + grown_m) // _CELL_M) + 1):
        for row in range(int((north - grown_m) // _CELL_M), int((south + grown_m) // _CELL_M) + 1):
            yield column, row
