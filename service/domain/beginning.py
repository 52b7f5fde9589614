"""How a campaign begins: whether a model looks at its tiles before anybody has labelled one."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from learner.imagery.spec import ImageryKind
from service.domain.imagery import spec_from_json
from service.domain.policy import split_recipe, stored_policy
from service.domain.recipe import starting_model_for
from service.queries import campaigns, predicted

LOOKED_AT_MOST = {ImageryKind.XYZ: 1000}
"""Tiles whose pixels a first order looks at: fetching more would keep the first people waiting."""
LOOKED_AT_ON_DISK = 4000


def looked_at_most(kind: ImageryKind) -> int:
    """How many tiles of imagery of this kind may be looked at before people are given any."""
    return LOOKED_AT_MOST.get(kind, LOOKED_AT_ON_DISK)


def begins_with_a_model(session: Session, campaign_id: uuid.UUID) -> bool:
    """Whether the starting model predicts before the first tile is labelled.

    It suits the campaign's class, and all tiles can be looked at while people wait. In larger
    campaigns the first order is a cold start's; their first training begins from the model.
    """
    campaign = campaigns.get(session, campaign_id)
    if campaign is None:
        return False
    of_model, _ = split_recipe(stored_policy(campaign.policy).training)
    if starting_model_for(campaign.class_name, of_model) is None:
        return False
    most = looked_at_most(spec_from_json(campaign.imagery).kind)
    return predicted.tiles_in_campaign(session, campaign_id) <= most
