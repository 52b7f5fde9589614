"""Where and in which number format a model runs on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import torch

from learner.errors import DeviceUnavailable

_FEW_THREADS = 2
"""So few threads gain less by sharing a backward pass than they risk."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A device with the fastest number format it computes natively.

    Attributes:
        device: CPU or CUDA.
        dtype: bfloat16 where the hardware multiplies it natively, else float32. Emulated bf16 is
            slower than float32, so "supported" alone is not enough.
    """

    device: torch.device
    dtype: torch.dtype

    @property
    def is_cuda(self) -> bool:
        """Whether it is a GPU."""
        return self.device.type == "cuda"

    @property
    def multiplies_bf16(self) -> bool:
        """Whether the hardware multiplies bfloat16 natively."""
        return self.dtype is torch.bfloat16

    def autocast(self) -> AbstractContextManager[object]:
        """The context for training steps: float32 weights, ``dtype`` arithmetic."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.multiplies_bf16)

    @contextmanager
    def backward_threads(self) -> Iterator[None]:
        """The context for backward passes: one CPU thread where several would wait for each other.

        oneDNN's bf16 kernels for gradients of weights meet at barriers where they spin. On two idle
        cores two threads gain a tenth by it; beside any other work each of these kernels takes 50
        times as long (1 ms becomes 50), and a step five times.
        """
        threads = torch.get_num_threads()
        if self.is_cuda or not self.multiplies_bf16 or threads > _FEW_THREADS:
            yield
            return
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)

    def describe(self) -> str:
        """Device and number format in words, for a checkpoint's card."""
        name = torch.cuda.get_device_name(self.device) if self.is_cuda else "cpu"
        return f"{name}, {str(self.dtype).removeprefix('torch.')}"


def choose_runtime(device: str = "auto", *, threads: int | None = None) -> Runtime:
    """The runtime for ``device`` ("auto", "cpu", "cuda" or "cuda:N").

    Args:
        device: "auto" takes a GPU when there is one.
        threads: CPU threads of torch, for the whole process; None leaves them as they are.

    Raises:
        DeviceUnavailable: ``device`` is a GPU that is not here.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        chosen = torch.device(device)
    except RuntimeError as error:
        raise DeviceUnavailable(_unknown(device)) from error
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise DeviceUnavailable("No GPU is visible to torch here; use device auto or cpu.")
    if chosen.type not in {"cpu", "cuda"}:
        raise DeviceUnavailable(_unknown(device))
    native = torch.cuda.is_bf16_supported() if chosen.type == "cuda" else _cpu_multiplies_bf16()
    return Runtime(chosen, torch.bfloat16 if native else torch.float32)


def _unknown(device: str) -> str:
    return f"“{device}” is no device that Tilewise uses; use auto, cpu, cuda or cuda:N."


def _cpu_multiplies_bf16() -> bool:
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))
