"""Networks by name: any encoder of segmentation-models-pytorch or timm."""

from __future__ import annotations

import difflib
import hashlib
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import learner.model.torchvision_ops  # noqa: F401  # must come before timm and SMP

import segmentation_models_pytorch as smp  # isort: skip
import timm  # isort: skip
import numpy as np
import torch
from huggingface_hub.errors import HfHubHTTPError
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from learner.errors import BadConfig, UnknownEncoder
from learner.model.pretrained import PACKAGED, PACKAGES, packaged_weights
from learner.model.segmenter import Segmenter
from learner.training.config import ModelConfig


@dataclass(frozen=True, slots=True)
class Built:
    """A fresh network with what must be recorded about where its weights came from."""

    segmenter: Segmenter
    encoder_sha256: str | None
    encoder_licence: str | None
    notices: tuple[str, ...]


def build(config: ModelConfig, *, load_encoder: bool = True) -> Built:
    """The network of ``config``, its random weights drawn from torch's global generator.

    Args:
        config: what to build.
        load_encoder: False leaves pretrained encoder weights out, for when others are loaded over.

    Raises:
        UnknownEncoder: neither SMP nor timm has that encoder.
        BadConfig: unknown architecture or pretrained weights; unreadable encoder checkpoint.
    """
    notices: list[str] = []
    weights = _weights_of(config) if load_encoder else None
    try:
        network = _network(config, weights)
    except (HfHubHTTPError, OSError, RuntimeError) as error:
        if weights is None:
            raise
        # Without the hub a model can still be trained; the coordinator must hear that it is
        # another model than the one asked for.
        network = _network(config, None)
        notices.append(
            f"Pretrained weights “{weights}” for {config.encoder} could not be fetched "
            f"({_first_line(error)}); training starts from random weights. Give the machine access "
            "to the model hub, or set encoder_checkpoint to a file."
        )
    sha256 = None
    if load_encoder and config.encoder_checkpoint is not None:
        sha256 = _load_encoder(network, Path(config.encoder_checkpoint))
    elif weights is not None and not notices:
        sha256 = _state_sha256(cast(nn.Module, network.encoder))
    licence = config.encoder_licence
    if weights == PACKAGED:
        licence = licence or PACKAGES[config.encoder].licence
    stride_px = 2 ** len(config.decoder_channels)
    segmenter = Segmenter(network, config.reduction, stride_px)
    return Built(segmenter, sha256, licence if sha256 else None, tuple(notices))


def _weights_of(config: ModelConfig) -> str | None:
    """Which pretrained weights to look for; a file of the user's goes before a package."""
    if config.encoder_weights != PACKAGED:
        return config.encoder_weights
    wanted = config.encoder_checkpoint is None and config.encoder in PACKAGES
    return PACKAGED if wanted else None


def _network(config: ModelConfig, weights: str | None) -> nn.Module:
    _refuse_unknown_encoder(config.encoder)
    depth = len(config.decoder_channels)
    options: dict[str, object] = {"encoder_depth": depth}
    if config.architecture in {"unet", "unetplusplus", "manet"}:
        options["decoder_channels"] = config.decoder_channels
    try:
        model = smp.create_model(
            config.architecture,
            encoder_name=config.encoder,
            encoder_weights=None if weights == PACKAGED else weights,
            in_channels=3,
            classes=1,
            **options,
        )
    except (KeyError, ValueError) as error:
        raise BadConfig(f"{config.architecture} with {config.encoder}: {error}") from error
    network = cast(nn.Module, model)
    if weights == PACKAGED:
        encoder = cast(nn.Module, network.encoder)
        pretrained = packaged_weights(config.encoder, encoder.state_dict())
        encoder.load_state_dict(pretrained, strict=False)
    _refuse_fixed_size(network, config)
    _drop_unread_stages(network, config)
    return network


@torch.no_grad()
def _refuse_fixed_size(network: nn.Module, config: ModelConfig) -> None:
    """Some encoders (Swin, plain ViT) only take the image size they were made for."""
    side = 2 ** (len(config.decoder_channels) + 1)
    trains = network.training
    try:
        network.eval()(torch.zeros(1, 3, side, 2 * side))
    except (AssertionError, RuntimeError) as error:
        raise BadConfig(
            f"{config.architecture} with {config.encoder} takes no image of {side} × {2 * side} px "
            f"({_first_line(error)}). Blocks have many sizes: take an encoder that fits any."
        ) from error
    finally:
        network.train(trains)


def _drop_unread_stages(network: nn.Module, config: ModelConfig) -> None:
    """Encoders keep stages deeper than the decoder reads: most of the weights, for nothing."""
    side = 2 ** (len(config.decoder_channels) + 1)
    trains = network.training
    network.eval()(torch.zeros(1, 3, side, side)).sum().backward()
    network.train(trains)
    _drop_unread(cast(nn.Module, network.encoder))
    network.zero_grad(set_to_none=True)


def _drop_unread(part: nn.Module) -> None:
    """In the encoder, in timm's network inside of it, and in sequences: there one more is passed
    through unchanged, while other containers call their members with more than the maps."""
    for name, stage in list(part.named_children()):
        weights = list(stage.parameters())
        if weights and all(weight.grad is None for weight in weights):
            setattr(part, name, nn.Identity())
        elif name == "model" or isinstance(stage, nn.Sequential):
            _drop_unread(stage)


def _refuse_unknown_encoder(name: str) -> None:
    if name.startswith("tu-"):
        plain = name.removeprefix("tu-").split(".")[0]
        if timm.is_model(plain):
            return
        near = [f"tu-{n}" for n in difflib.get_close_matches(plain, timm.list_models(), n=4)]
    else:
        names = smp.encoders.get_encoder_names()
        if name in names:
            return
        near = difflib.get_close_matches(name, names, n=3)
        near += [f"tu-{name}"] if timm.is_model(name) else []
    hint = f"Did you mean {' or '.join(near)}?" if near else "Try resnet18."
    raise UnknownEncoder(
        f"There is no encoder “{name}”. {hint} Any encoder of segmentation-models-pytorch goes by "
        "its name, any of timm by “tu-” and its name."
    )


def _load_encoder(network: nn.Module, path: Path) -> str:
    """Loads the encoder's weights from a safetensors file; returns the file's SHA-256."""
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise BadConfig(f"encoder_checkpoint {path} cannot be read: {error}") from error
    encoder = cast(nn.Module, network.encoder)
    own = encoder.state_dict()
    # SMP wraps timm's encoders in a "model"; files that timm wrote name its parts without it.
    wrapper = "model." if all(name.startswith("model.") for name in own) else ""
    plain = {
        wrapper + name.removeprefix("encoder.").removeprefix(wrapper): tensor
        for name, tensor in weights.items()
    }
    fitting = {n: t for n, t in plain.items() if n in own and own[n].shape == t.shape}
    if len(fitting) < 0.9 * len(own):
        raise BadConfig(
            f"encoder_checkpoint {path} holds {len(fitting)} of the encoder's {len(own)} tensors; "
            "it belongs to another encoder."
        )
    encoder.load_state_dict(fitting, strict=False)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _state_sha256(module: nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def library_versions() -> dict[str, str]:
    """Versions of what a model's numbers depend on, for its card."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "segmentation_models_pytorch": smp.__version__,
        "timm": timm.__version__,
        "numpy": np.__version__,
    }
