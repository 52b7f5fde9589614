"""What the hardware could do at most: arithmetic a tile needs over arithmetic a second it has."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch.nn.functional import conv2d
from torch.utils.flop_counter import FlopCounterMode

from learner.model.device import Runtime
from learner.model.segmenter import Segmenter

MATRIX = 2048
CONV_CHANNELS, CONV_PX = 128, 128
REPEATS = 8


def peak_gflops(runtime: Runtime, dtype: torch.dtype) -> float:
    """Billions of floating-point operations a second: the better of a product and a convolution.

    Both large enough to hide everything but arithmetic, each the best of several runs.
    """
    with torch.inference_mode():
        return max(_matrix_product(runtime, dtype), _convolution(runtime, dtype)) / 1e9


def _matrix_product(runtime: Runtime, dtype: torch.dtype) -> float:
    one, other = torch.randn(2, MATRIX, MATRIX, device=runtime.device).to(dtype)
    return 2 * MATRIX**3 / _best_s(lambda: one @ other, runtime)


def _convolution(runtime: Runtime, dtype: torch.dtype) -> float:
    kernels = torch.randn(CONV_CHANNELS, CONV_CHANNELS, 3, 3)
    image = torch.randn(1, CONV_CHANNELS, CONV_PX, CONV_PX)
    kernels, image = (
        each.to(runtime.device, dtype).contiguous(memory_format=torch.channels_last)
        for each in (kernels, image)
    )
    operations = 2 * 9 * CONV_CHANNELS**2 * CONV_PX**2
    return operations / _best_s(lambda: conv2d(image, kernels, padding=1), runtime)


def _best_s(work: Callable[[], object], runtime: Runtime) -> float:
    best = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        if runtime.is_cuda:
            torch.cuda.synchronize(runtime.device)
        best = min(best, time.perf_counter() - started)
    return best


def forward_gflop(segmenter: Segmenter, height_px: int, width_px: int) -> float:
    """Billions of operations of one forward pass over one image (counted, not measured)."""
    image = torch.zeros((1, 3, height_px, width_px), dtype=torch.uint8)
    with torch.inference_mode(), FlopCounterMode(display=False) as counted:
        segmenter(image)
    return float(counted.get_total_flops()) / 1e9
