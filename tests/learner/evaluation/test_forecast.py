import numpy as np
import pytest
from numpy.typing import NDArray

from learner.evaluation import scores
from learner.evaluation.backtest import backtest
from learner.evaluation.forecast import Forecast, Outlook, forecast, predict_score
from learner.evaluation.intervals import Interval

ROUNDS = 40 * np.arange(1, 9)


def audit_curve(
    ceiling: float, drop: float, rate: float, *, luck: float = 0.0, seed: int = 0, tiles: int = 60
) -> NDArray[np.float64]:
    """(8, tiles, 3) counts whose recall is ceiling - drop * n^-rate, give or take luck."""
    rng = np.random.default_rng(seed)
    truth = rng.lognormal(np.log(5000), 0.5, tiles)
    hardness = rng.normal(0.0, 0.03, tiles)
    recall = ceiling - drop * ROUNDS**-rate + rng.normal(0.0, luck, len(ROUNDS))
    tp = truth * np.clip(recall[:, None] + hardness - hardness @ truth / truth.sum(), 0.0, 1.0)
    return np.stack([tp, np.zeros_like(tp), truth - tp], axis=-1)


def test_a_clean_curve_foretells_the_tiles_that_are_needed() -> None:
    counts = audit_curve(0.9, 1.0, 0.4)
    target = 0.9 - 1.0 * 420**-0.4  # reached with 420 tiles: 100 more
    told = forecast(ROUNDS, counts, scores.recall, target=target, seed=0)
    assert told.outlook is Outlook.WITHIN_REACH
    assert told.more_tiles is not None
    assert told.more_tiles.estimate == pytest.approx(100, rel=0.3)
    assert told.more_tiles.low <= 100 <= told.more_tiles.high
    assert told.sentence(target).startswith("About ")


def test_a_clean_curve_foretells_what_the_next_100_tiles_are_worth() -> None:
    told = forecast(ROUNDS, audit_curve(0.9, 1.0, 0.4), scores.recall, target=0.85, seed=0)
    assert told.gain is not None
    worth = 320**-0.4 - 420**-0.4
    assert told.gain.low <= worth <= told.gain.high
    assert told.gain.estimate == pytest.approx(worth, abs=0.01)


def test_a_target_that_is_surely_passed_is_reached() -> None:
    told = forecast(ROUNDS, audit_curve(0.9, 1.0, 0.4), scores.recall, target=0.5, seed=0)
    assert told.outlook is Outlook.REACHED
    assert told.more_tiles is None
    assert "is reached" in told.sentence(0.5)


def test_no_sentence_asks_for_about_0_more_tiles() -> None:
    told = Forecast(Outlook.WITHIN_REACH, Interval(0.2, 0.0, 90.0), None, 20)
    assert told.sentence(0.8) == "The target of 0.80 is just about reached (0 to 90 more)."


def test_a_curve_that_levels_off_below_the_target_says_so() -> None:
    told = forecast(ROUNDS, audit_curve(0.6, 3.0, 1.2), scores.recall, target=0.9, seed=0)
    assert told.outlook is Outlook.OUT_OF_REACH
    assert "hardly" in told.sentence(0.9)


def test_three_rounds_cannot_tell() -> None:
    counts = audit_curve(0.9, 1.0, 0.4)[:3]
    told = forecast(ROUNDS[:3], counts, scores.recall, target=0.8, seed=0)
    assert (told.outlook, told.more_tiles, told.gain) == (Outlook.CANNOT_TELL, None, None)
    assert "cannot be told" in told.sentence(0.8)


def test_a_noisy_flat_curve_just_below_the_target_cannot_tell() -> None:
    counts = audit_curve(0.7, 0.0, 1.0, luck=0.03, seed=1)
    told = forecast(ROUNDS, counts, scores.recall, target=0.72, seed=0)
    assert told.outlook is Outlook.CANNOT_TELL


def test_a_score_that_is_nowhere_defined_cannot_tell() -> None:
    told = forecast(ROUNDS, np.zeros((8, 10, 3)), scores.recall, target=0.8, seed=0)
    assert told.outlook is Outlook.CANNOT_TELL
    assert predict_score(ROUNDS, np.zeros((8, 10, 3)), scores.recall, at=400, seed=0) is None


@pytest.mark.parametrize("luck", [0.005, 0.015])
def test_about_80_percent_of_the_back_tested_forecasts_hold(luck: float) -> None:
    held = [
        past.held
        for seed in range(60)
        for past in backtest(
            ROUNDS,
            audit_curve(0.85, 1.2, 0.5, luck=luck, seed=seed),
            scores.recall,
            resamples=200,
            seed=seed,
        )
    ]
    assert len(held) == 60 * 4
    assert np.mean(held) >= 0.75


def test_labels_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        forecast([40, 40, 80, 90], np.ones((4, 5, 3)), scores.iou, target=0.5, seed=0)
