"""Training, from arrays to a checkpoint.

AdamW under a one-cycle schedule on augmented crops; a running average of the weights is what is
measured and kept; the holdout picks the epoch, the threshold and the temperature. After every
epoch the state is written to ``run_dir``, so a killed training goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from learner.model.checkpoint import Checkpoint
from learner.model.device import choose_runtime
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet, fingerprint, refuse_unteachable
from learner.training.holdout import choose_holdout
from learner.training.run import Run, TrainProgress
from learner.training.state import Keeper


def train(
    data: TrainingSet,
    model: ModelConfig,
    config: TrainConfig,
    *,
    warm_start: Checkpoint | None = None,
    run_dir: Path | None = None,
    on_progress: Callable[[TrainProgress], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
    device: str = "auto",
    threads: int | None = None,
) -> Checkpoint:
    """Fits a segmentation model to labelled chips.

    Args:
        data: the labels; audit pixels must have been blanked (``blank_audit``).
        model: which network. Where it differs from ``warm_start``'s, training is from scratch
            and a notice says so.
        config: the recipe.
        warm_start: the checkpoint to start from, as ``config.warm_start`` says.
        run_dir: where the state of the last epoch is kept, while the next one runs. Called again
            with the same arguments, training goes on from there and ends in the same weights.
        on_progress: called after every epoch.
        should_stop: asked after every step.
        device: "auto", "cpu", "cuda" or "cuda:N".
        threads: CPU threads of torch; None leaves them as they are.

    Returns:
        A checkpoint whose card says what was done and measured.

    Raises:
        TooFewLabels, OneSidedLabels: with what to do about it.
        UnknownEncoder, BadConfig: the configs cannot be met.
        TrainingDiverged: the loss is no number any more.
        TrainingStopped: ``should_stop`` said so; the last whole epoch is kept in ``run_dir``.
    """
    usable = data.subset(refuse_unteachable(data, config.min_chips))
    held = choose_holdout(usable, config)
    run = Run.start(
        usable, held, model, config, warm_start, choose_runtime(device, threads=threads)
    )
    run.resume(run_dir)
    with Keeper(run_dir) as keeper:
        while not run.finished:
            run.one_epoch(should_stop)
            keeper.keep(run.state())
            on_progress(run.progress())
    return run.checkpoint(fingerprint(data))
