"""A trained network made ready to predict: folded norms, native number format, mirrored views."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from learner.model.backends.backend import AUTO, Backend, Size, open_backend
from learner.model.checkpoint import Checkpoint
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter, enlarged, shrunk
from learner.model.views import VIEWS, View, turned, turned_back
from learner.scores import SAMPLE_PX, entropy_bits

MOST_FEATURES = 512
_SURE = 1e-6
"""Probabilities are kept this far from 0 and 1, whose logits are infinite."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What the network says of one image.

    Attributes:
        probability: (H, W) float32, mean over views of the calibrated probability.
        sampled: (H / 4, W / 4) float32, the same for squares of ``learner.scores.SAMPLE_PX``.
        view_entropy: (H / 4, W / 4) float32 in bits, mean over views of each view's entropy
            there; None when there is one view.
        features: (C, h, w) float32 deepest encoder map of the unturned view, C ≤ 512.
    """

    probability: NDArray[np.float32]
    sampled: NDArray[np.float32]
    view_entropy: NDArray[np.float32] | None
    features: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Look:
    """What the network says of one view of an image, turned back; on its own, coarser pixels.

    Attributes:
        probability: (h, w) float32, 0..1, calibrated.
        entropy: (H / 4, W / 4) float32 in bits, of the pixels that scores look at; None where there
            is one view.
        maps: (C, h', w') float32, the deepest encoder map, C ≤ 512; None but of the first view.
    """

    probability: Tensor
    entropy: NDArray[np.float32] | None
    maps: Tensor | None


class Inference:
    """A checkpoint's network on a device.

    Attributes:
        stride_px: heights and widths of images are multiples of this; a cell of the features.
        network: the bare network, as a backend computes it.
        views: what it looks at of each image.
    """

    def __init__(
        self, checkpoint: Checkpoint, runtime: Runtime, *, views: int, backend: str = AUTO
    ) -> None:
        segmenter = fold_norms(checkpoint.segmenter())
        self.stride_px = segmenter.stride_px
        self._reduction = segmenter.reduction
        self._device = runtime.device
        self.network: Backend = open_backend(backend, segmenter, runtime)
        self._temperature = checkpoint.card.temperature
        self.views = VIEWS[views]
        self._projection: Tensor | None = None

    def __call__(self, pixels: NDArray[np.uint8]) -> Raw:
        """Predicts (H, W, 3) uint8 RGB, H and W multiples of ``stride_px``."""
        image = self.image(pixels)
        compared = len(self.views) > 1
        return self.together([self.look(image, view, compared=compared) for view in self.views])

    def image(self, pixels: NDArray[np.uint8]) -> Tensor:
        """(H, W, 3) uint8 RGB as :meth:`look` takes it, (1, 3, h, w) on the device.

        Shrunk and in the network's own order once, rather than anew for each view.
        """
        if self._device.type != "cpu":
            whole = torch.from_numpy(pixels).to(self._device).permute(2, 0, 1).contiguous()
            return shrunk(whole[None], self._reduction)
        size = self._coarse_size((pixels.shape[0], pixels.shape[1]))
        small = cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA)
        planes = np.empty((3, *size), np.uint8)
        cv2.split(small, list(planes))  # together a tenth of the time that torch takes
        return torch.from_numpy(planes)[None]

    def expect(self, sizes: Iterable[Size]) -> None:
        """Images of these heights and widths are to come, each to be looked at in all views."""
        coarse = [self._coarse_size(size) for size in sizes]
        seen = (size[::-1] if swap else size for size in coarse for swap, _, _ in self.views)
        self.network.expect(Counter(seen))

    def _coarse_size(self, size: Size) -> Size:
        """Height and width that an image has for the network."""
        return size[0] // self._reduction, size[1] // self._reduction

    @torch.inference_mode()
    def look(self, image: Tensor, view: View, *, compared: bool) -> Look:
        """One view; as many threads as the network has callers may look at once.

        Its entropy is only taken where views are to be ``compared``.
        """
        logits, maps = self.network(turned(image, view), features=view == self.views[0])
        probability = turned_back(logits.div_(self._temperature).sigmoid_(), view)[0, 0]
        return Look(
            probability,
            entropy_bits(self._at_samples(probability)) if compared else None,
            None if maps is None else self._narrow(maps[0]),
        )

    @torch.inference_mode()
    def together(self, looks: Sequence[Look]) -> Raw:
        """What all views of one image say, in the order of ``views``.

        They are averaged on the network's own, coarser pixels, and enlarged once.
        """
        mean = _mean([look.probability for look in looks])
        entropies = [look.entropy for look in looks if look.entropy is not None]
        maps = looks[0].maps
        assert maps is not None
        return Raw(
            torch.sigmoid_(self._enlarged(torch.logit(mean, eps=_SURE))).cpu().numpy(),
            self._at_samples(mean),
            np.mean(entropies, axis=0) if entropies else None,
            maps.cpu().numpy(),
        )

    def _at_samples(self, coarse: Tensor) -> NDArray[np.float32]:
        """Of (h, w) of the network's pixels those that scores look at, (H / 4, W / 4)."""
        step = SAMPLE_PX // self._reduction  # which divides it, being 1, 2 or 4
        return coarse[::step, ::step].cpu().numpy()

    def _enlarged(self, logits: Tensor) -> Tensor:
        """(h, w) float32 to the (H, W) of the image."""
        if logits.is_cuda or self._reduction == 1:
            return enlarged(logits[None, None], self._reduction)[0, 0]
        # The same to the last bit but one, for a quarter of the time.
        size = (logits.shape[1] * self._reduction, logits.shape[0] * self._reduction)
        return torch.from_numpy(cv2.resize(logits.numpy(), size, interpolation=cv2.INTER_LINEAR))

    def _narrow(self, maps: Tensor) -> Tensor:
        """Maps wider than 512 channels are projected at random, which keeps distances
        (Johnson and Lindenstrauss 1984); always by the same matrix."""
        channels = maps.shape[0]
        if channels <= MOST_FEATURES:
            return maps
        if self._projection is None:
            generator = torch.Generator().manual_seed(channels)
            matrix = torch.randn(MOST_FEATURES, channels, generator=generator)
            self._projection = (matrix / math.sqrt(MOST_FEATURES)).to(maps.device)
        return torch.einsum("dc,chw->dhw", self._projection, maps)


