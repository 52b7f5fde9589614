"""An independent check of the map against the scene's truth; no part of the service knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mercantile import Tile, bounds

from learner.data.rasterise import rasterise
from learner.grid import PixelWindow
from service.truth import Truth


@dataclass(frozen=True, slots=True)
class TruthCheck:
    """Pixels over some tiles: in both the predictions and the truth, and in either."""

    both_px: int
    either_px: int

    @property
    def iou(self) -> float:
        """Intersection over union; 1.0 where neither holds anything."""
        return self.both_px / self.either_px if self.either_px else 1.0


def check_against_truth(predicted: Truth, truth: Truth, tiles: Iterable[Tile]) -> TruthCheck:
    """Compare polygons pixel by pixel over ``tiles``; both are EPSG:4326."""
    both_px = either_px = 0
    for tile in tiles:
        edges = bounds(tile)
        window = PixelWindow.of_tile(tile)
        said = rasterise(predicted.touching(edges), window) > 0
        real = rasterise(truth.touching(edges), window) > 0
        both_px += int((said & real).sum())
        either_px += int((said | real).sum())
    return TruthCheck(both_px, either_px)
