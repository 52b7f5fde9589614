"""Checkpoints: weights as safetensors, everything known about them as a card in the same file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from learner.errors import LearnerError, NotACheckpoint
from learner.model.build import build
from learner.model.segmenter import Segmenter
from learner.training.config import ModelConfig, TrainConfig

_FORMAT = "tilewise-checkpoint-1"


@dataclass(frozen=True, slots=True)
class Card:
    """What a checkpoint is, where it came from, and what was measured while it was trained.

    Attributes:
        model, training: how to build it and how it was trained.
        threshold: probability (0..1) from which a pixel counts as object; chosen on the holdout.
        temperature: logits are divided by it before the sigmoid; fitted on the holdout.
        label_fingerprint: SHA-256 of the training set it saw.
        parent: fingerprint (``weights_sha256``) of the checkpoint it was warm-started from.
        weights_sha256: of names and values of all tensors; the checkpoint's identity.
        holdout: metrics on the holdout (iou, precision, recall, chips, …); empty without one.
        history: one mapping an epoch (epoch, step, loss, holdout_iou).
        notices: sentences that the coordinator should read.
        versions: library → version.
        machine: device and number format.
        created_at: ISO 8601, UTC.
    """

    model: ModelConfig
    training: TrainConfig
    threshold: float
    temperature: float
    label_fingerprint: str
    seed: int
    chips: int
    steps: int
    seconds: float
    created_at: str
    machine: str
    parent: str | None = None
    weights_sha256: str = ""
    encoder_sha256: str | None = None
    encoder_licence: str | None = None
    holdout: Mapping[str, float] = field(default_factory=dict)
    history: tuple[Mapping[str, float | None], ...] = ()
    notices: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_mapping(self) -> dict[str, Any]:
        """The card as JSON-able values."""
        mapping = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        mapping["model"] = self.model.to_mapping()
        mapping["training"] = self.training.to_mapping()
        mapping["holdout"] = dict(self.holdout)
        mapping["history"] = [dict(epoch) for epoch in self.history]
        mapping["notices"] = list(self.notices)
        mapping["versions"] = dict(self.versions)
        return mapping

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Card:
        """The card that ``to_mapping`` wrote; fields of newer versions are passed over."""
        known = {f.name for f in dataclasses.fields(cls)}
        values = {name: value for name, value in mapping.items() if name in known}
        values["model"] = ModelConfig.from_mapping(values["model"])
        values["training"] = TrainConfig.from_mapping(values["training"])
        values["history"] = tuple(values.get("history", ()))
        values["notices"] = tuple(values.get("notices", ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights (name → CPU tensor, as ``Segmenter.state_dict`` names them) and their card."""

    weights: Mapping[str, Tensor]
    card: Card

    def segmenter(self) -> Segmenter:
        """The network with these weights, in evaluation mode on the CPU.

        Raises:
            NotACheckpoint: the weights do not fit the network that the card describes.
        """
        segmenter = build(self.card.model, load_encoder=False).segmenter
        try:
            segmenter.load_state_dict(dict(self.weights))
        except RuntimeError as error:
            raise NotACheckpoint(
                "The checkpoint's weights do not fit its card; it was damaged or edited. "
                "Promote another checkpoint or train again."
            ) from error
        return segmenter.eval()


def with_identity(weights: Mapping[str, Tensor], card: Card) -> Checkpoint:
    """A checkpoint whose card carries the SHA-256 of ``weights`` (name → CPU tensor, any dtype)."""
    return Checkpoint(weights, dataclasses.replace(card, weights_sha256=_sha256(weights)))


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Writes ``checkpoint`` to ``path`` as a whole or not at all."""
    metadata = {"format": _FORMAT, "card": json.dumps(checkpoint.card.to_mapping())}
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    tensors = {name: tensor.contiguous() for name, tensor in checkpoint.weights.items()}
    try:
        save_file(tensors, partial, metadata=metadata)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path) -> Checkpoint:
    """Reads a checkpoint that ``save`` wrote.

    Raises:
        NotACheckpoint: missing, foreign or damaged file; the message says which.
    """
    if not path.is_file():
        raise NotACheckpoint(f"There is no checkpoint at {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != _FORMAT:
                raise NotACheckpoint(
                    f"{path.name} is a safetensors file, but not a Tilewise checkpoint. For "
                    "weights of an encoder alone use the setting encoder_checkpoint."
                )
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
    except SafetensorError as error:
        raise NotACheckpoint(
            f"{path.name} is damaged or no safetensors file ({error}). Fetch it again, or promote "
            "another checkpoint."
        ) from error
    try:
        card = Card.from_mapping(json.loads(metadata["card"]))
    except (KeyError, TypeError, ValueError, LearnerError) as error:
        raise NotACheckpoint(f"The card of {path.name} cannot be read: {error}") from error
    if _sha256(weights) != card.weights_sha256:
        raise NotACheckpoint(
            f"The weights in {path.name} are not those its card names: the file is damaged. "
            "Fetch it again, or promote another checkpoint."
        )
    return Checkpoint(weights, card)


def _sha256(weights: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.contiguous().numpy().data)
    return digest.hexdigest()
