"""Lets torchvision be imported where its compiled operators are absent.

A CPU build of torch beside the registry's CUDA build of torchvision cannot load torchvision's
shared library, and then ``import torchvision`` fails with *operator torchvision::nms does not
exist* when it registers shape rules for operators that were never defined. timm and
segmentation-models-pytorch import torchvision but call neither operator, so defining the two
schemas is enough. Where the compiled operators load, nothing is touched.

Import this module before timm or segmentation-models-pytorch.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch

_SCHEMAS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def _compiled_ops_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True  # nothing to repair: the import error that follows is the clearer message
    libraries = sorted(Path(spec.origin).parent.glob("_C*.so"))
    try:
        for library in libraries:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]  # torch's own
    except OSError:
        return False
    return bool(libraries)


def define_missing_ops() -> None:
    """Defines the schemas of ``nms`` and ``qnms`` if torchvision's own cannot be loaded."""
    if _compiled_ops_load():
        return
    for name, schema in _SCHEMAS.items():
        namespace, operator = name.split("::")
        if not hasattr(getattr(torch.ops, namespace), operator):
            torch.library.define(name, schema)


define_missing_ops()
