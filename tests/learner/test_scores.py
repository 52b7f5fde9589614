import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learner.scores import entropy_bits, sampled, tile_scores, worst_blocks


@given(st.floats(0, 1, width=32))
def test_entropy_is_that_of_a_coin(probability: float) -> None:
    p = float(probability)
    exact = 0.0 if p in (0.0, 1.0) else -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    assert entropy_bits(np.array([p], np.float32))[0] == pytest.approx(exact, abs=3e-4)


def test_the_six_worst_of_sixty_four_blocks_decide() -> None:
    score = np.zeros((1, 256, 256), np.float32)
    score[0, :32, :96] = [[1.0] * 32 + [2.0] * 32 + [3.0] * 32] * 32
    assert worst_blocks(score)[0] == pytest.approx((1 + 2 + 3) / 6)


def test_scores_of_a_sure_an_unsure_and_a_mixed_tile() -> None:
    p = np.zeros((3, 256, 256), np.float32)
    p[1] = 0.5
    p[2, :, :128] = 1.0
    scores = tile_scores(sampled(p))
    np.testing.assert_allclose(scores["uncertainty"], [0, 1, 0], atol=1e-3)
    np.testing.assert_allclose(scores["uncertainty_foreground"], [0, 0.5, 0], atol=1e-3)
    np.testing.assert_allclose(scores["mean_probability"], [0, 0.5, 0.5], atol=1e-6)
    assert "bald" not in scores


def test_bald_is_one_where_views_contradict_and_zero_where_they_agree() -> None:
    # Two views say 0 and 1: mean ½ has one bit, each view none. Two views say ½: nothing gained.
    p = np.full((2, 256, 256), 0.5, np.float32)
    view_entropy = np.stack([np.zeros((64, 64)), np.ones((64, 64))]).astype(np.float32)
    np.testing.assert_allclose(
        tile_scores(sampled(p), view_entropy=view_entropy)["bald"], [1, 0], atol=1e-3
    )
