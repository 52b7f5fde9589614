"""What a measurement ran on: the processor, memory and library versions, for every report."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "segmentation-models-pytorch", "timm", "numpy", "rasterio", "fastapi", "rq")


def describe_machine() -> dict[str, Any]:
    """Processor model, usable cores, memory in GB and operating system."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(terse=True),
    }


def describe_versions() -> dict[str, str]:
    """Versions of Tilewise, Python and the libraries that decide about numbers."""
    return {
        "tilewise": metadata.version("tilewise"),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def _cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
