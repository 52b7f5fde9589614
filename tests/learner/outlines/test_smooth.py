import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learner.grid import PixelWindow
from learner.outlines.smooth import closed_then_opened
from learner.vectorise import trace


@given(arrays(np.bool_, (14, 14)), st.integers(1, 3))
def test_a_piece_too_large_for_a_raster_is_smoothed_to_the_same_shape(
    mask: np.ndarray, radius_px: int
) -> None:
    for piece in trace(mask.astype(np.float32), PixelWindow(20, 0, 0, 14, 14), threshold=0.5):
        as_raster = closed_then_opened(piece.polygon, radius_px)
        as_vector = closed_then_opened(piece.polygon, radius_px, largest_raster_px=0)
        assert shapely.symmetric_difference(as_raster, as_vector).area < 1e-6


def test_a_whisker_alone_vanishes() -> None:
    assert closed_then_opened(shapely.box(0, 0, 1, 20), 1).is_empty
