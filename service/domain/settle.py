"""When reviews of a tile become its label. Pure: values in, an outcome out.

- Answers with geometry (right, corrected) and "nothing" agree when what they leave inside the tile
  has an IoU of at least the policy's; two empty answers agree.
- "Can't tell" agrees with "can't tell", and needs two voices at least: one person's cloud may be
  another's roof.
- "Wrong, not fixed" agrees with nothing. It asks for more eyes.
- Once as many agree as the tile needs, the medoid of those that agree is the label: the answer
  closest to the others, not a blend that nobody drew.
- Where one voice would do and that one is in doubt (:mod:`service.domain.doubt`), its label stands
  and another person is asked. An answer without doubt outweighs it, a second one like it clears it.
- After the policy's most reviews without agreement a coordinator decides; the newest one's word
  stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from service.domain.geojson import area_inside
from service.states import Answer, Doubt, LabelKind

UNUSABLE_LEAST = 2
SECONDED_LEAST = 2


@dataclass(frozen=True)
class Vote:
    """What a review says, as a value.

    Attributes:
        review_id: the review.
        answer: its answer.
        outlines: whole polygons, EPSG:4326; empty unless the answer has geometry.
        decides: a coordinator's review.
        doubt: why it wants a second voice; None where it does not.
    """

    review_id: uuid.UUID
    answer: Answer
    outlines: tuple[shapely.Polygon, ...] = ()
    decides: bool = False
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How many must agree, how well, and when to stop asking volunteers."""

    needed: int
    max_reviews: int
    agreement_iou: float


@dataclass(frozen=True, slots=True)
class Settled:
    """The tile has a label: that of ``review_ids[0]``; the others agree with it.

    With a ``doubt`` the label stands as well, and one more person is to look.
    """

    kind: LabelKind
    review_ids: tuple[uuid.UUID, ...]
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class NeedsMore:
    """``reviews`` counted reviews in all are needed, as far as can be told now."""

    reviews: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """People do not agree; a coordinator decides."""


Outcome = Settled | NeedsMore | Disputed


def settle(votes: Sequence[Vote], tile: shapely.Polygon, rules: Rules) -> Outcome:
    """What the counted reviews of one tile, oldest first, come to.

    Args:
        votes: at most one of each actor.
        tile: the tile's square, EPSG:4326.
        rules: of the tile's role.
    """
    substantive = [vote for vote in votes if vote.answer in _SUBSTANTIVE]
    blind = [vote for vote in votes if vote.answer == Answer.CANT_TELL]
    group = _strongest_group(substantive, _agreement(substantive, tile), rules)
    doubt = _doubt(group)
    if len(group) >= rules.needed and doubt is None:
        return _settled_by(group)
    blind_needed = max(rules.needed, UNUSABLE_LEAST)
    if len(blind) >= blind_needed:
        return _settled_by(blind)
    if len(group) >= rules.needed:
        return _settled_by(group, doubt if len(votes) < rules.max_reviews else None)
    if len(votes) >= rules.max_reviews:
        deciding = [vote for vote in votes if vote.decides and vote.answer != Answer.WRONG]
        return _settled_by([deciding[-1]]) if deciding else Disputed()
    missing = min(rules.needed - len(group), blind_needed - len(blind))
    return NeedsMore(min(len(votes) + max(1, missing), rules.max_reviews))


def agreement_iou(left: Vote, right: Vote, tile: shapely.Polygon) -> float:
    """IoU of two answers inside the tile, 0 to 1; 1 when both leave it empty."""
    return float(_agreement([left, right], tile)[0, 1])


_SUBSTANTIVE = frozenset({Answer.RIGHT, Answer.CORRECTED, Answer.NOTHING})


def _settled_by(votes: Sequence[Vote], doubt: Doubt | None = None) -> Settled:
    medoid = votes[0]
    if medoid.answer == Answer.CANT_TELL:
        kind = LabelKind.UNUSABLE
    else:
        kind = LabelKind.OBJECTS if medoid.outlines else LabelKind.NOTHING
    return Settled(kind, tuple(vote.review_id for vote in votes), doubt)


def _agreement(votes: Sequence[Vote], tile: shapely.Polygon) -> NDArray[np.float64]:
    """(V, V) float64, IoU of each two answers inside the tile.

    Degrees are not square, but a tile is small: area ratios are those on the ground.
    """
    seen = np.array([area_inside(vote.outlines, tile) for vote in votes], object)
    left, right = np.meshgrid(seen, seen)
    shared = shapely.area(shapely.intersection(left, right))
    either = shapely.area(shapely.union(left, right))
    iou: NDArray[np.float64] = np.ones_like(shared)
    np.divide(shared, either, out=iou, where=either > 0)
    return iou


def _strongest_group(votes: Sequence[Vote], iou: NDArray[np.float64], rules: Rules) -> list[Vote]:
    """The answer that most others agree with, and those others; the medoid comes first.

    A group that settles without a doubt goes before one in doubt. Ties go to the closer agreement,
    then to the older answer.
    """
    if not votes:
        return []
    agrees = iou >= rules.agreement_iou
    groups = [
        [medoid, *(int(other) for other in np.flatnonzero(row) if other != medoid)]
        for medoid, row in enumerate(agrees)
    ]
    closeness = np.where(agrees, iou, 0.0).sum(axis=1)

    def strength(group: list[int]) -> tuple[bool, int, float, int]:
        medoid, size = group[0], len(group)
        sure = size >= rules.needed and _doubt([votes[index] for index in group]) is None
        return sure, size, float(closeness[medoid]), -medoid

    return [votes[index] for index in max(groups, key=strength)]


def _doubt(group: Sequence[Vote]) -> Doubt | None:
    """Why a group wants another voice: it has but one, and that is in doubt."""
    return group[0].doubt if 0 < len(group) < SECONDED_LEAST else None
