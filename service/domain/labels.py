"""Labels as they leave the house."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from service.queries import map_objects
from service.queries.map_objects import LabelFeature


def label_revision(session: Session, campaign_id: uuid.UUID) -> int:
    """The newest revision; whoever has read up to it has missed nothing before it."""
    return map_objects.revision(session, campaign_id)


def label_features(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    after: int,
    bounds: tuple[float, float, float, float] | None,
    tombstones: bool,
    limit: int | None,
) -> Iterator[LabelFeature]:
    """Whole objects by revision; see :func:`service.queries.map_objects.page`."""
    return map_objects.page(
        session, campaign_id, after=after, bounds=bounds, tombstones=tombstones, limit=limit
    )
