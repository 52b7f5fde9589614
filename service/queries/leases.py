"""SQL of leases: claims that never overbook, and how leases go on and end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Session

from service.states import LeaseState
from service.tables import Lease

# Tiles are locked before their leases, here as everywhere, and skipped where somebody is at work.
# The conditions are repeated in the UPDATE: it sees what was committed while it waited.
_EXPIRE = text("""
WITH due AS (
  SELECT l.id FROM leases l JOIN tiles t ON t.id = l.tile_id
  WHERE l.state = 'active' AND l.expires_at < clock_timestamp()
  ORDER BY l.expires_at LIMIT 500
  FOR NO KEY UPDATE OF t SKIP LOCKED
), ended AS (
  UPDATE leases l SET state = 'expired' FROM due
  WHERE l.id = due.id AND l.state = 'active' AND l.expires_at < clock_timestamp()
  RETURNING l.tile_id
), freed AS (SELECT tile_id, count(*) AS seats FROM ended GROUP BY tile_id)
UPDATE tiles t SET leased = leased - freed.seats FROM freed WHERE t.id = freed.tile_id
RETURNING freed.seats
""")


def expire(session: Session) -> int:
    """End leases whose time is over; returns how many."""
    return sum(session.scalars(_EXPIRE))


# One statement takes the seats. What it locks it has re-read: `leased`, `reviewed` and `needed`
# stand in the locked row, so that a claim committed meanwhile is seen, and no tile is overbooked.
# Each part takes only what the parts before have left over; parts exclude each other. A settled
# tile has a seat only where its label is in doubt.
_FREE = """
  t.campaign_id = :campaign_id AND t.leased + t.reviewed < t.needed
  AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.tile_id = t.id AND v.actor_id = :actor_id)
  AND NOT EXISTS (SELECT 1 FROM leases l
                  WHERE l.tile_id = t.id AND l.actor_id = :actor_id AND l.state = 'active')
"""
_BEGUN = "t.reviewed > 0 AND t.reviewed < t.needed AND (t.state <> 'disputed' OR :decides)"
_OPEN = f"(t.state = 'open' OR {_BEGUN})"
_CLAIM = text(f"""
WITH audit AS (
  SELECT t.id FROM tiles t
  WHERE t.role = 'audit' AND {_OPEN} AND {_FREE}
  ORDER BY t.reviewed DESC, t.id LIMIT :audit_wanted
  FOR NO KEY UPDATE OF t SKIP LOCKED
), begun AS (
  SELECT t.id FROM tiles t
  WHERE t.role = 'pool' AND {_BEGUN} AND {_FREE}
  ORDER BY t.reviewed DESC, t.id LIMIT (SELECT :wanted - count(*) FROM audit)
  FOR NO KEY UPDATE OF t SKIP LOCKED
), ranked AS (
  SELECT t.id FROM selections s JOIN tiles t ON t.id = s.tile_id
  WHERE s.round_id = :round_id AND t.role = 'pool' AND t.state = 'open' AND t.reviewed = 0
    AND {_FREE}
  ORDER BY s.rank
  LIMIT (SELECT :wanted - (SELECT count(*) FROM audit) - (SELECT count(*) FROM begun))
  FOR NO KEY UPDATE OF t SKIP LOCKED
), rest AS (
  SELECT t.id FROM tiles t
  WHERE t.role = 'pool' AND t.state = 'open' AND t.reviewed = 0 AND {_FREE}
    AND t.id NOT IN (SELECT id FROM ranked)
  ORDER BY t.id
  LIMIT (SELECT :wanted - (SELECT count(*) FROM audit) - (SELECT count(*) FROM begun)
                - (SELECT count(*) FROM ranked))
  FOR NO KEY UPDATE OF t SKIP LOCKED
), more_audit AS (
  SELECT t.id FROM tiles t
  WHERE t.role = 'audit' AND {_OPEN} AND {_FREE} AND t.id NOT IN (SELECT id FROM audit)
  ORDER BY t.reviewed DESC, t.id
  LIMIT (SELECT :wanted - (SELECT count(*) FROM audit) - (SELECT count(*) FROM begun)
                - (SELECT count(*) FROM ranked) - (SELECT count(*) FROM rest))
  FOR NO KEY UPDATE OF t SKIP LOCKED
), taken AS (
  SELECT id, CAST(NULL AS uuid) AS checkpoint_id FROM audit
  UNION ALL SELECT id, NULL FROM more_audit
  UNION ALL SELECT id, :checkpoint_id FROM begun
  UNION ALL SELECT id, :checkpoint_id FROM ranked
  UNION ALL SELECT id, :checkpoint_id FROM rest
), made AS (
  INSERT INTO leases
    (id, campaign_id, tile_id, actor_id, round_id, checkpoint_id, state, expires_at)
  SELECT gen_random_uuid(), :campaign_id, taken.id, :actor_id, :round_id, taken.checkpoint_id,
         'active', clock_timestamp() + make_interval(secs => :lease_s)
  FROM taken
  ON CONFLICT (tile_id, actor_id) WHERE state = 'active' DO NOTHING
  RETURNING id, tile_id
), seated AS (
  UPDATE tiles t SET leased = leased + 1 FROM made WHERE t.id = made.tile_id
)
SELECT made.id FROM made
""").bindparams(
    bindparam("campaign_id", type_=Lease.campaign_id.type),
    bindparam("actor_id", type_=Lease.actor_id.type),
    bindparam("round_id", type_=Lease.round_id.type),
    bindparam("checkpoint_id", type_=Lease.checkpoint_id.type),
)


def claim(
    session: Session,
    *,
    campaign_id: uuid.UUID,
    actor_id: uuid.UUID,
    decides: bool,
    round_id: uuid.UUID | None,
    checkpoint_id: uuid.UUID | None,
    wanted: int,
    audit_wanted: int,
    lease_s: float,
) -> list[uuid.UUID]:
    """Lease up to ``wanted`` tiles, ``audit_wanted`` of them audit tiles where there are any.

    Args:
        session: the transaction.
        campaign_id, actor_id: where, for whom.
        decides: whether disputed tiles are given out as well (coordinators).
        round_id: whose order is followed; None while there is none.
        checkpoint_id: whose outlines pool tiles will show; None for no model.
        wanted, audit_wanted: how many tiles.
        lease_s: seconds until the leases end.
    """
    return list(
        session.scalars(
            _CLAIM,
            {
                "campaign_id": campaign_id,
                "actor_id": actor_id,
                "decides": decides,
                "round_id": round_id,
                "checkpoint_id": checkpoint_id,
                "wanted": wanted,
                "audit_wanted": audit_wanted,
                "lease_s": lease_s,
            },
        )
    )


_ANY_FREE = text(f"SELECT EXISTS (SELECT 1 FROM tiles t WHERE {_OPEN} AND {_FREE})").bindparams(
    bindparam("campaign_id", type_=Lease.campaign_id.type),
    bindparam("actor_id", type_=Lease.actor_id.type),
)


def any_free(
    session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID, *, decides: bool
) -> bool:
    """Whether a tile waits for this actor, be it locked by somebody at this moment."""
    return bool(
        session.scalar(
            _ANY_FREE, {"campaign_id": campaign_id, "actor_id": actor_id, "decides": decides}
        )
    )


def so_far(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID) -> int:
    """How many tiles this actor was ever given here."""
    return session.scalar(_SO_FAR, {"campaign_id": campaign_id, "actor_id": actor_id}) or 0


# Made once, as others here: making a statement for each claim costs as much as asking it.
_SO_FAR = text(
    "SELECT count(*) FROM leases WHERE campaign_id = :campaign_id AND actor_id = :actor_id"
).bindparams(
    bindparam("campaign_id", type_=Lease.campaign_id.type),
    bindparam("actor_id", type_=Lease.actor_id.type),
)


def active(session: Session, campaign_id: uuid.UUID, actor_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The actor's leases that are not over, oldest first."""
    return session.scalars(_ACTIVE, {"campaign_id": campaign_id, "actor_id": actor_id}).all()


