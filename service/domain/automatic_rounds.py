"""What a settled label sets off: measuring, and the next round where the policy says so."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from service.domain.policy import Policy, stored_policy
from service.domain.rounds import RUNNING, start_round
from service.queries import accuracy, doubts, jobs, rounds
from service.states import CampaignState, JobKind, RoundState
from service.tables import Campaign, Round

SECOND_LOOKS_WAIT_S = 120.0
"""So long may a label's second look keep the next round from starting by itself: one person alone
is not to wait for somebody who never comes."""


def after_label(session: Session, campaign_id: uuid.UUID) -> bool:
    """What a settled (or changed) label sets off; called in the transaction that settles it.

    An audit label has the checkpoints measured again. The last label of a batch starts the next
    round where the campaign's policy says so; a burst of labels starts one, since a round that
    runs already or that still asks for its batch stops the rest.

    Returns:
        Whether a job was written, so that the caller wakes the campaign after its commit.
    """
    measured = accuracy.round_to_measure(session, campaign_id)
    wakes = False
    if measured is not None:
        jobs.add_or_rearm(session, measured, JobKind.MEASURE)
        wakes = True
    return start_when_batch_is_done(session, campaign_id) or wakes


def start_when_batch_is_done(session: Session, campaign_id: uuid.UUID) -> bool:
    """Start the next round if the policy wants it and the batch needs no more people.

    Labels in doubt are given a moment for their second look: where others are at work, they look
    at once. Two people may settle the last two tiles in transactions that do not see each other.
    For both, the reconciler asks again, so that the round starts all the same.
    """
    known = session.get(Campaign, campaign_id)  # whoever answers has it at hand already
    if known is None or not stored_policy(known.policy).auto_rounds:
        return False
    current = rounds.labelling(session, campaign_id)
    if current is None:
        return False
    size, settled = rounds.batch(session, current.id)
    if size == 0 or settled < size:  # an empty batch: nothing was left to ask about
        return False
    if doubts.any_since(session, current.id, SECOND_LOOKS_WAIT_S):
        return False
    # Only now the lock: all but the batch's last label were answered without it.
    campaign = rounds.lock_campaign(session, campaign_id)
    if campaign is None or campaign.state is not CampaignState.ACTIVE:
        return False
    policy = stored_policy(campaign.policy)
    latest = rounds.latest(session, campaign_id)
    if not policy.auto_rounds or latest is None or latest.state in RUNNING:
        return False
    if latest.state is RoundState.HELD and not _worth_another_try(session, latest, policy):
        return False
    start_round(session, campaign_id)
    return True


def _worth_another_try(session: Session, held: Round, policy: Policy) -> bool:
    """A held round is not followed at each label, but after another batch of them."""
    labels = rounds.settled_pool_tiles(session, held.campaign_id)
    return labels >= held.label_count + policy.batch_size
