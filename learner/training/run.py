"""One training under way: its networks, optimiser and batches, epoch after epoch."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.lr_scheduler import OneCycleLR

from learner.errors import TrainingDiverged, TrainingStopped
from learner.model.build import build, library_versions
from learner.model.checkpoint import Card, Checkpoint, with_identity
from learner.model.depthwise import keep_depthwise_in_float32
from learner.model.device import Runtime
from learner.model.segmenter import Segmenter, as_channels_last
from learner.starting.lessons import rehearsal
from learner.starting.packaged import starting_model
from learner.training.averaging import RunningAverage
from learner.training.batches import Batches
from learner.training.config import ModelConfig, TrainConfig, WarmStart
from learner.training.data import TrainingSet, fingerprint
from learner.training.holdout import Decision, decide, holdout_logits, iou_at, metrics
from learner.training.losses import segmentation_loss
from learner.training.state import SavedState, find
from learner.training.warm import start_from


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How far a training is, after each epoch.

    Attributes:
        epoch, epochs: finished and planned.
        step, steps: optimiser steps finished and planned.
        loss: mean over the epoch.
        holdout_iou: 0..1 at probability 0.5, None without a holdout.
        tiles_per_s: crops through forward, backward and optimiser in this epoch.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float
    holdout_iou: float | None
    tiles_per_s: float


class Run:
    """One training under way; :func:`learner.training.loop.train` tells its story."""

    def __init__(
        self,
        segmenter: Segmenter,
        learn: TrainingSet,
        holdout: TrainingSet,
        model: ModelConfig,
        config: TrainConfig,
        runtime: Runtime,
        key: str,
        rehearsed: TrainingSet | None = None,
    ) -> None:
        self.model, self.config, self.runtime, self.key = model, config, runtime, key
        self.holdout, self.learn = holdout, learn
        self.steps = config.steps_for(len(learn))
        self.steps_an_epoch = self.steps // config.epochs
        self.batches = Batches(learn, config, rehearsed)
        self.segmenter = as_channels_last(segmenter).to(runtime.device)
        if runtime.multiplies_bf16 and not runtime.is_cuda:
            keep_depthwise_in_float32(self.segmenter)
        self.average = RunningAverage(self.segmenter, config.ema_decay)
        self.optimiser = torch.optim.AdamW(
            _decayed_and_not(self.segmenter, config.weight_decay),
            lr=config.learning_rate,
            fused=True,  # half the time of a step that a small network cannot hide
        )
        self.schedule = OneCycleLR(
            self.optimiser,
            config.learning_rate,
            total_steps=self.steps + 1,  # one more than is used: the last step still learns
            pct_start=config.warm_up,
            cycle_momentum=False,
        )
        self.epoch, self.best_epoch = 0, 0
        self.best: Mapping[str, Tensor] = {}
        self.best_iou: float | None = None
        self.history: list[Mapping[str, float | None]] = []
        self.seconds, self.tiles_per_s = 0.0, 0.0
        self.notices: tuple[str, ...] = ()
        self.parent_sha256: str | None = None
        self.encoder_sha256: str | None = None
        self.encoder_licence: str | None = None

    @classmethod
    def start(
        cls,
        data: TrainingSet,
        held: NDArray[np.bool_],
        model: ModelConfig,
        config: TrainConfig,
        warm_start: Checkpoint | None,
        runtime: Runtime,
    ) -> Run:
        torch.manual_seed(config.seed)
        parent = warm_start if config.warm_start is not WarmStart.SCRATCH else None
        fits = parent is not None and parent.card.model.same_network(model)
        starting = starting_model(model)
        # The fresh weights that the parent's are mixed with are those a first training starts from.
        mixed = config.warm_start is WarmStart.SHRINK_PERTURB
        built = build(model, load_encoder=starting is None and (not fits or mixed))
        if starting is not None:
            built.segmenter.load_state_dict(dict(starting.weights))
        else:
            built.segmenter.expect(data.object_share)
        if parent is not None and fits:
            start_from(built.segmenter, parent, config)
        begun_from = parent if fits else starting
        parent_key = "" if begun_from is None else begun_from.card.weights_sha256
        key = _key(fingerprint(data), model, config, parent_key)
        learn, holdout = data.subset(~held), data.subset(held)
        rehearsed = rehearsal(model) if config.rehearsed_chips > 0 else None
        run = cls(built.segmenter, learn, holdout, model, config, runtime, key, rehearsed)
        run.notices = built.notices
        run.encoder_sha256, run.encoder_licence = built.encoder_sha256, built.encoder_licence
        if begun_from is not None:
            run.parent_sha256 = begun_from.card.weights_sha256
            run.encoder_sha256 = begun_from.card.encoder_sha256
            run.encoder_licence = begun_from.card.encoder_licence
        if parent is not None and not fits:
            run.notices += ("The model differs from the promoted one: trained from scratch.",)
        return run

    @property
    def finished(self) -> bool:
        patience = self.config.patience
        tired = patience > 0 and len(self.holdout) > 0 and self.epoch - self.best_epoch >= patience
        return self.epoch >= self.config.epochs or tired

    def one_epoch(self, should_stop: Callable[[], bool]) -> None:
        began = time.monotonic()
        first = self.epoch * self.steps_an_epoch
        last = first + self.steps_an_epoch
        torch.manual_seed(self.config.seed + 1 + self.epoch)  # of encoders that drop paths
        self.segmenter.train()
        loss_sum = torch.zeros((), device=self.runtime.device)
        threads = 4 if self.runtime.is_cuda else 1
        for batch in self.batches.ahead(first, last, threads=threads):
            loss_sum += self._step(*batch)
            if should_stop():
                raise TrainingStopped("Training was stopped; starting it again goes on from here.")
        loss = float(loss_sum) / self.steps_an_epoch
        if not math.isfinite(loss):
            raise TrainingDiverged(
                f"The loss is {loss} in epoch {self.epoch + 1}. Lower learning_rate (now "
                f"{self.config.learning_rate}) and train again."
            )
        spent = time.monotonic() - began
        self.tiles_per_s = self.steps_an_epoch * self.config.batch_size / spent
        self.epoch += 1
        iou = self._look_at_holdout()
        self.history.append({"epoch": self.epoch, "step": last, "loss": loss, "holdout_iou": iou})
        self.seconds += time.monotonic() - began

    def _step(self, pixels: Tensor, masks: Tensor, weights: Tensor) -> Tensor:
        device = self.runtime.device
        pixels, masks = pixels.to(device, non_blocking=True), masks.to(device, non_blocking=True)
        with self.runtime.autocast():
            logits = self.segmenter(pixels)
        loss = segmentation_loss(
            logits, masks, weights.to(device), dice_weight=self.config.dice_weight
        )
        self.optimiser.zero_grad(set_to_none=True)
        with self.runtime.backward_threads():
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self.segmenter.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update(self.segmenter)
        return loss.detach()

    def _look_at_holdout(self) -> float | None:
        """Holdout IoU of the averaged weights, which are kept if they are the best so far."""
        iou = None
        if len(self.holdout):
            logits = holdout_logits(self.average.segmenter, self.holdout, self.runtime)
            iou = iou_at(logits, self.holdout.masks)
        if iou is None or self.best_iou is None or iou >= self.best_iou:
            self.best_iou, self.best_epoch = iou, self.epoch
            self.best = _cpu_copy(self.average.segmenter)
        return iou

    def progress(self) -> TrainProgress:
        latest = self.history[-1]
        return TrainProgress(
            epoch=self.epoch,
            epochs=self.config.epochs,
            step=self.epoch * self.steps_an_epoch,
            steps=self.steps,
            loss=float(latest["loss"] or 0.0),
            holdout_iou=latest["holdout_iou"],
            tiles_per_s=self.tiles_per_s,
        )

    def state(self) -> SavedState:
        return SavedState(
            key=self.key,
            epoch=self.epoch,
            network=self.segmenter.state_dict(),
            averaged=self.best
            if self.best_epoch == self.epoch
            else self.average.segmenter.state_dict(),
            best=self.best,
            optimiser=self.optimiser.state_dict(),
            schedule=self.schedule.state_dict(),
            best_iou=self.best_iou,
            best_epoch=self.best_epoch,
            history=tuple(self.history),
            seconds=self.seconds,
        )

    def resume(self, run_dir: Path | None) -> None:
        """Goes on from the state in ``run_dir``, if there is one of this very training."""
        saved = find(run_dir, self.key) if run_dir is not None else None
        if saved is None:
            return
        self.segmenter.load_state_dict(dict(saved.network))
        self.average.restore(saved.averaged, saved.epoch * self.steps_an_epoch)
        self.optimiser.load_state_dict(dict(saved.optimiser))
        self.schedule.load_state_dict(dict(saved.schedule))
        self.epoch, self.best_epoch = saved.epoch, saved.best_epoch
        self.best, self.best_iou = saved.best, saved.best_iou
        self.history, self.seconds = list(saved.history), saved.seconds

    def checkpoint(self, label_fingerprint: str) -> Checkpoint:
        decision, measured = Decision(), {}
        if len(self.holdout):
            self.average.restore(self.best, self.steps)
            logits = holdout_logits(self.average.segmenter, self.holdout, self.runtime)
            decision = decide(logits, self.holdout.masks)
            measured = metrics(logits, self.holdout.masks, decision)
        card = Card(
            model=self.model,
            training=self.config,
            threshold=decision.threshold,
            temperature=decision.temperature,
            label_fingerprint=label_fingerprint,
            seed=self.config.seed,
            chips=len(self.learn) + len(self.holdout),
            steps=self.epoch * self.steps_an_epoch,
            seconds=round(self.seconds, 2),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=self.runtime.describe(),
            parent=self.parent_sha256,
            encoder_sha256=self.encoder_sha256,
            encoder_licence=self.encoder_licence,
            holdout=measured,
            history=tuple(self.history),
            notices=self.notices,
            versions=library_versions(),
        )
        return with_identity(self.best, card)


def _decayed_and_not(segmenter: Segmenter, decay: float) -> list[dict[str, object]]:
    """Weight decay for kernels only; norms and biases are left alone."""
    parameters = list(segmenter.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def _cpu_copy(segmenter: Segmenter) -> dict[str, Tensor]:
    return {
        name: tensor.detach().to("cpu", copy=True).contiguous()
        for name, tensor in segmenter.state_dict().items()
    }


def _key(data_sha256: str, model: ModelConfig, config: TrainConfig, parent: str) -> str:
    parts = [data_sha256, model.to_mapping(), config.to_mapping(), parent, torch.__version__]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
