"""The one thing that every way of computing a network can do, and how one is chosen by name."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Protocol

from torch import Tensor

from learner.errors import DeviceUnavailable
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter

AUTO = "auto"

Size = tuple[int, int]
"""Height and width of an image in pixels, for backends those that the network computes."""


class Backend(Protocol):
    """A folded network, ready to run.

    ``name`` is that of the registry; so many threads as ``callers`` says may call it at once, and
    should: each call computes on one processor core where there are several.
    """

    name: str
    callers: int

    def __call__(self, pixels: Tensor, *, features: bool = True) -> tuple[Tensor, Tensor | None]:
        """(1, 3, h, w) uint8 → logits and features, as ``Segmenter.coarse`` gives them.

        Both are float32, on the runtime's device, and belong to the caller; features that nobody
        asked for are not copied.
        """
        ...

    def expect(self, coming: Mapping[Size, int]) -> None:
        """So many images of each size are to come: what pays to be made ready for them is.

        A backend that is told nothing answers alike, only later.
        """
        ...


def _eager(segmenter: Segmenter, runtime: Runtime) -> Backend:
    from learner.model.backends.eager import Eager

    return Eager.float32(segmenter, runtime)


def _bf16(segmenter: Segmenter, runtime: Runtime) -> Backend:
    from learner.model.backends.eager import Eager

    return Eager.bf16(segmenter, runtime)


def _compiled(segmenter: Segmenter, runtime: Runtime) -> Backend:
    from learner.model.backends.compiled import Compiled

    return Compiled(segmenter, runtime)


def _openvino(segmenter: Segmenter, runtime: Runtime) -> Backend:
    if not has_openvino():
        raise DeviceUnavailable(
            "OpenVINO is not installed: pip install 'tilewise[openvino]', or use backend auto."
        )
    from learner.model.backends.openvino import OpenVino

    return OpenVino(segmenter, runtime)


BACKENDS: Mapping[str, Callable[[Segmenter, Runtime], Backend]] = {
    "eager": _eager,
    "bf16": _bf16,
    "openvino": _openvino,
    "compiled": _compiled,
}


def open_backend(name: str, segmenter: Segmenter, runtime: Runtime) -> Backend:
    """``segmenter`` made ready by the backend ``name``, or by the fastest one for "auto".

    Args:
        name: "auto" or a key of ``BACKENDS``.
        segmenter: in evaluation mode, norms folded; the backend may change it.
        runtime: where it shall run, and the number format that is fast there.

    Raises:
        DeviceUnavailable: no such backend, or not on this device.
    """
    chosen = fastest(runtime) if name == AUTO else name
    if chosen not in BACKENDS:
        raise DeviceUnavailable(
            f"There is no backend “{name}”; use {AUTO} or one of {', '.join(BACKENDS)}."
        )
    return BACKENDS[chosen](segmenter, runtime)


def fastest(runtime: Runtime) -> str:
    """The backend that ``python -m benchmarks.throughput`` measured fastest, of those here.

    Compiling is never chosen by itself: it costs up to a minute a network, which pays for large
    areas only.
    """
    if not runtime.is_cuda and has_openvino():
        return "openvino"
    return "bf16" if runtime.multiplies_bf16 else "eager"


def has_openvino() -> bool:
    """Whether the optional extra is installed."""
    return importlib.util.find_spec("openvino") is not None
