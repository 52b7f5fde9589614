"""Prediction over many tiles: blocks with margins in, seamless probabilities and scores out.

Blocks are read ahead by threads while the network works, through a queue of fixed length, so the
network never waits for imagery and memory does not grow with the area.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from mercantile import Tile
from numpy.typing import NDArray

from learner.blocks import Block, blocks_of
from learner.errors import BadConfig, DeviceUnavailable
from learner.grid import TILE_PX, PixelWindow
from learner.imagery.source import ImagerySource, Pixels
from learner.model.checkpoint import Checkpoint
from learner.model.device import choose_runtime
from learner.model.inference import VIEWS, Inference, Raw
from learner.scores import SCORE_NAMES, tile_scores

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BlockPrediction:
    """What the model says of one block.

    Attributes:
        window: the block's world pixels, without margin.
        probability: (H, W) float32, 0..1; 0 where not ``valid``.
        valid: (H, W) bool: in a tile that was asked for, and there is imagery.
        tiles: the n tiles asked for, row by row.
        scores: name → (n,) float32, see ``learner.scores.tile_scores``.
        features: (n, D) float32, the encoder's deepest map averaged over each tile; D ≤ 512.
    """

    window: PixelWindow
    probability: Floats
    valid: NDArray[np.bool_]
    tiles: tuple[Tile, ...]
    scores: dict[str, Floats]
    features: Floats


class Predictor:
    """A checkpoint ready to predict areas of any size.

    Args:
        checkpoint: what to predict with; its temperature is applied.
        device: "auto", "cpu", "cuda" or "cuda:N".
        views: 1, 2, 4 or 8 symmetries of the square to average over.
        threads: CPU threads of torch; None leaves them as they are.
        backend: "auto" or "torch".

    Raises:
        BadConfig: another number of views.
        DeviceUnavailable: no such device or backend here.
        NotACheckpoint: weights and card do not fit.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        device: str = "auto",
        views: int = 1,
        threads: int | None = None,
        backend: str = "auto",
    ) -> None:
        if views not in VIEWS:
            raise BadConfig(f"views is 1, 2, 4 or 8, not {views}.")
        if backend not in {"auto", "torch"}:
            raise DeviceUnavailable(f"There is no backend “{backend}”; use auto or torch.")
        self._infer = Inference(checkpoint, choose_runtime(device, threads=threads), views=views)
        self._names = SCORE_NAMES if views > 1 else SCORE_NAMES - {"bald"}

    def predict_blocks(
        self,
        source: ImagerySource,
        tiles: Iterable[Tile],
        *,
        block_tiles: int = 4,
        margin_px: int = 32,
        scores: frozenset[str] | None = None,
        readers: int = 2,
    ) -> Iterator[BlockPrediction]:
        """Predicts ``tiles``, block by block, in the order of the block grid.

        Args:
            source: read from several threads at once.
            tiles: of the campaign's zoom, in any order; far-apart groups cost nothing extra.
            block_tiles: side of a block in tiles, on a grid fixed to the world.
            margin_px: surroundings the network sees beyond what it is asked for.
            scores: names to compute; None computes all that the number of views allows.
            readers: threads that read; twice as many blocks wait in memory at most.

        Raises:
            BadConfig: an unknown score, or "bald" with one view.
            ImageryError: from ``source``, for the first block that cannot be read.
        """
        wanted = self._names if scores is None else scores
        if not wanted <= self._names:
            unknown = ", ".join(sorted(wanted - self._names))
            raise BadConfig(f"No score {unknown} here; there are {', '.join(sorted(self._names))}.")
        blocks = blocks_of(tiles, block_tiles)
        for block, read in _read_ahead(source, blocks, margin_px, readers):
            yield self._predict(block, read, margin_px, wanted)

    def _predict(
        self, block: Block, read: Pixels, margin_px: int, names: frozenset[str]
    ) -> BlockPrediction:
        raw = self._infer(_padded(read.pixels, self._infer.stride_px))
        height, width = block.rectangle.shape
        inner = np.s_[margin_px : margin_px + height, margin_px : margin_px + width]
        asked = _asked(block)
        row, column = block.window.offset_of(block.rectangle)
        place = np.s_[row : row + height, column : column + width]
        valid = np.zeros(block.window.shape, np.bool_)
        valid[place] = read.valid[inner] & asked
        probability = np.zeros(block.window.shape, np.float32)
        probability[place] = np.where(valid[place], raw.probability[inner], 0)
        return BlockPrediction(
            block.window,
            probability,
            valid,
            block.tiles,
            _scores(block, probability[place], raw, inner, names),
            _features(block, raw.features, margin_px, self._infer.stride_px),
        )


