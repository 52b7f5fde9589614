"""The loop replayed by an oracle: how good a map do so many tiles, so many people-seconds, give?

Chips with known masks stand for tiles and people. Each round trains afresh on what is labelled
(from the recipe's starting model, where it has one), measures on test chips from other places, lets
an acquisition choose, and counts what a person would have spent on the chosen chips with the
model's outlines before them. Everything but the acquisition is the same for every strategy of one
seed: split, first chips, recipe, budgets.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.select import select
from learner.acquisition.values import Pool, Request
from learner.chip_measure import measure, measure_map
from learner.chip_prediction import ChipPrediction, ChipPredictor
from learner.data.chip_set import ChipSet
from learner.doubt import SECOND_LOOKS_SHARE
from learner.errors import OneSidedLabels, TooFewLabels
from learner.evaluation.counts import PixelCounts
from learner.evaluation.scores import iou
from learner.features import colour_texture_features
from learner.people.crowd import Crowd
from learner.people.habits import MapperHabits
from learner.people.shown import Dividing, Numbers, divided, patches
from learner.starting.packaged import starting_model
from learner.training.config import ModelConfig, TrainConfig
from learner.training.data import TrainingSet
from learner.training.loop import train


@dataclass(frozen=True)
class Recipe:
    """How each round trains and predicts: the same for all strategies.

    Attributes:
        model: the network.
        training: effort and augmentation; its seed is replaced by the replay's.
        views: flips and quarter turns that are averaged in prediction: 1, 2, 4 or 8.
        members: models trained each round where an acquisition asks for an ensemble.
        device: "auto", "cpu" or "cuda".
        dividing: how patches are divided before people see them; None leaves them whole.
    """

    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainConfig = field(default_factory=TrainConfig)
    views: int = 4
    members: int = 3
    device: str = "auto"
    dividing: Dividing | None = None


@dataclass(frozen=True)
class Plan:
    """One replay.

    Attributes:
        acquisition: a key of ``ACQUISITIONS``.
        seed: fixes the first chips, the training and the acquisition's chance.
        first: chips labelled before the first training, chosen by ``first_by``; 0 where the
            starting model is to choose.
        first_by: the acquisition of the first chips, the same for all strategies.
        batch: chips a round.
        rounds: batches after the first chips.
        random_share: least share of uniform draws in each batch.
        second_looks: another person looks at chips whose label is in doubt (``learner.doubt``).
    """

    acquisition: str
    seed: int
    first: int
    batch: int
    rounds: int
    first_by: str = "random"
    random_share: float = 0.1
    second_looks: bool = False


@dataclass(frozen=True)
class RoundOutcome:
    """What stood at the end of a round.

    Attributes:
        tiles: labelled so far.
        seconds: modelled people-seconds spent on them.
        iou: of the pooled pixels of the test chips, 0..1; 0 while there is no model. An ensemble
            may choose, but what serves is its first model.
        counts: pixel counts behind it.
        map_iou: the same of the pool's chips as a map: people's answers where there are any, the
            model's outlines elsewhere.
        chosen: indices into the pool that this round added.
        train_s, predict_s, select_s: wall-clock seconds.
    """

    tiles: int
    seconds: float
    iou: float
    counts: PixelCounts
    map_iou: float
    chosen: list[int]
    train_s: float
    predict_s: float
    select_s: float


@dataclass(frozen=True)
class Labelled:
    """The chips that have labels: ``(M,)`` int64 indices, and ``(M,)`` float64 people-seconds."""

    chips: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.float64]


def replay(
    pool: ChipSet,
    test: ChipSet,
    plan: Plan,
    recipe: Recipe,
    *,
    habits: MapperHabits | None = None,
    on_round: Callable[[RoundOutcome], None] = lambda outcome: None,
) -> list[RoundOutcome]:
    """Replay one campaign.

    Args:
        pool: chips that may be labelled.
        test: chips of other places; never trained on, never chosen from.
        plan: strategy, seed and budgets.
        recipe: model, training, prediction.
        habits: costs and limits of the modelled person; of the slips, only ``nothing_instead``
            is replayed, as often as ``error_rate`` says.
        on_round: called after each round.

    Returns:
        ``plan.rounds + 1`` outcomes, fewer where the pool runs out.
    """
    looks = colour_texture_features(pool.pixels)
    labelled = np.empty(0, np.int64)
    chosen = _first_chips(pool, looks, plan)
    model = _train(pool.at(np.empty(0, np.int64)), plan, recipe)
    shown = _outlines(_look(pool, model, recipe), model, recipe)
    outcomes: list[RoundOutcome] = []
    crowd = Crowd(
        pool.masks,
        habits or MapperHabits(),
        plan.seed,
        second_looks=plan.second_looks,
        objects=pool.objects,
    )
    for number in range(plan.rounds + 1):
        for chip in chosen.tolist():
            crowd.answer(chip, shown(chip))
        labelled = np.concatenate([labelled, chosen])
        started = time.perf_counter()
        model = _train(replace(pool, masks=crowd.labels).at(labelled), plan, recipe)
        trained = time.perf_counter()
        serving = None if model is None else model.first
        counts = measure(test, serving)
        drawn = measure_map(pool, labelled, crowd.labels, serving)
        left = np.setdiff1d(np.arange(len(pool)), labelled)
        seen = _look(pool, model, recipe) if number < plan.rounds and len(left) else None
        predicted = time.perf_counter()
        known = Labelled(labelled, crowd.seconds[labelled])
        added, chosen = chosen, _next_chips(pool, looks, seen, known, left, plan, number + 1)
        spent_s = float(np.nansum(crowd.seconds))
        shown = _outlines(seen, model, recipe)
        if plan.second_looks and seen is not None:
            everything = np.array([shown(chip) for chip in range(len(pool))])
            crowd.look_again(everything, max(1, round(SECOND_LOOKS_SHARE * plan.batch)))
        outcome = RoundOutcome(
            tiles=len(labelled),
            seconds=spent_s,
            iou=float(np.nan_to_num(iou(counts))),
            counts=counts,
            map_iou=float(np.nan_to_num(iou(drawn))),
            chosen=added.tolist(),
            train_s=trained - started,
            predict_s=predicted - trained,
            select_s=time.perf_counter() - predicted,
        )
        outcomes.append(outcome)
        on_round(outcome)
        if len(chosen) == 0:
            break
    return outcomes


def _first_chips(
    pool: ChipSet, looks: npt.NDArray[np.float32], plan: Plan
) -> npt.NDArray[np.int64]:
    """The same chips for every strategy of a seed."""
    count = min(plan.first, len(pool))
    if count == 0:
        return np.empty(0, np.int64)
    first = Pool(xy=pool.xy, features=looks)
    return select(plan.first_by, first, Request(count, count, 0, plan.seed, 0.0)).order


def _train(labelled: ChipSet, plan: Plan, recipe: Recipe) -> ChipPredictor | None:
    """The round's model, or ensemble of models.

    While the labels cannot teach one the starting model, if there is any; an ensemble is so many of
    it then, which disagree about nothing: chance chooses.
    """
    data = TrainingSet(
        pixels=labelled.pixels,
        masks=labelled.masks,
        weights=np.ones(len(labelled), np.float32),
        xy=labelled.xy,
        verified=np.ones(len(labelled), bool),
    )
    needs = ACQUISITIONS[plan.acquisition].needs
    members = recipe.members if "ensemble_bald" in needs else 1
    seeds = [1000 * member + plan.seed for member in range(members)]
    recipes = [replace(recipe.training, seed=seed) for seed in seeds]
    try:
        trained = [train(data, recipe.model, one, device=recipe.device) for one in recipes]
    except (TooFewLabels, OneSidedLabels):
        starting = starting_model(recipe.model)
        trained = [starting] * members if starting else []
    return ChipPredictor.of(trained, device=recipe.device) if trained else None


def _look(pool: ChipSet, model: ChipPredictor | None, recipe: Recipe) -> ChipPrediction | None:
    return None if model is None else model(pool.pixels, views=recipe.views)


def _outlines(
    seen: ChipPrediction | None, model: ChipPredictor | None, recipe: Recipe
) -> Callable[[int], Numbers | None]:
    """What people see of each chip, worked out when they do."""
    if seen is None or model is None:
        return lambda chip: None
    probability, threshold = seen.probability, model.threshold
    if (dividing := recipe.dividing) is not None:
        return lambda chip: divided(probability[chip], threshold, dividing)
    return lambda chip: patches(probability[chip] >= threshold)


def _next_chips(
    chips: ChipSet,
    looks: npt.NDArray[np.float32],
    seen: ChipPrediction | None,
    labelled: Labelled,
    left: npt.NDArray[np.int64],
    plan: Plan,
    number: int,
) -> npt.NDArray[np.int64]:
    """The batch that the acquisition asks for, as indices into the pool's chips."""
    count = min(plan.batch, len(left))
    if number > plan.rounds or count == 0:
        return np.empty(0, np.int64)
    features = looks if seen is None else seen.features
    scores = {} if seen is None else {name: values[left] for name, values in seen.scores.items()}
    pool = Pool(
        xy=chips.xy[left],
        features=features[left],
        scores=scores,
        labelled_xy=chips.xy[labelled.chips],
        labelled_features=features[labelled.chips],
        labelled_seconds=labelled.seconds,
    )
    request = Request(count, count, number, plan.seed, plan.random_share)
    return left[select(plan.acquisition, pool, request).order]
