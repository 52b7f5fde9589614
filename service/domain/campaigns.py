"""Campaigns: checked and made whole, or not at all; changed; described."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from learner.imagery.spec import ImagerySpec
from service.artefacts import Artefacts
from service.domain.actors import KnownActor
from service.domain.area import parse_area
from service.domain.covering import Covering, cover_imagery, draw_roles, shard_names
from service.domain.imagery import choose_zoom, open_checked, sample_tile, spec_to_json
from service.domain.policy import Policy, parse_policy
from service.domain.starting_labels import StartingLabels, parse_starting_labels
from service.errors import CampaignNotActive, CampaignNotFound
from service.queries import campaigns, doubts
from service.queries import tiles as tile_queries
from service.queries.campaigns import Work
from service.queries.tiles import NewTiles
from service.reasons import Notice
from service.settings import Settings
from service.states import CampaignNotice, CampaignState, TileRole, TileState
from service.tables import Campaign


@dataclass(frozen=True)
class CampaignRequest:
    """What a coordinator asks for; ``area`` and ``starting_labels`` are GeoJSON as parsed."""

    name: str
    class_name: str
    imagery: ImagerySpec
    area: object
    zoom: int | None = None
    starting_labels: object = None
    policy: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None


@dataclass(frozen=True)
class PlannedCampaign:
    """A campaign that has passed every check and only needs to be written."""

    request: CampaignRequest
    area: shapely.MultiPolygon
    zoom: int
    covering: Covering
    policy: Policy
    seed: int
    starting: StartingLabels
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class CreatedCampaign:
    """The new campaign, how its tiles were divided, and what its author should know."""

    campaign: Campaign
    pool: int
    audit: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class CampaignOverview:
    """A campaign with its counts."""

    campaign: Campaign
    area: dict[str, Any]
    bounds: tuple[float, float, float, float]
    tiles: dict[TileRole, dict[TileState, int]]
    second_looks: int  # settled tiles that wait for a second person
    starting_labels: int
    work: Work
    own_work: Work


def plan_campaign(
    request: CampaignRequest, artefacts: Artefacts, settings: Settings
) -> PlannedCampaign:
    """Check everything about a campaign before anything is written; the network is asked here.

    Raises:
        AreaRefused, AreaTooLarge, ImageryRefused, PolicyRefused, StartingLabelsRefused: see each.
    """
    policy = parse_policy(request.policy)
    area = parse_area(request.area)
    source = open_checked(request.imagery, artefacts, settings)
    info = source.describe()
    zoom = choose_zoom(request.imagery, request.zoom, info)
    covering, notices = cover_imagery(area, zoom, source, settings.max_area_tiles)
    sample_tile(source, zoom, covering.xy)
    starting = StartingLabels((), ())
    if request.starting_labels is not None:
        starting = parse_starting_labels(request.starting_labels, _outer_bounds(covering))
    if policy.audit_size(len(covering)) == 0:
        notices.append(_no_audit(len(covering)))
    return PlannedCampaign(
        request=request,
        area=area.shape,
        zoom=zoom,
        covering=covering,
        policy=policy,
        seed=secrets.randbelow(2**31) if request.seed is None else request.seed,
        starting=starting,
        notices=(*area.notices, *notices, *starting.notices),
    )


def create_campaign(session: Session, actor: KnownActor, plan: PlannedCampaign) -> CreatedCampaign:
    """Write a planned campaign with its tiles, audit set and starting labels, all or nothing."""
    request, policy, covering = plan.request, plan.policy, plan.covering
    campaign = campaigns.add(
        session,
        name=request.name,
        class_name=request.class_name,
        zoom=plan.zoom,
        area=plan.area,
        imagery=spec_to_json(request.imagery),
        policy=policy.model_dump(mode="json"),
        seed=plan.seed,
        created_by=actor.id,
    )
    audit = policy.audit_size(len(covering))
    roles = draw_roles(len(covering), audit, plan.seed)
    tile_queries.add(session, campaign.id, _shuffled(plan, roles))
    campaigns.add_starting_labels(session, campaign.id, plan.starting.polygons)
    return CreatedCampaign(campaign, len(covering) - audit, audit, plan.notices)


def get_campaign(session: Session, campaign_id: uuid.UUID) -> Campaign:
    """The campaign.

    Raises:
        CampaignNotFound: there is none with this id.
    """
    campaign = campaigns.get(session, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}. See the list of campaigns.")
    return campaign


def campaign_to_work_on(session: Session, campaign_id: uuid.UUID) -> Campaign:
    """The campaign, if people may be given tiles of it.

    Raises:
        CampaignNotFound: there is none.
        CampaignNotActive: it is paused or closed.
    """
    campaign = get_campaign(session, campaign_id)
    if campaign.state != CampaignState.ACTIVE:
        raise CampaignNotActive(
            f"The campaign is {campaign.state}, so no tiles are given out. Answers for tiles that "
            "you hold are still taken.",
            state=campaign.state,
        )
    return campaign


def list_campaigns(
    session: Session,
) -> list[tuple[Campaign, tuple[float, float, float, float]]]:
    """All campaigns, newest first, each with the box of its area in degrees."""
    found = campaigns.newest_first(session)
    bounds = campaigns.areas_bounds(session, [campaign.id for campaign in found])
    return [(campaign, bounds[campaign.id]) for campaign in found]


def describe_campaign(
    session: Session, actor: KnownActor, campaign_id: uuid.UUID
) -> CampaignOverview:
    """A campaign with counts of its tiles and of people's work.

    Raises:
        CampaignNotFound: there is none.
    """
    campaign = get_campaign(session, campaign_id)
    return CampaignOverview(
        campaign=campaign,
        area=campaigns.area_geojson(session, campaign_id),
        bounds=campaigns.areas_bounds(session, [campaign_id])[campaign_id],
        tiles=campaigns.tile_counts(session, campaign_id),
        second_looks=doubts.waiting(session, campaign_id),
        starting_labels=campaigns.starting_label_count(session, campaign_id),
        work=campaigns.work(session, campaign_id),
        own_work=campaigns.work(session, campaign_id, actor.id),
    )


def change_campaign(
    session: Session,
    campaign_id: uuid.UUID,
    *,
    name: str | None = None,
    state: CampaignState | None = None,
    policy: dict[str, Any] | None = None,
) -> Campaign:
    """Change what is given; ``policy`` holds only the rules that change.

    The audit set was drawn when the campaign was made and stays what it is.

    Raises:
        CampaignNotFound: there is none.
        PolicyRefused: the changed policy does not hold together.
    """
    campaign = get_campaign(session, campaign_id)
    if policy is not None:
        before = Policy.model_validate(campaign.policy)
        after = parse_policy(policy, before)
        for role in TileRole:
            if after.reviews_needed(role) != before.reviews_needed(role):
                # Tiles before the campaign's row: the order in which answers lock them, too.
                tile_queries.ask_afresh(session, campaign_id, role, after.reviews_needed(role))
        campaign.policy = after.model_dump(mode="json")
    if name is not None:
        campaign.name = name
    if state is not None:
        campaign.state = state
    session.flush()
    return campaign


def _outer_bounds(covering: Covering) -> tuple[float, float, float, float]:
    west, south, east, north = covering.bounds().T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())


def _no_audit(tiles: int) -> Notice:
    return Notice(
        CampaignNotice.NO_AUDIT,
        f"With {tiles} tiles there is no room for an audit set, so this campaign's accuracy cannot "
        "be measured. A larger area, or a higher zoom, has more tiles.",
        {"count": tiles},
    )


def _shuffled(plan: PlannedCampaign, roles: Sequence[TileRole]) -> NewTiles:
    """The tiles to write, in random order: tiles beyond every selection are given out by id."""
    covering = plan.covering
    # Another stream than the audit draw's: no id may hint at a role.
    order = np.random.default_rng([plan.seed, 1]).permutation(len(covering))
    shuffled = Covering(covering.zoom, covering.xy[order])
    return NewTiles(
        xy=shuffled.xy,
        bounds=shuffled.bounds(),
        shards=shard_names(shuffled),
        roles=[roles[index] for index in order],
        needed=[plan.policy.reviews_needed(roles[index]) for index in order],
    )
