"""The train job: labels → training set → checkpoint in the artefact store → the predict jobs.

Where nothing serves yet and labels do not suffice, the starting model is the round's checkpoint.

The round's folder keeps the assembled set and the last epoch, so that a killed job goes on with the
very labels it began with. Labels that came in meanwhile are the next round's.
"""

from __future__ import annotations

import shutil
import uuid

from sqlalchemy.orm import Session

from learner.errors import OneSidedLabels, TooFewLabels
from learner.model import checkpoint as files
from learner.starting.packaged import starting_model
from learner.training.data import TrainingSet
from learner.training.loop import train as fit
from learner.training.run import TrainProgress
from service.artefacts import Artefacts, sha256_of
from service.domain.imagery import open_campaign_imagery
from service.domain.policy import Policy
from service.domain.recipe import training_recipe
from service.jobs.chips import ChipCache
from service.jobs.claim import complete
from service.jobs.context import JobContext
from service.jobs.outlining import rules_of
from service.jobs.training_set import MARGIN_PX, assemble, find_assembled, gather, ground_at
from service.queries import checkpoints, rounds, tiles
from service.tables import Campaign, Checkpoint, Round


def train(job: JobContext) -> None:
    """Train the round's checkpoint; a round that has one already only goes on.

    Raises:
        TooFewLabels, OneSidedLabels: the labels do not suffice; the next try looks at them anew.
        LearnerError: something else that a person must change.
        Stopped, TrainingStopped, FenceLost: somebody else goes on.
    """
    campaign, round_, place = _rows(job)
    if round_.checkpoint_id is not None:
        complete(job.database, job.claim)
        return
    data, parent_id = _training_set(job, campaign, round_)
    model, config = training_recipe(
        Policy.model_validate(campaign.policy),
        job.settings,
        seed=round_.seed,
        class_name=campaign.class_name,
        ground_m_per_px=ground_at(campaign.zoom, [place]),
        told_apart=rules_of(campaign).split_depth_m > 0,
    )
    job.heart.progress(0, config.steps_for(len(data)), "steps")
    try:
        fitted = fit(
            data,
            model,
            config,
            warm_start=_load_parent(job, parent_id),
            run_dir=job.run_dir,
            on_progress=lambda progress: _report(job, progress),
            should_stop=job.should_stop,
            device=job.settings.device,
            threads=job.settings.threads,
        )
    except (TooFewLabels, OneSidedLabels):
        starting = starting_model(model) if parent_id is None else None
        if starting is None:
            shutil.rmtree(job.run_dir, ignore_errors=True)
            raise
        fitted = starting
    key, sha256 = _keep(job, fitted)
    verified = int(data.verified.sum())

    def write(session: Session, locked: Round) -> None:
        checkpoint = Checkpoint(
            campaign_id=campaign.id,
            round_id=locked.id,
            parent_id=parent_id,
            artefact_key=key,
            sha256=sha256,
            card=fitted.card.to_mapping(),
        )
        session.add(checkpoint)
        session.flush()
        rounds.record(
            session,
            locked.id,
            checkpoint_id=checkpoint.id,
            label_count=verified,
            person_seconds=rounds.person_seconds(session, campaign.id),
        )

    complete(job.database, job.claim, write)
    shutil.rmtree(job.run_dir, ignore_errors=True)


def load_checkpoint(artefacts: Artefacts, row: Checkpoint) -> files.Checkpoint:
    """A checkpoint's weights and card, from the artefact store."""
    return files.load(artefacts.local(row.artefact_key))


def _rows(job: JobContext) -> tuple[Campaign, Round, tuple[int, int]]:
    """The campaign, the round, and where one of its tiles is."""
    with job.database.session() as session:
        campaign = session.get_one(Campaign, job.claim.campaign_id)
        place = tiles.any_place(session, campaign.id)
        return campaign, session.get_one(Round, job.claim.round_id), place


def _training_set(
    job: JobContext, campaign: Campaign, round_: Round
) -> tuple[TrainingSet, uuid.UUID | None]:
    kept = find_assembled(job.run_dir)
    if kept is not None:
        return kept
    with job.database.session() as session:
        # One snapshot: a tile that settles between two questions would look empty.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        labels = gather(session, campaign, round_)
    source = open_campaign_imagery(campaign, job.artefacts, job.settings)
    chips = ChipCache.of(source, campaign.imagery, job.settings.home / "cache", MARGIN_PX)

    def check(done: int, total: int) -> None:
        job.heart.progress(done, total, "chips")
        job.check()

    return assemble(labels, chips, job.run_dir, round_.seed, check), labels.parent_id


def _load_parent(job: JobContext, parent_id: uuid.UUID | None) -> files.Checkpoint | None:
    if parent_id is None:
        return None
    with job.database.session() as session:
        row = checkpoints.get(session, parent_id)
    return None if row is None else load_checkpoint(job.artefacts, row)


def _report(job: JobContext, progress: TrainProgress) -> None:
    job.heart.progress(
        progress.step,
        progress.steps,
        "steps",
        epoch=progress.epoch,
        epochs=progress.epochs,
        loss=round(progress.loss, 5),
        holdout_iou=progress.holdout_iou,
        tiles_per_s=round(progress.tiles_per_s, 2),
    )


def _keep(job: JobContext, fitted: files.Checkpoint) -> tuple[str, str]:
    """The artefact's key and the hash in it."""
    path = job.run_dir / "checkpoint.safetensors"
    files.save(fitted, path)
    sha256 = sha256_of(path)
    key = f"checkpoints/{sha256}.safetensors"
    return job.artefacts.put_file(key, path), sha256
