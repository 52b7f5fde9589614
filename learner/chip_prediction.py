"""Predicting loose chips that are in memory already: for replays, notebooks and ensembles.

A campaign's imagery goes through ``learner.predict``, which reads ahead and is seamless over tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from learner.model.checkpoint import Card, Checkpoint
from learner.model.device import Runtime, choose_runtime
from learner.model.segmenter import Segmenter
from learner.scores import BLOCK_PX, entropy_bits, sampled, tile_scores, worst_blocks

_BATCH = 16


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

    probability: npt.NDArray[np.float32]
    features: npt.NDArray[np.float32]
    scores: Mapping[str, npt.NDArray[np.float32]]


def predict_chips(
    members: Sequence[Checkpoint],
    pixels: npt.NDArray[np.uint8],
    *,
    views: int = 1,
    device: str = "auto",
) -> ChipPrediction:
    """Probabilities, features and scores of chips.

    Args:
        members: one checkpoint, or several as an ensemble.
        pixels: ``(N, S, S, 3)`` uint8 RGB, N ≥ 1.
        views: of the eight flips and turns, how many each member looks at.
        device: "auto", "cpu" or "cuda".

    Returns:
        One row a chip.

    Raises:
        ValueError: no member, or views outside 1..8.
    """
    if not members or not 1 <= views <= 8:
        raise ValueError(f"{len(members)} members and {views} views: at least one, at most 8 views")
    runtime = choose_runtime(device)
    networks = [(member.segmenter().to(runtime.device), member.card) for member in members]
    parts = []
    for start in range(0, len(pixels), _BATCH):
        batch = torch.from_numpy(pixels[start : start + _BATCH]).to(runtime.device)
        batch = batch.permute(0, 3, 1, 2)
        looks = [_views(network, batch, views, card, runtime) for network, card in networks]
        probability = np.stack([look[0] for look in looks])  # (members, views, batch, S, S)
        parts.append((probability.mean(axis=(0, 1)), looks[0][1], _scores(probability)))
    return ChipPrediction(
        probability=np.concatenate([part[0] for part in parts]),
        features=np.concatenate([part[1] for part in parts]),
        scores={name: np.concatenate([part[2][name] for part in parts]) for name in parts[0][2]},
    )


def _views(
    network: Segmenter, batch: Tensor, views: int, card: Card, runtime: Runtime
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """``(views, B, S, S)`` probabilities, turned back, and ``(B, D)`` features of the first."""
    side = batch.shape[-1]
    pad = -side % network.stride_px
    looks, features = [], []
    for turned, back in _turns(batch, views):
        inputs = turned
        if pad:
            # Bytes cannot be mirrored, and the network takes nothing else.
            mirrored = torch.nn.functional.pad(turned.float(), (0, pad, 0, pad), mode="reflect")
            inputs = mirrored.to(turned.dtype)
        with torch.inference_mode(), runtime.autocast():
            logits, deepest = network.logits_and_features(inputs)
        probability = torch.sigmoid(logits[:, 0, :side, :side].float() / card.temperature)
        looks.append(back(probability).cpu().numpy())
        features.append(deepest.float().mean(dim=(2, 3)).cpu().numpy())
    return np.stack(looks), features[0]


def _turns(batch: Tensor, views: int) -> Iterator[tuple[Tensor, _Back]]:
    """The first ``views`` of: as it is, half turn, two mirrors; then those a quarter turn on."""
    for view in range(views):
        quarters = 2 * (view % 2) + (view >= 4)
        mirrored = view % 4 >= 2
        turned = torch.rot90(batch.flip(-1) if mirrored else batch, quarters, (-2, -1))
        yield turned, _Back(quarters, mirrored)


@dataclass(frozen=True)
class _Back:
    """Undoes a turn."""

    quarters: int
    mirrored: bool

    def __call__(self, maps: Tensor) -> Tensor:
        straight = torch.rot90(maps, -self.quarters, (-2, -1))
        return straight.flip(-1) if self.mirrored else straight


def _scores(probability: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Scores of a batch from ``(members, views, B, S, S)`` probabilities; each ``(B,)``."""
    members, views, _, side, _ = probability.shape
    whole = side // BLOCK_PX * BLOCK_PX  # scores are made of whole blocks
    probability = probability[..., :whole, :whole]
    looked_at = sampled(probability[0])
    view_entropy = entropy_bits(looked_at).mean(axis=0) if views > 1 else None
    scores = tile_scores(looked_at.mean(axis=0), view_entropy=view_entropy)
    if members > 1:
        each = probability.mean(axis=1)
        disagreement = entropy_bits(each.mean(axis=0)) - entropy_bits(each).mean(axis=0)
        scores["ensemble_bald"] = worst_blocks(np.maximum(disagreement, 0))
    return scores
