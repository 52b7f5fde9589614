import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learner.data.agreement import Agreement, agreement

MARGIN = 12


def town(seed: int, count: int = 4, side: int = 96) -> np.ndarray:
    """Rectangles in a frame that is wide enough for every shift."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((count, side, side), np.uint8)
    for mask in masks:
        for _ in range(8):
            top, left = rng.integers(0, side - 14, 2)
            height, width = rng.integers(6, 14, 2)
            mask[top : top + height, left : left + width] = 1
    return masks


def inner(masks: np.ndarray, rows: int = 0, columns: int = 0) -> np.ndarray:
    """What people draw of it, where all lies ``rows`` south and ``columns`` east of the frame."""
    moved = np.roll(masks, (rows, columns), axis=(1, 2))
    return moved[:, MARGIN:-MARGIN, MARGIN:-MARGIN]


@given(st.integers(-11, 11), st.integers(-11, 11), st.integers(0, 20))
def test_a_common_shift_is_found_whatever_it_is(rows: int, columns: int, seed: int) -> None:
    drawn = town(seed)
    found = agreement(drawn, inner(drawn, rows, columns))
    assert found is not None
    assert (found.rows_px, found.columns_px) == (rows, columns)
    assert found.iou > 0.99


def test_what_agrees_as_it_lies_is_not_moved_and_its_iou_is_counted() -> None:
    truth = np.zeros((1, 40, 40), np.uint8)
    truth[0, 10:30, 10:30] = 1  # 400 pixels
    drawn = np.pad(truth, ((0, 0), (5, 5), (5, 5)))
    drawn[0, 15:35, 15:20] = 0  # a quarter of them is missing
    assert agreement(drawn, truth) == Agreement(0, 0, pytest.approx(300 / 400))


def test_outlines_of_another_place_agree_little_and_nothing_agrees_with_nothing() -> None:
    found = agreement(town(1), inner(town(2)))
    assert found is not None and found.iou < 0.5
    assert agreement(np.zeros((1, 40, 40), np.uint8), np.ones((1, 20, 20), np.uint8)) is None


def test_a_frame_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no frame of equal margins"):
        agreement(np.zeros((1, 40, 50), np.uint8), np.zeros((1, 20, 20), np.uint8))
