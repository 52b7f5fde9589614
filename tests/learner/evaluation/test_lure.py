import numpy as np
import pytest

from learner.evaluation import scores
from learner.evaluation.intervals import bootstrap
from learner.evaluation.lure import lure, lure_weights, random_propensity
from tests.learner.evaluation.populations import campaign_area

POOL, CHOSEN, CAMPAIGNS = 600, 50, 300


def test_a_random_choice_weighs_every_tile_one() -> None:
    assert lure_weights(random_propensity(7, 20), 20) == pytest.approx(np.ones(7))


def test_weights_by_hand() -> None:
    # N = 4, M = 2: v_1 = 1 + 2/3 (1/(4 * 0.5) - 1) = 2/3, v_2 = 1 + 2/2 (1/(3 * 0.25) - 1) = 4/3.
    assert lure_weights([0.5, 0.25], 4) == pytest.approx([2 / 3, 4 / 3])


def test_when_every_tile_is_chosen_every_tile_weighs_one() -> None:
    assert lure_weights([0.9, 0.7, 1.0], 3).tolist() == [1.0, 1.0, 1.0]


def test_the_weighted_mean_is_unbiased_over_all_ways_of_choosing() -> None:
    # Two of three tiles, always in proportion to 1 : 2 : 5; every ordered choice is enumerated.
    worth, losses = np.array([1.0, 2.0, 5.0]), np.array([0.3, 0.5, 0.9])
    expected = 0.0
    for first in range(3):
        for second in set(range(3)) - {first}:
            q = [worth[first] / 8.0, worth[second] / (8.0 - worth[first])]
            mean = (lure_weights(q, 3) * losses[[first, second]]).mean()
            expected += q[0] * q[1] * mean
    assert expected == pytest.approx(losses.mean())


def chosen_by_error(area: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Tiles chosen one by one for their error, a tenth of the time at random; with propensities."""
    worth = ((area[:, 1] + area[:, 2]) / area.sum(axis=1) + 0.003) * np.exp(
        0.5 * np.random.default_rng(7).standard_normal(len(area))
    )
    left = np.ones(len(area), dtype=bool)
    order, propensity = [], []
    for _ in range(CHOSEN):
        chance = 0.9 * worth * left / (worth * left).sum() + 0.1 * left / left.sum()
        tile = int(rng.choice(len(area), p=chance / chance.sum()))
        order.append(tile)
        propensity.append(chance[tile])
        left[tile] = False
    return np.array(order), np.array(propensity)


def test_lure_intervals_cover_at_least_93_percent_while_naive_ones_on_chosen_tiles_do_not() -> None:
    area = campaign_area("dense", POOL, seed=3)
    truth = float(scores.iou(area.sum(axis=0)))
    rng = np.random.default_rng(0)
    covered, covered_naively = 0, 0
    for campaign in range(CAMPAIGNS):
        order, propensity = chosen_by_error(area, rng)
        honest = lure(area[order], propensity, POOL, scores.iou, resamples=400, seed=campaign)
        naive = bootstrap(area[order], scores.iou, resamples=400, seed=campaign)
        covered += honest.low <= truth <= honest.high
        covered_naively += naive.low <= truth <= naive.high
    assert covered / CAMPAIGNS >= 0.93
    assert covered_naively / CAMPAIGNS < 0.5


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="propensities"):
        lure_weights([0.0], 5)
    with pytest.raises(ValueError, match="cannot be chosen"):
        lure_weights([0.5, 0.5], 1)
    with pytest.raises(ValueError, match="match"):
        lure([[1, 1, 1]], [0.5, 0.5], 10, scores.iou, seed=0)
