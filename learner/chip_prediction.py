"""Predicting loose chips that are in memory already: for replays, notebooks and ensembles.

A campaign's imagery goes through ``learner.predict``, which reads ahead and is seamless over tiles.
The network is computed alike in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from learner.ahead import ahead
from learner.model.checkpoint import Checkpoint
from learner.model.device import choose_runtime
from learner.model.inference import Inference, Raw
from learner.model.views import VIEWS
from learner.predict import padded
from learner.scores import BLOCK_PX, SAMPLE_PX, entropy_bits, tile_scores, worst_blocks

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ChipPrediction:
    """What models say about ``N`` chips.

    Attributes:
        probability: ``(N, S, S)`` float32 in 0..1, mean over members and views.
        features: ``(N, D)`` float32, the first member's deepest map averaged over the chip.
        scores: name -> ``(N,)`` float32: those of ``learner.scores.tile_scores`` (``bald`` where
            there are several views), and with several members ``ensemble_bald``, the mutual
            information between pixel and member.
    """

    probability: Floats
    features: Floats
    scores: Mapping[str, Floats]


@dataclass(frozen=True)
class ChipPredictor:
    """One network, or several as an ensemble, ready to look at chips; :meth:`of` makes it.

    Attributes:
        networks: at least one.
        threshold: what probability makes an object, 0..1, by the first one's card.
    """

    networks: tuple[Inference, ...]
    threshold: float

    @classmethod
    def of(cls, members: Sequence[Checkpoint], *, device: str = "auto") -> ChipPredictor:
        """Checkpoints made ready.

        Args:
            members: one, or several as an ensemble.
            device: "auto", "cpu" or "cuda".

        Raises:
            ValueError: no member.
            DeviceUnavailable: no such device here.
        """
        if not members:
            raise ValueError("at least one checkpoint is needed to predict with")
        runtime = choose_runtime(device)
        networks = tuple(Inference(member, runtime, views=1) for member in members)
        return cls(networks, members[0].card.threshold)

    @property
    def first(self) -> ChipPredictor:
        """The first member alone: an ensemble chooses tiles, one network serves."""
        return ChipPredictor(self.networks[:1], self.threshold)

    def __call__(self, pixels: npt.NDArray[np.uint8], *, views: int = 1) -> ChipPrediction:
        """Probabilities, features and scores of chips.

        Args:
            pixels: ``(N, S, S, 3)`` uint8 RGB, N ≥ 1.
            views: of the eight flips and turns, how many each member looks at: 1, 2, 4 or 8.

        Returns:
            One row a chip.

        Raises:
            ValueError: another number of views.
        """
        if views not in VIEWS:
            raise ValueError(f"views is 1, 2, 4 or 8, not {views}")
        looks = [_looks(network, pixels, views) for network in self.networks]
        side = pixels.shape[1]
        rows = [_row(raws, side) for raws in zip(*looks, strict=True)]
        return ChipPrediction(
            probability=np.stack([row.probability for row in rows]),
            features=np.stack([row.features for row in rows]),
            scores={
                name: np.array([row.scores[name] for row in rows], np.float32)
                for name in rows[0].scores
            },
        )


def predict_chips(
    members: Sequence[Checkpoint],
    pixels: npt.NDArray[np.uint8],
    *,
    views: int = 1,
    device: str = "auto",
) -> ChipPrediction:
    """:class:`ChipPredictor` made and called once; see there."""
    return ChipPredictor.of(members, device=device)(pixels, views=views)


def _looks(network: Inference, pixels: npt.NDArray[np.uint8], views: int) -> Iterator[Raw]:
    """What a network says of each chip, in order; as many threads look as it has callers."""
    threads = torch.get_num_threads() if network.network.callers == 1 else 1

    def look(chip: npt.NDArray[np.uint8]) -> Raw:
        torch.set_num_threads(threads)  # each thread of Python has a number of its own
        image = network.image(padded(chip, network.stride_px))
        seen = [network.look(image, view, compared=views > 1) for view in VIEWS[views]]
        return network.together(seen)

    side = pixels.shape[1] + -pixels.shape[1] % network.stride_px
    network.expect([(side, side)] * (views * len(pixels)))
    return ahead(look, pixels, threads=network.network.callers, name="look-at-chips")


def _row(raws: Sequence[Raw], side: int) -> ChipPrediction:
    """One chip: what the members say of it, cut to its ``side`` in pixels."""
    # Scores are made of whole blocks.
    blocks = np.s_[: side // BLOCK_PX * BLOCK_PX // SAMPLE_PX,] * 2
    sampled = np.stack([raw.sampled[blocks] for raw in raws])
    entropy = raws[0].view_entropy
    view_entropy = None if entropy is None else entropy[blocks][None]
    scores = tile_scores(sampled[:1], view_entropy=view_entropy)
    if len(raws) > 1:
        disagreement = entropy_bits(sampled.mean(axis=0)) - entropy_bits(sampled).mean(axis=0)
        gained = np.maximum(disagreement, 0)[None]
        scores["ensemble_bald"] = worst_blocks(gained, BLOCK_PX // SAMPLE_PX)
    return ChipPrediction(
        probability=np.mean([raw.probability[:side, :side] for raw in raws], axis=0),
        features=raws[0].features.mean(axis=(1, 2)),
        scores={name: values[0] for name, values in scores.items()},
    )
