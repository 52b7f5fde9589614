"""Tasks: the next tiles for a person, by leases that end by themselves.

Order: what the person holds already; one audit tile in so many claims; tiles that wait for another
pair of eyes; the serving round's batch, then the rest of its order; any open tile. So the queue is
empty only when nothing is left. Nothing in a task tells an audit tile from one without a model.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.domain.actors import KnownActor
from service.domain.campaigns import campaign_to_work_on
from service.domain.policy import stored_policy
from service.errors import LeaseNotFound, LeaseOver
from service.queries import leases, tasks
from service.queries.tasks import Outline, TaskRow
from service.states import LeaseState, Role
from service.tables import Campaign

# So many tiles may one person hold at a time: enough to prefetch, too few to hoard.
HELD_MOST = 24
# Others lock a tile for milliseconds. Near a campaign's end it may be the only one left.
LOCKED_WAIT_S = 0.01
LOCKED_MOST_S = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """A leased tile as it is shown; ``outlines`` is None where none are shown."""

    tile: TaskRow
    zoom: int
    class_name: str
    outlines: Sequence[Outline] | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim brings: tasks, and how many tiles of the batch are still open to all."""

    tasks: Sequence[Task]
    waiting: int


def claim_tasks(
    session: Session,
    actor: KnownActor,
    campaign_id: uuid.UUID,
    *,
    count: int,
    holding: Collection[uuid.UUID],
    lease_s: float,
) -> Claimed:
    """Up to ``count`` tasks for the actor.

    Args:
        session: the transaction.
        actor: who asks.
        campaign_id: where.
        count: how many tasks.
        holding: leases whose tiles the actor has at hand; these are not handed out again.
        lease_s: how long a lease lasts without a sign, in seconds.

    Raises:
        CampaignNotFound, CampaignNotActive: there is nothing to work on.
    """
    started = time.monotonic()
    campaign = campaign_to_work_on(session, campaign_id)
    leases.expire(session)
    active = leases.active(session, campaign_id, actor.id)
    reopened = [lease for lease in active if lease not in holding][:count]
    if reopened:
        leases.renew(session, reopened, actor.id, lease_s)
    round_id = tasks.serving_round(session, campaign_id)
    leased: list[uuid.UUID] = []
    wanted = min(count - len(reopened), HELD_MOST - len(active))
    if wanted > 0:
        leased = _lease(session, actor, campaign, round_id, wanted, lease_s)
        while not leased and _is_worth_waiting(session, actor, campaign_id, started):
            time.sleep(LOCKED_WAIT_S)
            leased = _lease(session, actor, campaign, round_id, wanted, lease_s)
    shown = tasks.tasks(session, [*reopened, *leased])
    outlines = tasks.outlines(session, [row.lease_id for row in shown if row.checkpoint_id])
    return Claimed(
        [
            Task(
                row,
                campaign.zoom,
                campaign.class_name,
                outlines.get(row.lease_id, []) if row.checkpoint_id else None,
            )
            for row in shown
        ],
        tasks.waiting(session, round_id),
    )


def heartbeat(
    session: Session, actor: KnownActor, lease_id: uuid.UUID, lease_s: float
) -> dt.datetime:
    """Keep a lease; returns its new end.

    Raises:
        LeaseNotFound: the actor has no such lease.
        LeaseOver: it ended; the tile may be with somebody else by now.
    """
    renewed = leases.renew(session, [lease_id], actor.id, lease_s)
    if lease_id not in renewed:
        lease = leases.get(session, lease_id)
        if lease is None or lease.actor_id != actor.id:
            raise _lease_not_found(lease_id)
        raise LeaseOver(
            f"This lease is {lease.state}. An answer for its tile is still welcome; claim again "
            "for the next one.",
            state=lease.state,
        )
    return renewed[lease_id]


def release(session: Session, actor: KnownActor, lease_id: uuid.UUID) -> None:
    """Give a tile back; a lease that is over already stays as it is.

    Raises:
        LeaseNotFound: the actor has no such lease.
    """
    lease = leases.get(session, lease_id)
    if lease is None or lease.actor_id != actor.id:
        raise _lease_not_found(lease_id)
    leases.lock_tile(session, lease_id)
    leases.end(session, lease_id, LeaseState.RELEASED)


def expire_leases(session: Session) -> int:
    """End leases whose time is over, in every campaign; returns how many."""
    return leases.expire(session)


def audit_turns(actor_id: uuid.UUID, every: int, first: int, count: int) -> int:
    """How many of an actor's claims ``first … first + count - 1`` are for an audit tile.

    One in each run of ``every`` claims, at a place that looks random but is always the same: so the
    share is exact for everyone, and nobody can count out which tile is the audit tile.
    """

    def is_turn(claim: int) -> bool:
        run, place = divmod(claim, every)
        digest = hashlib.sha256(actor_id.bytes + run.to_bytes(4, "big")).digest()
        return place == int.from_bytes(digest[:4], "big") % every

    return sum(is_turn(claim) for claim in range(first, first + count))


def _lease(
    session: Session,
    actor: KnownActor,
    campaign: Campaign,
    round_id: uuid.UUID | None,
    wanted: int,
    lease_s: float,
) -> list[uuid.UUID]:
    so_far = leases.so_far(session, campaign.id, actor.id)
    every = stored_policy(campaign.policy).audit_every
    return leases.claim(
        session,
        campaign_id=campaign.id,
        actor_id=actor.id,
        decides=actor.role == Role.COORDINATOR,
        round_id=round_id,
        checkpoint_id=campaign.promoted_checkpoint_id,
        wanted=wanted,
        audit_wanted=audit_turns(actor.id, every, so_far, wanted),
        lease_s=lease_s,
    )


def _is_worth_waiting(
    session: Session, actor: KnownActor, campaign_id: uuid.UUID, started: float
) -> bool:
    """Whether the only tiles left are in somebody's hands just now: claims skip what is locked."""
    if time.monotonic() - started > LOCKED_MOST_S:
        return False
    decides = actor.role == Role.COORDINATOR
    return leases.any_free(session, campaign_id, actor.id, decides=decides)


def _lease_not_found(lease_id: uuid.UUID) -> LeaseNotFound:
    return LeaseNotFound(f"You hold no lease {lease_id}. Claim a task first.")
