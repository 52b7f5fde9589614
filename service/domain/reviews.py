"""Reviews: what one person says of one tile; kept once, whatever the network does, never lost."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import mercantile
import orjson
from sqlalchemy.orm import Session

from service.domain.actors import KnownActor
from service.domain.campaigns import get_campaign
from service.domain.drawn import SentOutline, check_outlines
from service.domain.settling import resettle
from service.errors import ReviewConflict, ReviewRefused, TileNotFound
from service.queries import leases, reviews, tasks, tiles
from service.queries.reviews import Drawn, ReviewRow
from service.reasons import Notice
from service.states import (
    Answer,
    AnswerNotice,
    CantTellReason,
    LeaseState,
    ObjectSource,
    ReviewStanding,
    Role,
    TileState,
)
from service.tables import Campaign, Lease, Tile


@dataclass(frozen=True)
class Submission:
    """An answer as a client sends it; its ``id`` is the client's."""

    id: uuid.UUID
    tile: mercantile.Tile
    answer: Answer
    seconds_spent: float
    lease_id: uuid.UUID | None = None
    outlines: Sequence[SentOutline] = ()
    cant_tell_reason: CantTellReason | None = None
    acts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """What became of an answer.

    Attributes:
        id: the review.
        standing: whether it counts.
        tile_state: the tile's state after it.
        replay: it was kept before; nothing was done this time.
        settled: it settled or changed the tile's label.
        notices: what its author should know.
        campaign: by whose rules.
    """

    id: uuid.UUID
    standing: ReviewStanding
    tile_state: TileState
    replay: bool
    settled: bool
    notices: tuple[Notice, ...]
    campaign: Campaign


def submit_review(
    session: Session, actor: KnownActor, campaign_id: uuid.UUID, submission: Submission
) -> Accepted:
    """Keep an answer and draw its consequences, all in one transaction.

    An answer without a living lease is kept all the same: it counts where its tile still needs
    it, and is an extra vote otherwise. A person's newer answer sets the older one aside.

    Raises:
        CampaignNotFound, TileNotFound: there is no such place.
        ReviewConflict: another answer has this id.
        ReviewRefused: the answer contradicts itself, or its outlines cannot be used.
    """
    campaign = get_campaign(session, campaign_id)
    _refuse_contradictions(submission)
    drawn = _drawn(submission)
    tile = _locked_tile(session, campaign, submission.tile)
    content = _content_hash(actor, campaign_id, submission)
    before = reviews.before(session, submission.id, tile.id, actor.id)
    if before.same is not None:
        kept_content, standing = before.same
        if kept_content != content:
            raise _conflict(submission.id)
        return Accepted(submission.id, standing, tile.state, True, False, (), campaign)
    lease = _lease_of(session, submission, tile)
    if submission.answer == Answer.RIGHT:
        drawn = _outlines_shown(session, lease)
    standing, notices = _standing(session, actor, tile, lease)
    if before.earlier:
        reviews.supersede(session, tile.id, actor.id)
    if ReviewStanding.COUNTED in before.earlier:
        text = "Your newer answer stands for this tile now."
        standing, notices = ReviewStanding.COUNTED, (Notice(AnswerNotice.NEWER_STANDS, text),)
    elif _decides(actor, tile):
        standing, notices = ReviewStanding.COUNTED, ()
    values = _row(actor, campaign_id, tile, lease, submission, standing, content)
    if not reviews.add(session, values, drawn):
        raise _conflict(submission.id)  # the same id, at the same moment, for another tile
    if lease is not None and lease.actor_id == actor.id:
        leases.end(session, lease.id, LeaseState.ANSWERED)
    state, settled = tile.state, False
    if standing == ReviewStanding.COUNTED:
        state, settled = resettle(session, campaign, tile)
    return Accepted(submission.id, standing, state, False, settled, notices, campaign)


def reviews_of_tile(
    session: Session, actor: KnownActor, campaign_id: uuid.UUID, place: mercantile.Tile
) -> list[ReviewRow]:
    """What was said of a tile, oldest first; volunteers see only what they said themselves.

    Others' answers would bias those who are asked next.

    Raises:
        CampaignNotFound, TileNotFound: there is no such place.
    """
    campaign = get_campaign(session, campaign_id)
    tile = tiles.at(session, campaign_id, place.x, place.y) if place.z == campaign.zoom else None
    if tile is None:
        raise _tile_not_found(campaign, place)
    return [
        row
        for row in reviews.of_tile(session, tile.id)
        if actor.role == Role.COORDINATOR or row.review.actor_id == actor.id
    ]


def _refuse_contradictions(submission: Submission) -> None:
    match submission.answer:
        case Answer.CORRECTED if not submission.outlines:
            raise ReviewRefused(
                "A corrected answer needs outlines. If nothing of the class is here, answer "
                "'nothing'."
            )
        case Answer.NOTHING | Answer.CANT_TELL | Answer.WRONG if submission.outlines:
            raise ReviewRefused(
                f"An answer of '{submission.answer}' has no outlines, but "
                f"{len(submission.outlines)} came with it. Answer 'corrected' to keep them."
            )
        case answer if answer != Answer.CANT_TELL and submission.cant_tell_reason is not None:
            raise ReviewRefused(f"A reason for not telling does not go with '{answer}'.")