_ACTIVE = text("""
SELECT id FROM leases
WHERE campaign_id = :campaign_id AND actor_id = :actor_id AND state = 'active'
  AND expires_at > clock_timestamp()
ORDER BY created_at
""").bindparams(
    bindparam("campaign_id", type_=Lease.campaign_id.type),
    bindparam("actor_id", type_=Lease.actor_id.type),
)


_RENEW = text("""
UPDATE leases SET expires_at = clock_timestamp() + make_interval(secs => :lease_s)
WHERE id = ANY(:lease_ids) AND actor_id = :actor_id AND state = 'active'
RETURNING id, expires_at
""").bindparams(
    bindparam("lease_ids", type_=ARRAY(UUID(as_uuid=True))),
    bindparam("actor_id", type_=Lease.actor_id.type),
)


def renew(
    session: Session, lease_ids: Sequence[uuid.UUID], actor_id: uuid.UUID, lease_s: float
) -> dict[uuid.UUID, dt.datetime]:
    """Let the actor's active leases end later; returns the new ends."""
    rows = session.execute(
        _RENEW, {"lease_ids": list(lease_ids), "actor_id": actor_id, "lease_s": lease_s}
    )
    return {row.id: row.expires_at for row in rows}


def get(session: Session, lease_id: uuid.UUID) -> Lease | None:
    return session.scalars(_GET, {"lease_id": lease_id}).one_or_none()


_GET = (
    select(Lease).where(Lease.id == bindparam("lease_id")).execution_options(populate_existing=True)
)


_END = text("""
WITH ended AS (
  UPDATE leases SET state = :state WHERE id = :lease_id AND state = 'active' RETURNING tile_id
)
UPDATE tiles t SET leased = leased - 1 FROM ended WHERE t.id = ended.tile_id RETURNING t.id
""").bindparams(bindparam("lease_id", type_=Lease.id.type), bindparam("state", type_=Text))
_LOCK_TILE = text(
    "SELECT 1 FROM tiles t JOIN leases l ON l.tile_id = t.id WHERE l.id = :lease_id "
    "FOR NO KEY UPDATE OF t"
).bindparams(bindparam("lease_id", type_=Lease.id.type))


def lock_tile(session: Session, lease_id: uuid.UUID) -> None:
    """Lock the tile of a lease against other claims and reviews."""
    session.execute(_LOCK_TILE, {"lease_id": lease_id})


def end(session: Session, lease_id: uuid.UUID, state: LeaseState) -> bool:
    """End an active lease and free its seat; False when it was over already.

    The caller holds the tile's lock (:func:`lock_tile`): tiles are locked before their leases.
    """
    ended = session.execute(_END, {"lease_id": lease_id, "state": state.value})
    return ended.one_or_none() is not None
