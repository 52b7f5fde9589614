import numpy as np
import pytest
import torch
from scipy import special
from torchmetrics.functional.classification import binary_calibration_error

from learner.evaluation.calibration import (
    apply_temperature,
    ece,
    fit_temperature,
    pooled,
    reliability,
)


def test_a_reliability_curve_by_hand() -> None:
    curve = reliability([0.1, 0.3, 0.9, 1.0], [0, 1, 1, 1], bins=2)
    assert curve.count.tolist() == [2, 2]
    assert curve.mean_probability.tolist() == pytest.approx([0.2, 0.95])
    assert curve.share_true.tolist() == pytest.approx([0.5, 1.0])
    assert ece(curve) == pytest.approx((0.3 * 2 + 0.05 * 2) / 4)


def test_an_empty_bin_is_unknown_and_weighs_nothing() -> None:
    curve = reliability([0.9], [1], bins=2)
    assert np.isnan(curve.share_true[0])
    assert ece(curve) == pytest.approx(0.1)
    assert np.isnan(ece(reliability([], [], bins=2)))


@pytest.mark.parametrize("seed", range(3))
def test_for_the_predicted_class_the_error_agrees_with_torchmetrics(seed: int) -> None:
    # torchmetrics bins the confidence in the predicted class; above 0.5 that is ours.
    rng = np.random.default_rng(seed)
    probability = rng.uniform(0.5, 1.0, 2000).astype(np.float32)
    truth = rng.random(2000) < probability**2
    theirs = binary_calibration_error(
        torch.tensor(probability), torch.tensor(truth).int(), n_bins=15
    )
    assert ece(reliability(probability, truth)) == pytest.approx(float(theirs), abs=1e-5)


def test_pooled_curves_of_tiles_are_the_curve_of_all_pixels() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(300)
    truth = rng.random(300) < probability
    tiles = [reliability(probability[part], truth[part]) for part in (slice(100), slice(100, 300))]
    whole = reliability(probability, truth)
    np.testing.assert_array_equal(pooled(tiles).count, whole.count)
    np.testing.assert_allclose(pooled(tiles).share_true, whole.share_true)
    with pytest.raises(ValueError, match="no curve"):
        pooled([])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_spoilt_probabilities_is_found_again(temperature: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0.0, 2.0, 40_000)
    truth = rng.random(40_000) < special.expit(logits)
    spoilt = special.expit(logits * temperature)
    assert fit_temperature(spoilt, truth) == pytest.approx(temperature, rel=0.05)


def test_tempering_lowers_the_error_of_a_model_too_sure_of_itself() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(0.0, 2.0, 20_000)
    truth = rng.random(20_000) < special.expit(logits)
    sure = special.expit(3.0 * logits)
    tempered = apply_temperature(sure, fit_temperature(sure, truth))
    assert ece(reliability(tempered, truth)) < 0.02 < ece(reliability(sure, truth))


def test_tempering_keeps_certainty_and_doubt() -> None:
    assert apply_temperature([0.0, 0.5, 1.0], 3.0).tolist() == [0.0, 0.5, 1.0]


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([1.5], [1])
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([float("nan")], [1])
    with pytest.raises(ValueError, match="shape"):
        reliability([0.5, 0.5], [1])
    with pytest.raises(ValueError, match="no pixels"):
        fit_temperature([], [])
