import numpy as np
import pytest

from learner.evaluation import scores
from learner.evaluation.intervals import Statistic, bootstrap, effective_freedom, paired_difference
from tests.learner.evaluation.populations import campaign_area

AUDITS = 1000


@pytest.mark.parametrize("tiles", [30, 60])
@pytest.mark.parametrize("kind", ["rural", "dense"])
@pytest.mark.parametrize("statistic", [scores.iou, scores.recall])
def test_nominal_95_percent_intervals_cover_at_least_93_percent(
    statistic: Statistic, kind: str, tiles: int
) -> None:
    area = campaign_area(kind, 4000, seed=1)
    truth = float(statistic(area.sum(axis=0)))
    rng = np.random.default_rng(0)
    covered = 0
    for audit in range(AUDITS):
        sample = area[rng.choice(len(area), tiles, replace=False)]
        interval = bootstrap(sample, statistic, resamples=600, seed=audit)
        covered += interval.low <= truth <= interval.high
    assert covered / AUDITS >= 0.93


@pytest.mark.parametrize("kind", ["rural", "dense"])
def test_intervals_of_a_paired_difference_cover_at_least_93_percent(kind: str) -> None:
    before = campaign_area(kind, 4000, seed=1)
    after = before.copy()
    gained = np.round(before[:, 2] * np.random.default_rng(2).beta(2, 5, len(before)))
    after[:, 0] += gained
    after[:, 2] -= gained
    truth = float(scores.iou(after.sum(axis=0)) - scores.iou(before.sum(axis=0)))
    rng = np.random.default_rng(3)
    covered = 0
    for audit in range(AUDITS):
        drawn = rng.choice(len(before), 40, replace=False)
        gain = paired_difference(after[drawn], before[drawn], scores.iou, resamples=600, seed=audit)
        covered += gain.low <= truth <= gain.high
    assert covered / AUDITS >= 0.93


def test_the_estimate_is_the_pooled_score() -> None:
    interval = bootstrap([[6, 2, 4, 0], [0, 0, 0, 9]], scores.iou, seed=0)
    assert interval.estimate == 0.5
    assert interval.low <= 0.5 <= interval.high


def test_the_same_seed_gives_the_same_interval() -> None:
    area = campaign_area("rural", 40, seed=0)
    assert bootstrap(area, scores.iou, seed=5) == bootstrap(area, scores.iou, seed=5)


def test_a_higher_level_gives_a_wider_interval() -> None:
    area = campaign_area("dense", 40, seed=0)
    narrow = bootstrap(area, scores.iou, seed=0, level=0.8)
    wide = bootstrap(area, scores.iou, seed=0, level=0.95)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_pairing_makes_a_gain_far_surer_than_two_separate_scores() -> None:
    before = campaign_area("rural", 60, seed=4)
    after = before + np.array([1, 0, -1, 0]) * np.round(before[:, 2:3] * 0.2)
    gain = paired_difference(after, before, scores.iou, seed=0)
    score = bootstrap(before, scores.iou, seed=0)
    assert gain.low > 0
    assert gain.high - gain.low < (score.high - score.low) / 2


def test_equal_tiles_leave_no_doubt() -> None:
    interval = bootstrap(np.tile([6, 2, 4, 0], (10, 1)), scores.iou, seed=0)
    assert (interval.low, interval.high) == (0.5, 0.5)


def test_one_tile_or_nothing_to_judge_has_no_interval() -> None:
    for counts in ([[6, 2, 4, 0]], [[0, 0, 0, 9], [0, 0, 0, 9]]):
        interval = bootstrap(counts, scores.iou, seed=0)
        assert np.isnan(interval.low) and np.isnan(interval.high)


def test_tiles_that_weigh_the_same_are_worth_their_number() -> None:
    rng = np.random.default_rng(0)
    hits = rng.integers(30, 70, 40)
    rows = np.column_stack([hits, np.zeros(40), 100 - hits]).astype(float)
    assert 30 < effective_freedom(rows, scores.recall) <= 39


def test_one_heavy_tile_among_many_light_ones_is_worth_few() -> None:
    rows = np.ones((40, 3))
    rows[0] = [5000, 100, 3000]
    assert effective_freedom(rows, scores.iou) == 3.0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one tile"):
        bootstrap(np.empty((0, 4)), scores.iou, seed=0)
    with pytest.raises(ValueError, match="level"):
        bootstrap([[1, 1, 1]], scores.iou, seed=0, level=95)
    with pytest.raises(ValueError, match="one shape"):
        paired_difference([[1, 1, 1]], [[1, 1, 1], [2, 2, 2]], scores.iou, seed=0)
