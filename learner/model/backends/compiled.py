"""PyTorch's compiler: fused kernels, for up to a minute of compiling with a C++ compiler."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from learner.model.backends.backend import Size
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter, as_channels_last


class Compiled:
    """A network in the runtime's number format, compiled when it first sees an image.

    The first image of another size compiles once more, for any size.
    """

    name = "compiled"
    callers = 1

    def __init__(self, segmenter: Segmenter, runtime: Runtime) -> None:
        self._device = runtime.device
        ready = as_channels_last(segmenter).to(runtime.device, runtime.dtype)
        self._coarse = torch.compile(ready.coarse)

    @torch.inference_mode()
    def __call__(self, pixels: Tensor, *, features: bool = True) -> tuple[Tensor, Tensor | None]:
        logits, maps = self._coarse(pixels.to(self._device, non_blocking=True))
        return logits.float(), maps.float() if features else None

    def expect(self, coming: Mapping[Size, int]) -> None:
        """Any size is as good as another."""