def _mean(maps: Sequence[Tensor]) -> Tensor:
    if len(maps) == 1:
        return maps[0]
    total = maps[0].clone()
    for each in maps[1:]:
        total += each
    return total.div_(len(maps))


def fold_norms(segmenter: Segmenter) -> Segmenter:
    """Batch norms folded into the convolutions before them: the same function, less memory moved.

    Only directly following pairs inside one container are folded, which is where SMP and most of
    timm's networks have them; what is left alone stays correct.
    """
    for parent in segmenter.modules():
        pairs = list(parent.named_children())
        for (name, first), (norm_name, second) in pairwise(pairs):
            if _foldable(parent, first, second):
                assert isinstance(first, nn.Conv2d)
                assert isinstance(second, nn.BatchNorm2d)
                setattr(parent, name, fuse_conv_bn_eval(first, second))
                setattr(parent, norm_name, nn.Identity())
    return segmenter


_PAIRED_BLOCKS: tuple[Callable[[nn.Module], bool], ...] = (
    lambda parent: isinstance(parent, nn.Sequential),
    lambda parent: type(parent).__name__ in {"BasicBlock", "Bottleneck", "ResNetEncoder"},
)


def _foldable(parent: nn.Module, first: nn.Module, second: nn.Module) -> bool:
    return (
        type(first) is nn.Conv2d
        and type(second) is nn.BatchNorm2d
        and first.out_channels == second.num_features
        and any(holds(parent) for holds in _PAIRED_BLOCKS)
    )