def _drawn(submission: Submission) -> tuple[Drawn, ...]:
    if submission.answer != Answer.CORRECTED:
        return ()
    west, south, east, north = mercantile.bounds(submission.tile)
    return check_outlines(submission.outlines, (west, south, east, north))


def _locked_tile(session: Session, campaign: Campaign, place: mercantile.Tile) -> Tile:
    tile = tiles.lock_at(session, campaign.id, place.x, place.y)
    if tile is None or place.z != campaign.zoom:
        raise _tile_not_found(campaign, place)
    return tile


def _lease_of(session: Session, submission: Submission, tile: Tile) -> Lease | None:
    """The lease named, if it is one of this tile."""
    lease = None if submission.lease_id is None else leases.get(session, submission.lease_id)
    return lease if lease is not None and lease.tile_id == tile.id else None


def _outlines_shown(session: Session, lease: Lease | None) -> tuple[Drawn, ...]:
    """What "right" says: the outlines that this lease showed, as the model made them."""
    if lease is None:
        raise ReviewRefused(
            "'Right' is an answer to outlines that were shown, and without the lease of this tile "
            "nobody knows which. Answer 'corrected' with the outlines, or 'nothing'."
        )
    shown = tasks.shown_polygons(session, lease.id)
    if not shown:
        raise ReviewRefused(
            "No outlines were shown on this tile, so there is nothing to be right. Answer "
            "'corrected' with outlines, or 'nothing'."
        )
    return tuple((polygon, ObjectSource.MODEL) for polygon in shown)


def _standing(
    session: Session, actor: KnownActor, tile: Tile, lease: Lease | None
) -> tuple[ReviewStanding, tuple[Notice, ...]]:
    if tile.state != TileState.OPEN and not _wants_second_look(tile):
        text = f"The tile was {tile.state} before your answer came; it is kept as an extra vote."
        notice = Notice(AnswerNotice.TILE_WAS_DONE, text, {"state": tile.state})
        return ReviewStanding.EXTRA, (notice,)
    living = lease is not None and lease.state == LeaseState.ACTIVE
    if living and lease is not None and lease.actor_id == actor.id:
        return ReviewStanding.COUNTED, ()
    late = "You held no lease of this tile any more"
    # Seats of others who are at work on it are theirs.
    if tile.reviewed + tile.leased < tile.needed:
        text = f"{late}, but it still needed your answer."
        return ReviewStanding.COUNTED, (Notice(AnswerNotice.COUNTED_WITHOUT_LEASE, text),)
    text = f"{late}; your answer is kept as an extra vote."
    return ReviewStanding.EXTRA, (Notice(AnswerNotice.EXTRA_WITHOUT_LEASE, text),)


def _wants_second_look(tile: Tile) -> bool:
    return tile.state == TileState.SETTLED and tile.reviewed < tile.needed


def _decides(actor: KnownActor, tile: Tile) -> bool:
    return actor.role == Role.COORDINATOR and tile.state == TileState.DISPUTED


def _row(
    actor: KnownActor,
    campaign_id: uuid.UUID,
    tile: Tile,
    lease: Lease | None,
    submission: Submission,
    standing: ReviewStanding,
    content: bytes,
) -> dict[str, object]:
    return {
        "id": submission.id,
        "campaign_id": campaign_id,
        "tile_id": tile.id,
        "actor_id": actor.id,
        "lease_id": None if lease is None else lease.id,
        "round_id": None if lease is None else lease.round_id,
        "checkpoint_id": None if lease is None else lease.checkpoint_id,
        "answer": submission.answer,
        "cant_tell_reason": submission.cant_tell_reason,
        "standing": standing,
        "seconds_spent": submission.seconds_spent,
        "acts": dict(submission.acts),
        "content_sha256": content,
    }


def _content_hash(actor: KnownActor, campaign_id: uuid.UUID, submission: Submission) -> bytes:
    """Of everything that makes an answer what it is; the lease is only the way it came."""
    content = (
        actor.id,
        campaign_id,
        tuple(submission.tile),
        submission.answer,
        submission.cant_tell_reason,
        [(outline.rings, outline.source) for outline in submission.outlines],
        submission.seconds_spent,
        sorted(submission.acts.items()),
    )
    return hashlib.sha256(orjson.dumps(content)).digest()


def _conflict(review_id: uuid.UUID) -> ReviewConflict:
    return ReviewConflict(
        f"Review {review_id} was sent before with other content. Give each answer an id of its own."
    )


def _tile_not_found(campaign: Campaign, place: mercantile.Tile) -> TileNotFound:
    return TileNotFound(
        f"The campaign has no tile {place.z}/{place.x}/{place.y}; its tiles are of zoom "
        f"{campaign.zoom}."
    )
