"""The measure job: audit labels came or changed, so every checkpoint is compared with them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain import measure as accuracy
from service.jobs.claim import complete
from service.jobs.context import JobContext
from service.queries import checkpoints
from service.tables import Campaign, Round


def measure(job: JobContext) -> None:
    """Count new audit labels for all checkpoints, so that rounds are compared on the same tiles.

    Raises:
        Stopped, FenceLost: somebody else goes on.
    """
    counted = {}
    with job.database.session() as session:
        campaign = session.get_one(Campaign, job.claim.campaign_id)
        measured = checkpoints.measured(session, campaign.id)
        for done, checkpoint in enumerate(measured):
            counted[checkpoint.id] = accuracy.count_new_labels(
                session, job.artefacts, campaign, checkpoint
            )
            job.heart.progress(done + 1, len(measured), "checkpoints")
            job.check()

    def write(session: Session, _: Round) -> None:
        accuracy.publish(session, campaign, counted)

    complete(job.database, job.claim, write)
