"""Labels as they leave the house."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from service.queries import labels
from service.queries.labels import LabelFeature


def label_revision(session: Session, campaign_id: uuid.UUID) -> int:
    """The newest revision; whoever has read up to it has missed nothing before it."""
    return labels.revision(session, campaign_id)


def label_features(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    after: int,
    bounds: tuple[float, float, float, float] | None,
    tombstones: bool,
    limit: int | None,
) -> Iterator[LabelFeature]:
    """Whole objects by revision; see :func:`service.queries.labels.page`."""
    return labels.page(
        session, campaign_id, after=after, bounds=bounds, tombstones=tombstones, limit=limit
    )
