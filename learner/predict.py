"""Prediction over many tiles: blocks with margins in, seamless probabilities and scores out.

Blocks are read ahead by threads, the network looks at their views in threads of its own, and
whoever asked puts views together and works on the block before: three stages side by side, through
queues of fixed length, so that nobody waits for long and memory does not grow with the area.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from mercantile import Tile
from numpy.typing import NDArray

from learner.ahead import ahead
from learner.blocks import Block, Place, blocks_of
from learner.errors import BadConfig
from learner.grid import TILE_PX, PixelWindow
from learner.imagery.source import ImagerySource, visible
from learner.model.backends.backend import AUTO
from learner.model.checkpoint import Checkpoint
from learner.model.device import choose_runtime
from learner.model.inference import Inference, Look, Raw
from learner.model.views import VIEWS, View
from learner.scores import SAMPLE_PX, SCORE_NAMES, sampled, tile_scores

LOOK_EVERY_PX = 16
"""What is smaller is not worth anybody's look."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BlockPrediction:
    """What the model says of one block.

    Attributes:
        window: the block's world pixels, without margin.
        probability: (H, W) float32, 0..1; 0 where not ``valid``.
        valid: (H, W) bool: in a tile that was asked for, and there is imagery.
        tiles: the n tiles asked for, row by row.
        shown: (n,) bool, those that show anything, looked at every ``LOOK_EVERY_PX``.
        scores: name → (n,) float32, see ``learner.scores.tile_scores``.
        features: (n, D) float32, the encoder's deepest map averaged over each tile; D ≤ 512.
    """

    window: PixelWindow
    probability: Floats
    valid: NDArray[np.bool_]
    tiles: tuple[Tile, ...]
    shown: NDArray[np.bool_]
    scores: dict[str, Floats]
    features: Floats


@dataclass(frozen=True, slots=True)
class _Read:
    """A block with its margin, as the network takes it.

    ``valid`` (H, W) and ``visible`` (every ``LOOK_EVERY_PX`` of both) are without the margin.
    """

    block: Block
    valid: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    image: torch.Tensor


