"""Which checkpoint serves: the gate at the end of a round, and the coordinator's own choice.

At most one checkpoint of a campaign is promoted; an index of the database holds that. The
predictions of every checkpoint stay, so that going back to an older one shows its outlines at once.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learner.evaluation.intervals import Interval
from service.domain.measure import paired_gain
from service.errors import CampaignNotFound, CheckpointNotFound, CheckpointNotReady
from service.queries import accuracy, checkpoints, rounds
from service.reasons import Why
from service.states import CheckpointState, GateReason
from service.tables import Campaign, Checkpoint


@dataclass(frozen=True)
class Decision:
    """What the gate says, with a reason that people read."""

    promote: bool
    reason: Why[GateReason]


def judge(gain: Interval | None, tiles: int) -> Decision:
    """Hold a candidate only if its paired IoU difference lies below 0 with its whole interval.

    Args:
        gain: candidate minus promoted; None when no audit tile compares them.
        tiles: audit tiles behind it.
    """
    if gain is None:
        return Decision(True, Why("not measured yet", GateReason.NOT_MEASURED))
    if not math.isfinite(gain.low) or not math.isfinite(gain.high):  # no spread in a single tile
        why = Why("too few audit tiles to compare", GateReason.TOO_FEW_TILES, {"tiles": tiles})
        return Decision(True, why)
    params = {"gain": gain.estimate, "low": gain.low, "high": gain.high, "tiles": tiles}
    difference = (
        f"IoU {gain.estimate:+.3f} against the one before "
        f"(95 % interval {gain.low:+.3f} to {gain.high:+.3f}, {tiles} audit tiles)"
    )
    if gain.high < 0:
        text = f"worse on the audit set: {difference}; the one before serves on"
        return Decision(False, Why(text, GateReason.WORSE, params))
    return Decision(True, Why(difference, GateReason.NOT_WORSE, params))


def pass_gate(session: Session, campaign_id: uuid.UUID, candidate: Checkpoint) -> Decision:
    """Promote or hold a measured candidate; said again of one that was judged, it changes nothing.

    The counts of the candidate and of the promoted checkpoint are in the database already.
    """
    campaign = _locked(session, campaign_id)
    serving = checkpoints.promoted(session, campaign_id)
    if candidate.state is not CheckpointState.CANDIDATE:
        said = Why(candidate.state_reason, candidate.state_code, candidate.state_params)
        return Decision(candidate.state is CheckpointState.PROMOTED, said)
    own = accuracy.counts(session, candidate.id)
    if serving is None:
        decision = Decision(True, Why("the first checkpoint", GateReason.FIRST))
    else:
        before = accuracy.counts(session, serving.id)
        gain = paired_gain(own, before, campaign.seed)
        decision = judge(gain, len(own.keys() & before.keys()))
    if decision.promote:
        _serve(session, candidate, decision.reason)
    else:
        checkpoints.set_state(session, candidate.id, CheckpointState.HELD, decision.reason)
    return decision


def promote(
    session: Session,
    campaign_id: uuid.UUID,
    checkpoint_id: uuid.UUID,
    *,
    reason: Why[GateReason],
) -> Checkpoint:
    """Let a checkpoint serve by a coordinator's word: a held one, or an older one (roll back).

    Raises:
        CampaignNotFound, CheckpointNotFound: no such campaign, or no such checkpoint in it.
        CheckpointNotReady: its predictions are not whole yet.
    """
    _locked(session, campaign_id)
    checkpoint = checkpoints.get(session, checkpoint_id)
    if checkpoint is None or checkpoint.campaign_id != campaign_id:
        raise CheckpointNotFound(f"The campaign has no checkpoint {checkpoint_id}.")
    if accuracy.get(session, checkpoint_id) is None:
        raise CheckpointNotReady(
            "Its predictions are not whole yet. Wait until its round selects tiles."
        )
    if checkpoint.state is not CheckpointState.PROMOTED:
        _serve(session, checkpoint, reason)
        session.refresh(checkpoint)
    return checkpoint


def _serve(session: Session, checkpoint: Checkpoint, reason: Why[GateReason]) -> None:
    checkpoints.retire_promoted(session, checkpoint.campaign_id)
    checkpoints.set_promoted(session, checkpoint, reason)


def _locked(session: Session, campaign_id: uuid.UUID) -> Campaign:
    campaign = rounds.lock_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    return campaign