def _read_ahead(
    source: ImagerySource, blocks: list[Block], margin_px: int, readers: int
) -> Iterator[tuple[Block, Pixels]]:
    def read(block: Block) -> tuple[Block, Pixels]:
        return block, source.read(block.rectangle.grown(margin_px))

    rest = iter(blocks)
    waiting: deque[Future[tuple[Block, Pixels]]] = deque()
    pool = ThreadPoolExecutor(readers, thread_name_prefix="read-imagery")
    try:
        waiting.extend(pool.submit(read, block) for block in islice(rest, 2 * readers))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(read, block) for block in islice(rest, 1))
            yield done
    finally:
        pool.shutdown(cancel_futures=True)


def _padded(pixels: NDArray[np.uint8], stride_px: int) -> NDArray[np.uint8]:
    """``pixels`` mirrored at the south and east up to multiples of ``stride_px``."""
    south, east = -pixels.shape[0] % stride_px, -pixels.shape[1] % stride_px
    if not south and not east:
        return pixels
    return np.pad(pixels, ((0, south), (0, east), (0, 0)), mode="reflect")


def _asked(block: Block) -> NDArray[np.bool_]:
    """(H, W) bool over the block's rectangle: pixels of tiles that were asked for."""
    asked = np.zeros(block.rectangle.shape, np.bool_)
    for rows, columns in _tile_slices(block):
        asked[rows, columns] = True
    return asked


def _tile_slices(block: Block) -> Iterator[tuple[slice, slice]]:
    for tile in block.tiles:
        row, column = block.rectangle.offset_of(PixelWindow.of_tile(tile))
        yield slice(row, row + TILE_PX), slice(column, column + TILE_PX)


def _scores(
    block: Block,
    probability: Floats,
    raw: Raw,
    inner: tuple[slice, slice],
    names: frozenset[str],
) -> dict[str, Floats]:
    slices = list(_tile_slices(block))
    view_entropy = None
    if raw.view_entropy is not None and "bald" in names:
        cropped = raw.view_entropy[inner]
        view_entropy = np.stack([cropped[place] for place in slices])
    computed = tile_scores(
        np.stack([probability[place] for place in slices]), view_entropy=view_entropy
    )
    return {name: computed[name] for name in sorted(names)}


def _features(block: Block, maps: Floats, margin_px: int, stride_px: int) -> Floats:
    """Each tile's average of the maps (C, h, w), cells weighted by how much of them it covers."""
    south = np.arange(maps.shape[1], dtype=np.float64) * stride_px
    east = np.arange(maps.shape[2], dtype=np.float64) * stride_px
    rows, columns = [], []
    for in_rows, in_columns in _tile_slices(block):
        rows.append(_overlap(south, stride_px, in_rows.start + margin_px))
        columns.append(_overlap(east, stride_px, in_columns.start + margin_px))
    shares = torch.from_numpy(np.einsum("nh,nw->nhw", np.stack(rows), np.stack(columns)))
    # By torch, whose threads are awake: NumPy's own would fight with them for the cores.
    return (shares.flatten(1) @ torch.from_numpy(maps).flatten(1).T).numpy()


def _overlap(starts: NDArray[np.float64], stride_px: int, tile_start: int) -> Floats:
    """Share of a tile's side that each cell covers; sums to 1."""
    ends = np.minimum(starts + stride_px, tile_start + TILE_PX)
    covered = np.clip(ends - np.maximum(starts, tile_start), 0, None)
    return np.asarray(covered / TILE_PX, dtype=np.float32)