class Predictor:
    """A checkpoint ready to predict areas of any size.

    Attributes:
        backend: the name of the one in use.
        inference: the network by itself.

    Args:
        checkpoint: what to predict with; its temperature is applied.
        device: "auto", "cpu", "cuda" or "cuda:N".
        views: 1, 2, 4 or 8 symmetries of the square to average over.
        threads: CPU threads of torch; None leaves them as they are.
        backend: "auto" for the fastest here, or a key of ``learner.model.backends.BACKENDS``.

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
        backend: str = AUTO,
    ) -> None:
        if views not in VIEWS:
            raise BadConfig(f"views is 1, 2, 4 or 8, not {views}.")
        runtime = choose_runtime(device, threads=threads)
        self.inference = Inference(checkpoint, runtime, views=views, backend=backend)
        self.backend = self.inference.network.name
        self._names = SCORE_NAMES if views > 1 else SCORE_NAMES - {"bald"}

    def predict_blocks(
        self,
        source: ImagerySource,
        tiles: Iterable[Tile],
        *,
        block_tiles: int = 4,
        margin_px: int = 32,
        scores: frozenset[str] | None = None,
        readers: int | None = None,
    ) -> Iterator[BlockPrediction]:
        """Predicts ``tiles``, block by block, in the order of the block grid.

        Args:
            source: read from several threads at once.
            tiles: of the campaign's zoom, in any order; far-apart groups cost nothing extra.
            block_tiles: side of a block in tiles, on a grid fixed to the world. At 8 the margins
                are 6 % of the pixels instead of 13 %, and the process needs a gigabyte more.
            margin_px: surroundings the network sees beyond what it is asked for; a multiple
                of 4.
            scores: names to compute; None computes all that the number of views allows. Without
                "bald" views are not compared, which is a quarter of what is done to them.
            readers: threads that read; None is two where imagery comes over the network, else
                one: two would both decode what neighbouring blocks share. At most twice as many
                blocks that were read, and the views of some three more, wait in memory.

        Raises:
            BadConfig: an unknown score, or "bald" with one view; another margin.
            ImageryError: from ``source``, for the first block that cannot be read.
        """
        wanted = self._names if scores is None else scores
        if not wanted <= self._names:
            unknown = ", ".join(sorted(wanted - self._names))
            raise BadConfig(f"No score {unknown} here; there are {', '.join(sorted(self._names))}.")

        if margin_px % SAMPLE_PX:
            raise BadConfig(f"margin_px must be a multiple of {SAMPLE_PX}, not {margin_px}.")

        infer, callers = self.inference, self.inference.network.callers
        threads = torch.get_num_threads() if callers == 1 else 1
        if readers is None:
            readers = 2 if source.spec.is_remote else 1

        def read(block: Block) -> _Read:
            found, inner = source.read(block.rectangle.grown(margin_px)), block.inner(margin_px)
            image = infer.image(padded(found.pixels, infer.stride_px))
            pixels, valid = found.pixels[inner], found.valid[inner]
            looks = np.s_[::LOOK_EVERY_PX, ::LOOK_EVERY_PX]
            return _Read(block, valid, visible(pixels[looks], valid[looks]), image)

        def look(asked: tuple[_Read, View]) -> tuple[_Read, Look]:
            torch.set_num_threads(threads)  # each thread of Python has a number of its own
            seen, view = asked
            return seen, infer.look(seen.image, view, compared="bald" in wanted)

        blocks = blocks_of(tiles, block_tiles)
        infer.expect(block.image_size(margin_px, infer.stride_px) for block in blocks)
        imagery = ahead(read, blocks, threads=readers, name="read-imagery")
        # View by view: were a block one piece of work, a core would wait while another does the
        # last one.
        asked = ((seen, view) for seen in imagery for view in infer.views)
        several = max(callers + 1, 3 * len(infer.views))  # small blocks at an edge are soon done
        looks = ahead(look, asked, threads=callers, waiting=several, name="network")
        with closing(imagery), closing(looks):
            for group in zip(*[looks] * len(infer.views), strict=True):
                with _torch_threads(threads):
                    prediction = self._predict(
                        group[0][0], [look for _, look in group], margin_px, wanted
                    )
                yield prediction

    def _predict(
        self, seen: _Read, looks: Sequence[Look], margin_px: int, names: frozenset[str]
    ) -> BlockPrediction:
        block, raw = seen.block, self.inference.together(looks)
        valid = seen.valid & block.asked()
        probability = raw.probability[block.inner(margin_px)]
        if not valid.all():
            probability[~valid] = 0
        return BlockPrediction(
            block.window,
            block.placed(probability),
            block.placed(valid),
            block.tiles,
            np.array([seen.visible[_every(LOOK_EVERY_PX, at)].any() for at in block.places()]),
            _scores(block, valid, raw, margin_px, names),
            _features(block, raw.features, margin_px, self.inference.stride_px),
        )


@contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    """So many threads for what this thread asks of torch."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def padded(pixels: NDArray[np.uint8], stride_px: int) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 mirrored at the south and east up to multiples of ``stride_px``."""
    south, east = -pixels.shape[0] % stride_px, -pixels.shape[1] % stride_px
    if not south and not east:
        return pixels
    return np.pad(pixels, ((0, south), (0, east), (0, 0)), mode="reflect")


def _scores(
    block: Block, valid: NDArray[np.bool_], raw: Raw, margin_px: int, names: frozenset[str]
) -> dict[str, Floats]:
    places = [_every(SAMPLE_PX, place) for place in block.places()]
    inner = _every(SAMPLE_PX, block.inner(margin_px))
    looked_at = raw.sampled[inner]
    if not valid.all():
        looked_at = np.where(sampled(valid), looked_at, np.float32(0))
    view_entropy = None
    if raw.view_entropy is not None:
        entropy = raw.view_entropy[inner]
        view_entropy = np.stack([entropy[place] for place in places])
    computed = tile_scores(
        np.stack([looked_at[place] for place in places]), view_entropy=view_entropy
    )
    return {name: computed[name] for name in sorted(names)}


def _every(step_px: int, place: Place) -> Place:
    """Where pixels lie among every ``step_px``-th one of them."""
    rows, columns = (slice(side.start // step_px, side.stop // step_px) for side in place)
    return rows, columns


def _features(block: Block, maps: Floats, margin_px: int, stride_px: int) -> Floats:
    """Each tile's average of the maps (C, h, w), cells weighted by how much of them it covers."""
    south = np.arange(maps.shape[1], dtype=np.float64) * stride_px
    east = np.arange(maps.shape[2], dtype=np.float64) * stride_px
    rows, columns = [], []
    for in_rows, in_columns in block.places():
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
