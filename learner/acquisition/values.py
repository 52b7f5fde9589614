"""What goes into choosing tiles and what comes out, as values; NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from learner.errors import LearnerError

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


class UnknownAcquisition(LearnerError):
    """The registry has no acquisition of that name."""


class UnusablePool(LearnerError):
    """The pool's arrays cannot be chosen from: empty, of unequal length, or not finite."""


class MissingScores(LearnerError):
    """There is a model, but it was not asked for what the acquisition reads."""


class ChosenBy(StrEnum):
    """Which part of the rule drew a tile."""

    ACQUISITION = "acquisition"
    RANDOM = "random"
    COLD_START = "cold_start"


class Reason(StrEnum):
    """Why people are asked about a tile: keys of plain sentences in the UI's catalogue."""

    UNSURE_OBJECTS = "unsure_objects"
    UNSURE_GROUND = "unsure_ground"
    SEES_OBJECTS = "sees_objects"
    RANDOM_CHECK = "random_check"
    TYPICAL = "typical"
    STARTING_LABELS = "starting_labels"
    MODEL_BLIND = "model_blind"


@dataclass(frozen=True)
class Pool:
    """The tiles that may be chosen: ``N`` of them, none labelled yet.

    Attributes:
        xy: ``(N, 2)`` int64 tile columns and rows, all of one zoom.
        features: ``(N, D)`` float32 embeddings, or None where nothing has looked at the pixels.
        scores: name -> ``(N,)`` float32, as ``learner.scores`` computes them; empty before a model.
        starting_share: ``(N,)`` float32, share of each tile that starting labels cover (0..1).
        labelled_xy: ``(M, 2)`` int64, the tiles that have labels.
        labelled_features: ``(M, D)`` float32 in the same embedding as ``features``.
        labelled_seconds: ``(M,)`` float64, what people spent on each of them; NaN where unknown.
    """

    xy: Integers
    features: Floats32 | None = None
    scores: Mapping[str, Floats32] = field(default_factory=dict)
    starting_share: Floats32 | None = None
    labelled_xy: Integers = field(default_factory=lambda: np.empty((0, 2), np.int64))
    labelled_features: Floats32 | None = None
    labelled_seconds: Floats | None = None

    def __len__(self) -> int:
        return len(self.xy)

    def check(self) -> None:
        """Refuse what would silently turn an order into nonsense.

        Raises:
            UnusablePool: empty pool, arrays of unequal length, NaN or infinity in any of them.
        """
        count = len(self.xy)
        if count == 0:
            raise UnusablePool("the pool is empty: every tile has a label; widen the area or stop")
        arrays = {f"scores[{name!r}]": values for name, values in self.scores.items()}
        arrays |= {
            name: values
            for name, values in (
                ("features", self.features),
                ("starting_share", self.starting_share),
            )
            if values is not None
        }
        for name, values in arrays.items():
            if len(values) != count:
                raise UnusablePool(f"{name} has {len(values)} rows for {count} tiles")
            if not np.isfinite(values).all():
                bad = int((~np.isfinite(values).reshape(count, -1).all(axis=1)).sum())
                raise UnusablePool(
                    f"{name} is not finite for {bad} of {count} tiles: predict them again, "
                    "or leave them out of the pool"
                )
        if self.labelled_features is not None and not np.isfinite(self.labelled_features).all():
            raise UnusablePool("labelled_features is not finite: predict the labelled tiles again")


@dataclass(frozen=True)
class Request:
    """How many tiles to choose.

    Attributes:
        batch_size: tiles a round asks people about.
        length: tiles in the order, at least ``batch_size``: what follows the batch serves people
            who are ahead of the next round.
        round_number: counts from 0; later rounds trust scores more.
        seed: the same seed, pool and request give the same choice.
        random_share: least probability (0..1) with which a draw is uniform over what is left.
    """

    batch_size: int
    length: int
    round_number: int = 0
    seed: int = 0
    random_share: float = 0.1

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.length < self.batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} must be positive, length {self.length} at least it"
            )
        if not 0.0 <= self.random_share <= 1.0:
            raise ValueError(f"random_share {self.random_share} is not within 0..1")
        if self.seed < 0 or self.round_number < 0:
            raise ValueError("seed and round_number count from 0")


@dataclass(frozen=True)
class Choice:
    """An order of tiles, ``K = min(request.length, len(pool))`` of them, best first.

    Attributes:
        order: ``(K,)`` int64 indices into the pool, none twice.
        in_batch: ``(K,)`` bool, true for the first ``batch_size``.
        propensity: ``(K,)`` float64 in (0, 1]: the probability that draw ``k`` took this tile,
            given the draws before it (see ``select.py``).
        chosen_by: which part of the rule drew each tile.
        score: ``(K,)`` float64, what the acquisition thought of each tile; higher is more wanted.
        reason: why people are asked about each tile.
    """

    order: Integers
    in_batch: Booleans
    propensity: Floats
    chosen_by: list[ChosenBy]
    score: Floats
    reason: list[Reason]

    def __len__(self) -> int:
        return len(self.order)


@dataclass(frozen=True)
class Preference:
    """What an acquisition wants, before chance and neighbours have their say.

    Attributes:
        score: ``(N,)`` float64, shown to people and kept in the log; higher is more wanted.
        strength: ``(N,)`` float64 log-weights; ``-inf`` marks tiles that it never draws.
        greedy: true takes the strongest tile that is allowed; false draws in proportion to
            ``exp(strength)``.
        group: ``(N,)`` int64 clusters, or None: no cluster gives a second tile before each has
            given one.
        spread: whether neighbours of a tile of the same batch are passed over.
        reason: ``(N,)`` reasons.
        chosen_by: what is logged for its draws.
    """

    score: Floats
    strength: Floats
    greedy: bool
    reason: list[Reason]
    group: Integers | None = None
    spread: bool = True
    chosen_by: ChosenBy = ChosenBy.ACQUISITION


Prefer = Callable[[Pool, Request, np.random.Generator], Preference]


@dataclass(frozen=True)
class Acquisition:
    """A registry entry: a formula, what it reads, and where it comes from.

    Attributes:
        name, explanation, source: for people.
        prefer: the formula.
        needs: scores without which it cannot judge.
        helped_by: scores that it judges by where a prediction has them.
        needs_features: whether it reads ``features``.
    """

    name: str
    explanation: str
    source: str
    prefer: Prefer
    needs: frozenset[str] = frozenset()
    helped_by: frozenset[str] = frozenset()
    needs_features: bool = False

    def can_judge(self, pool: Pool) -> bool:
        """Whether the pool carries what this formula reads; False before there is a model.

        Raises:
            MissingScores: there are scores, hence a model, but not all that are needed.
        """
        missing = self.needs - pool.scores.keys()
        if self.needs_features and pool.features is None:
            missing |= {"features"}
        if missing and pool.scores:
            raise MissingScores(
                f"{self.name} reads {', '.join(sorted(missing))}, which the prediction does not "
                "have: predict with more views (bald) or members (ensemble_bald), or choose "
                "another acquisition"
            )
        return not missing


def descending(order: Integers, count: int) -> Floats:
    """Strengths for a greedy walk: first of ``order`` strongest, tiles outside it never drawn."""
    strength = np.full(count, -np.inf)
    strength[order] = -np.arange(len(order), dtype=np.float64)
    return strength
