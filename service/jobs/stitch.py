"""The stitch job: outlines over shard edges made whole, accuracy counted, the gate passed."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy.orm import Session

from learner.vectorise import Piece, outlines, unpack_pieces
from learner.vectorise import stitch as join
from service.domain import measure, promotion
from service.domain.probability import open_probability, read_window
from service.jobs.claim import complete
from service.jobs.context import JobContext
from service.jobs.outlining import bounded, owned_rows, owner_place, rules_of
from service.queries import accuracy, checkpoints, predicted
from service.queries.predicted import ObjectRow
from service.tables import Campaign, Checkpoint, Round


def stitch(job: JobContext) -> None:
    """Finish the round's predictions, measure them, and promote or hold the checkpoint.

    All of it becomes visible in one transaction: outlines, counts, scores and the gate's word.

    Raises:
        Stopped, FenceLost: somebody else goes on.
    """
    with job.database.session() as session:
        campaign = session.get_one(Campaign, job.claim.campaign_id)
        checkpoint = checkpoints.of_round(session, job.claim.round_id)
        if checkpoint is None:
            raise RuntimeError(f"round {job.claim.round_id} has no checkpoint to stitch")
        is_whole = accuracy.get(session, checkpoint.id) is not None
    if is_whole:
        complete(job.database, job.claim)
        return
    objects = _objects_over_edges(job, campaign, checkpoint)

    def write(session: Session, _: Round) -> None:
        predicted.copy_objects(session, checkpoint.id, objects)
        measured = [*checkpoints.measured(session, campaign.id), checkpoint]
        measure.publish(
            session,
            campaign,
            {
                each.id: measure.count_new_labels(session, job.artefacts, campaign, each)
                for each in measured
            },
        )
        candidate = session.get_one(Checkpoint, checkpoint.id, populate_existing=True)
        promotion.pass_gate(session, campaign.id, candidate)

    job.check()
    complete(job.database, job.claim, write)


def _objects_over_edges(
    job: JobContext, campaign: Campaign, checkpoint: Checkpoint
) -> list[ObjectRow]:
    """What the shards left open, joined; only pieces at shard edges are ever in memory."""
    pieces: list[Piece] = []
    with job.database.session() as session:
        shards = predicted.shards_of_checkpoint(session, checkpoint.id)
    for done, shard in enumerate(shards):
        pieces += unpack_pieces(job.artefacts.get_bytes(f"{shard.artefact_key}/pieces.bin"))
        job.heart.progress(done + 1, len(shards), "shards")
        job.check()
    with ExitStack() as opened:
        rasters = [
            opened.enter_context(open_probability(job.artefacts, shard.artefact_key)).dataset
            for shard in shards
        ]
        found = bounded(
            outlines(
                join(pieces),
                campaign.zoom,
                rules_of(campaign),
                lambda window: read_window(rasters, window),
            )
        )
    with job.database.session() as session:
        owners = predicted.tile_ids_at(
            session, campaign.id, [owner_place(outline, campaign.zoom) for outline in found]
        )
    return owned_rows(found, campaign.zoom, owners)
