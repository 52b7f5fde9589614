"""Intel's OpenVINO: fused kernels for any x86 or ARM processor, compiled in a tenth of a second."""

from __future__ import annotations

import math
import warnings
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import openvino as ov
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor, nn

from learner.errors import DeviceUnavailable
from learner.model.backends.backend import Size
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter

_MOST_SIZES = 4
"""Image sizes with kernels of their own; each keeps its buffers, 60 MB a core for 544 × 544."""
_PAYS_FROM = 32
"""So many images of a size repay the making of its kernels: 0.2 s for 544 × 544, which then take a
core 32 ms an image instead of 40; smaller sizes take less of both."""


class OpenVino:
    """A network on the CPU in the runtime's number format; each image is computed by one thread.

    Threads that share an image wait for each other after every layer. Alone on the machine that
    costs little, but beside readers and outlines a thread that has lost its core stops them all.
    So as many images are under way as there are threads, in streams that share nothing; and one
    more waits, so that no stream does while its caller turns an image.

    Kernels made for one image size need four fifths of the time of those for any size. They are
    made for sizes of which many images are expected, so that the odd blocks of an area's edge cost
    no compiling.

    Raises:
        DeviceUnavailable: the runtime is a GPU.
    """

    name = "openvino"

    def __init__(self, segmenter: Segmenter, runtime: Runtime) -> None:
        if runtime.is_cuda:
            raise DeviceUnavailable("OpenVINO runs on the CPU; use device cpu, or backend auto.")
        self._core = ov.Core()
        streams = torch.get_num_threads()
        self.callers = streams + 1
        self._options = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            "ENABLE_CPU_PINNING": False,  # bound to a core, it would wait for whoever works there
            "INFERENCE_PRECISION_HINT": "bf16" if runtime.multiplies_bf16 else "f32",
        }
        self._model = _converted(segmenter)
        self._any_size = _Kernels(self._compiled(None))
        self._of_size: dict[Size, _Kernels] = {}
        self._expected: Counter[Size] = Counter()

    def __call__(self, pixels: Tensor, *, features: bool = True) -> tuple[Tensor, Tensor | None]:
        size = pixels.shape[2], pixels.shape[3]
        with self._of_size.get(size, self._any_size).request() as request:
            inputs = [np.ascontiguousarray(pixels.numpy())]
            request.infer(inputs, share_inputs=True, share_outputs=True)
            outputs = (request.get_output_tensor(0), request.get_output_tensor(1))
            # Copies: the request's own memory is written over by the next image.
            logits = torch.from_numpy(outputs[0].data.copy())
            maps = torch.from_numpy(outputs[1].data.copy()) if features else None
            return logits, maps

    def expect(self, coming: Mapping[Size, int]) -> None:
        self._expected.update(coming)
        by_pixels = sorted(self._expected, key=lambda size: -math.prod(size) * self._expected[size])
        for size in by_pixels:
            is_new = size not in self._of_size and len(self._of_size) < _MOST_SIZES
            if is_new and self._expected[size] >= _PAYS_FROM:
                self._of_size[size] = _Kernels(self._compiled(size))

    def _compiled(self, size: Size | None) -> ov.CompiledModel:
        model = self._model.clone()
        model.reshape([1, 3, *(size or (-1, -1))])
        return self._core.compile_model(model, "CPU", self._options)


class _Kernels:
    """A compiled network with its requests: one a thread, each with buffers that are kept."""

    def __init__(self, model: ov.CompiledModel) -> None:
        self._model = model
        self._idle: deque[ov.InferRequest] = deque()

    @contextmanager
    def request(self) -> Iterator[ov.InferRequest]:
        """A request that nobody else uses meanwhile."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._model.create_infer_request()
        yield request
        self._idle.append(request)


class _Coarse(nn.Module):
    """``Segmenter.coarse`` as a module's ``forward``, which is what tracing starts from."""

    def __init__(self, segmenter: Segmenter) -> None:
        super().__init__()
        self.segmenter = segmenter

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        return self.segmenter.coarse(pixels)


def _converted(segmenter: Segmenter) -> ov.Model:
    """The network as OpenVINO's graph.

    By the front end itself: ``ov.convert_model`` does the same, but reports its use over the
    network before anybody has agreed to that.
    """
    side = 2 * segmenter.stride_px
    example = torch.zeros((1, 3, side, side), dtype=torch.uint8)
    with torch.no_grad(), warnings.catch_warnings():
        # Tracing is deprecated in torch, and still what OpenVINO's front end is built on.
        warnings.simplefilter("ignore", DeprecationWarning)
        decoder = TorchScriptPythonDecoder(_Coarse(segmenter), example_input=(example,))
    front_end = FrontEndManager().load_by_framework("pytorch")
    return front_end.convert(front_end.load(decoder))
