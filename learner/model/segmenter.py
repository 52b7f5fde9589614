"""The one small wrapper around any network: pixels in, logits and the deepest map out."""

from __future__ import annotations

import math
from itertools import product
from typing import cast

import torch
from torch import Tensor, nn

# ImageNet's, as most pretrained encoders expect; the others learn as well from them.
_RGB_MEAN = (0.485, 0.456, 0.406)
_RGB_DEVIATION = (0.229, 0.224, 0.225)


class Segmenter(nn.Module):
    """A network from RGB pixels to one logit a pixel, with the encoder's deepest map at hand."""

    gain: Tensor
    shift: Tensor

    def __init__(self, network: nn.Module, reduction: int, stride_px: int) -> None:
        super().__init__()
        self.network = network
        self.reduction = reduction
        self.stride_px = stride_px * reduction
        """Heights and widths must be multiples of this; one cell of the deepest map covers it."""
        mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (_RGB_MEAN, _RGB_DEVIATION))
        self.register_buffer("gain", 1 / (255 * deviation), False)
        self.register_buffer("shift", -mean / deviation, False)

    @torch.no_grad()
    def expect(self, share: float) -> None:
        """Makes a fresh network say of every pixel that it is object with the odds of ``share``.

        Else it calls half of all pixels objects at first, and its early steps teach it nothing
        but how rare they are: where roads cover 4 % of the ground, some starts never got further
        (docs/results.md).

        Args:
            share: of the pixels that are object, 0..1; taken as 0.01 to 0.99, for nothing is sure.

        Source: the prior of focal loss (Lin et al. 2017, arXiv:1708.02002, section 3.3).
        """
        head = cast(nn.Module, self.network.segmentation_head)
        last = [layer for layer in head.modules() if isinstance(layer, nn.Conv2d)][-1]
        share = min(max(share, 0.01), 0.99)
        if last.bias is not None:
            last.bias.fill_(math.log(share / (1 - share)))

    def forward(self, pixels: Tensor) -> Tensor:
        """(B, 3, H, W) uint8 → (B, 1, H, W) logits."""
        return self.logits_and_features(pixels)[0]

    def logits_and_features(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, H, W) uint8 → (B, 1, H, W) logits and (B, C, H/stride, W/stride) features."""
        logits, deepest = self.coarse(shrunk(pixels, self.reduction))
        return enlarged(logits, self.reduction), deepest

    def coarse(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) uint8, already :func:`shrunk` → (B, 1, h, w) logits, and features.

        Their enlargement is what ``forward`` returns. Whoever wants probabilities of one image
        shrinks it once for all views, and enlarges float32 logits without gradients faster than a
        network does.
        """
        inputs = torch.addcmul(self.shift, pixels.to(self.gain.dtype), self.gain)
        maps = self.network.encoder(inputs)  # type: ignore[operator]  # nn.Module attributes are untyped
        decoded = self.network.decoder(maps)  # type: ignore[operator]  # as above
        return self.network.segmentation_head(decoded), maps[-1]  # type: ignore[operator]  # as above


def shrunk(pixels: Tensor, factor: int) -> Tensor:
    """(B, C, H, W) uint8 averaged over squares of ``factor`` pixels to (B, C, H / f, W / f) uint8.

    Means are rounded, halves up. By sums of strided pixels: a fifth of what a pooling takes.
    """
    if factor == 1:
        return pixels
    offsets = product(range(factor), repeat=2)
    corners = (pixels[..., row::factor, column::factor] for row, column in offsets)
    total = torch.full_like(pixels[..., ::factor, ::factor], factor**2 // 2, dtype=torch.int16)
    for corner in corners:
        total += corner
    return total.div_(factor**2, rounding_mode="floor").to(torch.uint8)


def enlarged(logits: Tensor, factor: int) -> Tensor:
    """(B, 1, H, W) logits bilinearly enlarged to (B, 1, factor × H, factor × W)."""
    if factor == 1:
        return logits
    return nn.functional.interpolate(
        logits, scale_factor=factor, mode="bilinear", align_corners=False
    )


def as_channels_last(segmenter: Segmenter) -> Segmenter:
    """The same network with its kernels laid out for channels_last images, as CPUs like them."""
    for parameter in segmenter.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return segmenter
