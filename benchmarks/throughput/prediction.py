"""Prediction end to end against the bare network on the same batches.

End to end is what a prediction job of the default policy does with a shard: reading and decoding,
margins, the network, calibrated probabilities, scores (several views are compared), features, the
raster of probabilities, traced, stitched and simplified outlines. Bare is the same network, folded
and computed by the same backend, given the same batches from memory, and nothing else.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import rasterio
import torch
from mercantile import Tile
from numpy.typing import NDArray

from benchmarks.throughput.limits import forward_gflop
from learner.ahead import ahead
from learner.blocks import Block, blocks_of
from learner.imagery.source import open_source
from learner.imagery.spec import ImageryKind, ImagerySpec
from learner.model import checkpoint as checkpoints
from learner.model.backends.backend import AUTO
from learner.model.checkpoint import Checkpoint
from learner.model.inference import fold_norms
from learner.predict import BlockPrediction, Predictor, padded
from learner.vectorise import OutlineRules, Piece, least_area_px, outlines, stitch, trace
from service.domain.policy import Policy
from service.domain.probability import probability_of, read_window
from service.jobs.predict import scores_for
from service.jobs.shard_outlines import ShardOutlines
from service.jobs.shard_raster import ShardRaster

BLOCK_TILES = 4
MARGIN_PX = 32
REPEATS = 3
_OFTEN = 100
RULES = OutlineRules.from_mapping({"preset": "buildings"})


@dataclass(frozen=True, slots=True)
class PredictionSpeed:
    """Tiles a second of both, medians of the repeats.

    Attributes:
        backend: what computed the network.
        views: flips that a prediction averages over; the bare network computes as many.
        learner: reading, network, scores and features: what ``Predictor`` does.
        end_to_end: the same, with rasters and outlines.
        bare: the network alone.
        stage_ms: processor time a tile of each stage by itself, in milliseconds.
    """

    backend: str
    views: int
    tiles: int
    learner: float
    end_to_end: float
    bare: float
    stage_ms: dict[str, float]

    @property
    def ratio(self) -> float:
        return self.end_to_end / self.bare

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio}


def prediction_speed(
    checkpoint: Path,
    imagery: Path,
    tiles: Sequence[Tile],
    threads: int,
    *,
    backend: str = AUTO,
    views: int = 1,
) -> PredictionSpeed:
    """Measure all in turns on a scene, so that a busy machine slows each of them.

    Args:
        checkpoint: a ``.safetensors`` of the artefact store.
        imagery: the scene's GeoTIFF.
        tiles: what to predict.
        threads: CPU threads of the network.
        backend: "auto" or one of ``learner.model.backends``.
        views: flips that a prediction averages over.
    """
    bench = _Bench(checkpoints.load(checkpoint), imagery, tiles, threads, backend, views)
    runs = (bench.learner, bench.end_to_end, bench.bare)
    for warm in runs:  # files in the page cache
        warm()
    seconds = [[_seconds(run) for run in runs] for _ in range(REPEATS)]
    learner, whole, bare = (len(tiles) / median(each) for each in zip(*seconds, strict=True))
    return PredictionSpeed(
        bench.predictor.backend, views, len(tiles), learner, whole, bare, bench.stage_ms()
    )


class _Bench:
    """One checkpoint on one backend, with a scene to predict."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        imagery: Path,
        tiles: Sequence[Tile],
        threads: int,
        backend: str,
        views: int,
    ) -> None:
        self.tiles = tiles
        self.views = views
        self.threshold = checkpoint.card.threshold
        self.source = open_source(ImagerySpec(ImageryKind.SCENE, str(imagery)))
        self.predictor = Predictor(checkpoint, threads=threads, backend=backend, views=views)
        self.inference = self.predictor.inference  # the very same kernels
        self.images = [self._image(block) for block in _blocks(tiles)]
        # As in a large area: its kernels are made before, the same for all that is measured.
        sizes = [block.image_size(MARGIN_PX, self.inference.stride_px) for block in _blocks(tiles)]
        self.inference.expect(sizes * _OFTEN)

    def learner(self) -> None:
        for _ in self._predicted():
            pass

    def end_to_end(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "probability.tif"
            with ShardRaster.create(path, self.tiles) as raster:
                everything = raster.window.grown(1)  # outlines at the edge are made here as well
                drawn = ShardOutlines(raster, everything, self.threshold, RULES)
                for block in self._predicted():
                    drawn.add(block.window, raster.write(block))
                drawn.finish()

    def bare(self) -> None:
        network = self.inference.network
        # Features of the first view alone, as end to end.
        asked = ((image, view == 0) for image in self.images for view in range(self.views))
        looks = ahead(lambda one: network(one[0], features=one[1]), asked, threads=network.callers)
        for _ in looks:
            pass
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    def stage_ms(self) -> dict[str, float]:
        """Each stage by itself, one after the other: what it costs, not how long one waits."""
        predicted = list(self._predicted())
        stored: list[NDArray[np.uint8]] = []
        pieces: list[Piece] = []

        def read() -> None:
            for block in _blocks(self.tiles):
                self.source.read(block.rectangle.grown(MARGIN_PX))

        def write() -> None:
            with ShardRaster.create(path, self.tiles) as raster:
                stored.extend(raster.write(block) for block in predicted)

        def trace_all() -> None:
            for values, block in zip(stored, predicted, strict=True):
                pieces.extend(self._traced(values, block))

        def outline() -> None:
            self._outline(pieces, path)

        stages = {
            "read and decode": read,
            "network": self.bare,
            "write raster": write,
            "trace": trace_all,
            "stitch, divide and outline": outline,
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "probability.tif"
            return {
                name: 1000 * _cpu_seconds(stage) / len(self.tiles) for name, stage in stages.items()
            }

    def _predicted(self) -> Iterator[BlockPrediction]:
        return self.predictor.predict_blocks(
            self.source,
            self.tiles,
            block_tiles=BLOCK_TILES,
            margin_px=MARGIN_PX,
            scores=scores_for(Policy(), self.views),
        )

    def _outline(self, pieces: Sequence[Piece], raster: Path) -> None:
        with rasterio.open(raster) as dataset:
            outlines(
                stitch(pieces),
                self.tiles[0].z,
                RULES,
                lambda window: read_window([dataset], window),
            )

    def _traced(self, stored: NDArray[np.uint8], block: BlockPrediction) -> list[Piece]:
        probability, least_px = probability_of(stored), least_area_px(block.window.zoom, RULES)
        return trace(probability, block.window, threshold=self.threshold, least_area_px=least_px)

    def _image(self, block: Block) -> torch.Tensor:
        """The block's pixels as the network gets them, (1, 3, H, W) uint8."""
        read = self.source.read(block.rectangle.grown(MARGIN_PX))
        return self.inference.image(padded(read.pixels, self.inference.stride_px))


def gflop_per_tile(checkpoint: Path, tiles: Sequence[Tile]) -> float:
    """Billions of operations of a forward pass over the blocks of ``tiles``, a tile."""
    segmenter = fold_norms(checkpoints.load(checkpoint).segmenter())
    stride = segmenter.stride_px
    total = 0.0
    for block in _blocks(tiles):
        height, width = block.rectangle.grown(MARGIN_PX).shape
        total += forward_gflop(segmenter, height + -height % stride, width + -width % stride)
    return total / len(tiles)


def _blocks(tiles: Sequence[Tile]) -> list[Block]:
    return blocks_of(tiles, BLOCK_TILES)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _cpu_seconds(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started
