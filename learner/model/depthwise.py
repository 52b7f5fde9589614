"""Depthwise convolutions in float32: on CPUs their bf16 gradients fall back to slow loops.

oneDNN computes the gradient of a strided or 5 × 5 depthwise kernel in bf16 by its reference code:
35 ms where float32 takes 5 (144 channels of 32 × 32 px). They hold a hundredth of a network's
arithmetic, so bf16 has nothing to win there.
"""

from __future__ import annotations

import learner.model.torchvision_ops  # noqa: F401  # must come before timm

from timm.layers.conv2d_same import Conv2dSame  # isort: skip
import torch
from torch import Tensor, nn


class _InFloat32(nn.Conv2d):
    """A convolution in the format of its own weights, whatever autocast says."""

    def forward(self, maps: Tensor) -> Tensor:
        with torch.autocast(maps.device.type, enabled=False):
            return super().forward(maps.to(self.weight.dtype))


class _Depthwise(_InFloat32):
    """Padded alike on both sides."""


class _DepthwiseSame(_InFloat32, Conv2dSame):
    """Padded as TensorFlow does, more at the end than at the start."""


_IN_FLOAT32: dict[type[nn.Module], type[nn.Module]] = {
    nn.Conv2d: _Depthwise,
    Conv2dSame: _DepthwiseSame,
}


def keep_depthwise_in_float32(network: nn.Module) -> None:
    """Lets the network's depthwise convolutions pass autocast over, in place; no weight changes."""
    for module in network.modules():
        kind = _IN_FLOAT32.get(type(module))
        if kind is not None and module.groups == module.in_channels > 1:  # type: ignore[operator]  # nn.Module attributes are untyped
            module.__class__ = kind
