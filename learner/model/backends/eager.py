"""PyTorch as it is, operator by operator."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from learner.errors import DeviceUnavailable
from learner.model.backends.backend import Size
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter, as_channels_last


class Eager:
    """A network in one number format, its kernels laid out for channels_last images."""

    callers = 1  # torch computes an image by all its threads

    def __init__(self, name: str, segmenter: Segmenter, runtime: Runtime, dtype: torch.dtype):
        self.name = name
        self._segmenter = as_channels_last(segmenter).to(runtime.device, dtype)
        self._device = runtime.device

    @classmethod
    def float32(cls, segmenter: Segmenter, runtime: Runtime) -> Eager:
        """The reference that the others are compared with."""
        return cls("eager", segmenter, runtime, torch.float32)

    @classmethod
    def bf16(cls, segmenter: Segmenter, runtime: Runtime) -> Eager:
        """Half the bytes, and many times the arithmetic where the hardware has it.

        Raises:
            DeviceUnavailable: the hardware only emulates bf16, slower than float32.
        """
        if not runtime.multiplies_bf16:
            raise DeviceUnavailable(
                "This machine multiplies bf16 slower than float32; use backend auto or eager."
            )
        return cls("bf16", segmenter, runtime, torch.bfloat16)

    @torch.inference_mode()
    def __call__(self, pixels: Tensor, *, features: bool = True) -> tuple[Tensor, Tensor | None]:
        logits, maps = self._segmenter.coarse(pixels.to(self._device, non_blocking=True))
        return logits.float(), maps.float() if features else None

    def expect(self, coming: Mapping[Size, int]) -> None:
        """Any size is as good as another."""
