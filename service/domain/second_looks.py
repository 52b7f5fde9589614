"""Second looks at labels that a newer model contradicts, asked for with each round's order."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterator

import mercantile
import shapely
from sqlalchemy.orm import Session

from learner.doubt import SECOND_LOOKS_SHARE
from service.domain.doubt import contradicted_share
from service.domain.policy import Policy
from service.queries import doubts
from service.tables import Campaign


def contradicted(
    session: Session, campaign: Campaign, policy: Policy, checkpoint_id: uuid.UUID
) -> list[int]:
    """Ids of settled tiles whose label the checkpoint contradicts, those that leave out most first.

    Only labels of one volunteer's answer: two who agree are right, whatever the model says.
    """
    if not policy.second_looks or policy.max_reviews == 1:
        return []

    def left_out() -> Iterator[tuple[float, int]]:
        for found in doubts.single_voices(session, campaign.id, checkpoint_id):
            square = shapely.box(*mercantile.bounds(found.x, found.y, campaign.zoom))
            yield contradicted_share(found.label, found.outlined, square), -found.tile_id

    most = max(1, round(SECOND_LOOKS_SHARE * policy.batch_size))
    return [-negative for share, negative in heapq.nlargest(most, left_out()) if share > 0]
