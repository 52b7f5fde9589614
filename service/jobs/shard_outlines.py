"""A shard's outlines, made while it is predicted: each as soon as nothing can join it any more.

What lies inside one block is whole as traced. What blocks cut is whole when the row of blocks to
the south is there. So at the end only the last row is left to outline, and no core waits for it.

Outlines are traced from the stored 8-bit probabilities, so that the raster that accuracy is counted
on and the outlines that people see are the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from learner.grid import PixelWindow
from learner.vectorise import (
    Outline,
    OutlineRules,
    Piece,
    finished,
    held,
    least_area_px,
    outlines,
    stitch,
    trace,
)
from service.domain.probability import probability_of
from service.jobs.shard_raster import ShardRaster


@dataclass
class ShardOutlines:
    """Outlines under way; blocks come row by row, as predictors give them.

    Attributes:
        raster: where the blocks are written before they come here.
        square: the shard's window: beyond it begin other shards.
        threshold: pixels of this probability are inside.
        rules: how pieces become outlines.
        found: outlines of what is whole.
        at_edge: pieces at the edge of ``square``, which go on in other shards.
    """

    raster: ShardRaster
    square: PixelWindow
    threshold: float
    rules: OutlineRules
    found: list[Outline] = field(default_factory=list)
    at_edge: list[Piece] = field(default_factory=list)
    _cut: list[Piece] = field(default_factory=list)
    _south_px: int | None = None

    def add(self, window: PixelWindow, stored: npt.NDArray[np.uint8]) -> None:
        """Take the next block, (H, W) uint8 of ``window``."""
        if self._south_px is not None and window.row_px >= self._south_px:
            done, self._cut = finished(self._cut, south_px=self._south_px, within=self.square)
            self._outline(done)
        self._south_px = window.row_px + window.height_px
        probability = probability_of(stored)
        pieces = trace(
            probability,
            window,
            threshold=self.threshold,
            least_area_px=least_area_px(window.zoom, self.rules),
        )
        whole = [piece for piece in pieces if not piece.open]
        self.found += outlines(whole, window.zoom, self.rules, held(probability, window))
        self._cut += [piece for piece in pieces if piece.open]

    def finish(self) -> None:
        """All blocks are here: outline what still waited for neighbours."""
        self._outline(stitch(self._cut, within=self.square))
        self._cut = []

    def _outline(self, joined: list[Piece]) -> None:
        self.at_edge += [piece for piece in joined if piece.open]
        whole = [piece for piece in joined if not piece.open]
        self.found += outlines(whole, self.square.zoom, self.rules, self.raster.read)
