import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learner.grid import PixelWindow
from learner.vectorise import Piece, pack_pieces, trace, unpack_pieces


def test_specks_that_touch_no_edge_can_be_left_out() -> None:
    scene = np.zeros((40, 40), np.float32)
    scene[0, 0] = scene[10:12, 10:12] = scene[20:30, 20:30] = 0.9
    window = PixelWindow(20, 0, 0, 40, 40)
    everything = trace(scene, window, threshold=0.5)
    assert [piece.area_px for piece in everything] == [1, 4, 100]
    assert trace(scene, window, threshold=0.5, least_area_px=5) == [everything[0], everything[2]]
    assert trace(scene, window, threshold=0.5, least_area_px=4) == everything
    assert (
        trace(scene[5:15, 5:15], PixelWindow(20, 5, 5, 10, 10), threshold=0.5, least_area_px=5)
        == []
    )


def window_of(array: np.ndarray, col_px: int = 0, row_px: int = 0) -> PixelWindow:
    return PixelWindow(20, col_px, row_px, array.shape[1], array.shape[0])


def test_a_pixel_becomes_the_unit_square_at_its_place_in_the_world() -> None:
    probability = np.zeros((4, 5), dtype=np.float32)
    probability[1, 3] = 0.75
    (piece,) = trace(probability, window_of(probability, 1000, 2000), threshold=0.5)
    assert piece.polygon.equals(shapely.box(1003, 2001, 1004, 2002))
    assert piece == Piece(piece.polygon, probability_sum=0.75, area_px=1, open=False)


def test_a_pixel_at_the_threshold_is_inside() -> None:
    probability = np.full((1, 1), 0.5, dtype=np.float32)
    assert len(trace(probability, window_of(probability), threshold=0.5)) == 1


def test_holes_are_kept_and_confidence_is_the_mean_over_the_piece() -> None:
    probability = np.zeros((5, 5), dtype=np.float32)
    probability[1:4, 1:4] = 0.75
    probability[1, 1] = 1.0
    probability[2, 2] = 0.25
    (piece,) = trace(probability, window_of(probability), threshold=0.5)
    assert piece.area_px == 8
    assert piece.polygon.area == 8
    assert len(piece.polygon.interiors) == 1
    assert piece.mean_probability == (7 * 0.75 + 1.0) / 8


def test_pixels_that_share_only_a_corner_are_two_pieces() -> None:
    probability = np.eye(2, dtype=np.float32)
    assert len(trace(probability, window_of(probability), threshold=0.5)) == 2


@pytest.mark.parametrize("row_col", [(0, 2), (4, 2), (2, 0), (2, 4)])
def test_a_piece_on_any_edge_of_its_block_is_open(row_col: tuple[int, int]) -> None:
    probability = np.zeros((5, 5), dtype=np.float32)
    probability[row_col] = 1.0
    (piece,) = trace(probability, window_of(probability), threshold=0.5)
    assert piece.open


def test_nan_is_outside() -> None:
    probability = np.full((2, 2), np.nan, dtype=np.float32)
    assert trace(probability, window_of(probability), threshold=0.5) == []


def test_an_array_of_another_shape_than_its_window_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        trace(np.zeros((2, 3), np.float32), PixelWindow(20, 0, 0, 2, 3), threshold=0.5)


@pytest.mark.parametrize("threshold", [0.0, 1.5])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        trace(np.zeros((1, 1), np.float32), PixelWindow(20, 0, 0, 1, 1), threshold=threshold)


@given(arrays(np.bool_, st.tuples(st.integers(1, 16), st.integers(1, 16))))
def test_pieces_are_valid_and_cover_the_mask_exactly_once(mask: np.ndarray) -> None:
    pieces = trace(mask.astype(np.float32), window_of(mask, 2**27, 2**26), threshold=0.5)
    assert all(piece.polygon.is_valid for piece in pieces)
    assert all(piece.polygon.area == piece.area_px for piece in pieces)
    assert sum(piece.area_px for piece in pieces) == mask.sum()


def test_packed_pieces_come_back_the_same() -> None:
    probability = np.random.default_rng(0).random((20, 30)).astype(np.float32)
    pieces = trace(probability, window_of(probability, 5000, 7), threshold=0.4)
    assert unpack_pieces(pack_pieces(pieces)) == pieces
    assert unpack_pieces(pack_pieces([])) == []


def test_bytes_that_are_no_pieces_or_cut_short_are_refused() -> None:
    probability = np.ones((2, 2), dtype=np.float32)
    packed = pack_pieces(trace(probability, window_of(probability), threshold=0.5))
    with pytest.raises(ValueError, match="no packed pieces"):
        unpack_pieces(b"something else")
    for length in (10, len(packed) - 1):
        with pytest.raises(ValueError, match="cut short"):
            unpack_pieces(packed[:length])
