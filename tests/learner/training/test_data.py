from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mercantile import Tile

from learner.errors import BadTrainingData, OneSidedLabels, TooFewLabels
from learner.grid import PixelWindow
from learner.training.data import (
    IGNORE,
    TrainingSet,
    blank_audit,
    fingerprint,
    ignore_borders,
    near_gaps,
    refuse_unteachable,
)
from tests.learner.toy import toy_set

ZOOM = 20
places = st.integers(min_value=0, max_value=3)
audit_sets = st.sets(st.builds(Tile, places, places, st.just(ZOOM)), max_size=8)
windows_of_chips = st.lists(
    st.builds(
        lambda x, y, side: PixelWindow(ZOOM, x, y, side, side),
        st.integers(0, 4 * 256),
        st.integers(0, 4 * 256),
        st.just(320),
    ),
    min_size=1,
    max_size=4,
)


def _in_audit(window: PixelWindow, audit: set[Tile]) -> np.ndarray:
    """From each pixel's own coordinates."""
    columns = (window.col_px + np.arange(window.width_px)) // 256
    rows = (window.row_px + np.arange(window.height_px)) // 256
    grid = [(rows == tile.y)[:, None] & (columns == tile.x)[None, :] for tile in audit]
    return np.any(grid, axis=0) if grid else np.zeros(window.shape, np.bool_)


@given(windows=windows_of_chips, audit=audit_sets)
def test_nothing_of_an_audit_tile_is_left_and_nothing_else_is_touched(
    windows: list[PixelWindow], audit: set[Tile]
) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(1, 255, size=(len(windows), 320, 320, 3), dtype=np.uint8)
    masks = rng.integers(0, 2, size=(len(windows), 320, 320), dtype=np.uint8)
    blank_pixels, blank_masks = blank_audit(pixels, masks, windows, audit)
    for index, window in enumerate(windows):
        audited = _in_audit(window, audit)
        assert not blank_pixels[index][audited].any()
        assert (blank_masks[index][audited] == IGNORE).all()
        assert np.array_equal(blank_pixels[index][~audited], pixels[index][~audited])
        assert np.array_equal(blank_masks[index][~audited], masks[index][~audited])


def test_a_training_set_does_not_depend_on_what_the_audit_tiles_hold() -> None:
    window = PixelWindow.of_tile(Tile(5, 5, ZOOM), margin_px=32)
    audit = {Tile(6, 5, ZOOM)}
    fingerprints = set()
    for audit_value in (0, 200):
        pixels = np.full((1, 320, 320, 3), 90, np.uint8)
        masks = np.zeros((1, 320, 320), np.uint8)
        masks[0, 40:90, 40:90] = 1
        pixels[0, 32:288, 288:] = audit_value
        masks[0, 32:288, 288:] = audit_value > 100
        blanked = blank_audit(pixels, masks, [window], audit)
        one = np.ones(1)
        data = TrainingSet(*blanked, one.astype(np.float32), np.array([[5, 5]]), one > 0)
        fingerprints.add(fingerprint(data))
    assert len(fingerprints) == 1


def test_blanking_refuses_audit_tiles_of_another_zoom() -> None:
    data = toy_set(1, side_px=256)
    windows = [PixelWindow.of_tile(Tile(0, 0, ZOOM))]
    with pytest.raises(BadTrainingData, match="one zoom"):
        blank_audit(data.pixels, data.masks, windows, {Tile(0, 0, ZOOM - 1)})


def test_the_fingerprint_tells_any_change_of_the_labels() -> None:
    data = toy_set(3)
    masks = data.masks.copy()
    masks[2, 63, 63] = 1
    assert fingerprint(data) == fingerprint(toy_set(3))
    assert fingerprint(data) != fingerprint(replace(data, masks=masks))
    assert fingerprint(data) != fingerprint(replace(data, weights=data.weights / 2))


def test_arrays_that_do_not_fit_are_refused() -> None:
    data = toy_set(3)
    with pytest.raises(BadTrainingData, match="weights"):
        replace(data, weights=data.weights[:2])
    with pytest.raises(BadTrainingData, match=r"0 .ground., 1 .object. or 255"):
        replace(data, masks=data.masks * 200)


def test_the_border_band_is_ignored_and_the_inside_kept() -> None:
    mask = np.zeros((1, 32, 32), np.uint8)
    mask[0, 10:20, 10:20] = 1
    banded = ignore_borders(mask, 2)[0]
    assert banded[9, 15] == banded[10, 15] == banded[8, 15] == banded[11, 15] == IGNORE
    assert banded[7, 15] == 0
    assert banded[12, 15] == 1
    assert ignore_borders(mask, 0) is mask


def test_narrow_gaps_are_found_and_wide_ones_edges_and_what_is_ignored_are_not() -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[10:30, 2:20] = mask[10:30, 24:40] = 1  # four pixels apart; the edge is two away
    mask[10:30, 46:62] = 1  # six pixels further
    expected = np.zeros((64, 64), np.bool_)
    expected[8:32, 18:26] = True
    np.testing.assert_array_equal(near_gaps(mask, 4), expected)
    assert near_gaps(mask, 6)[20, 43]
    np.testing.assert_array_equal(near_gaps(mask, 3), expected)
    assert not near_gaps(np.where(mask == 1, np.uint8(IGNORE), mask), 6).any()


def test_only_empty_tiles_are_refused_with_what_to_do() -> None:
    data = toy_set(5)
    with pytest.raises(OneSidedLabels, match=r"All 5 labelled tiles are empty.*starting labels"):
        refuse_unteachable(replace(data, masks=np.zeros_like(data.masks)), 2)
    with pytest.raises(OneSidedLabels, match="edge to edge"):
        refuse_unteachable(replace(data, masks=np.ones_like(data.masks)), 2)


def test_tiles_that_teach_nothing_do_not_count_as_labels() -> None:
    data = toy_set(5)
    masks = data.masks.copy()
    masks[:2] = IGNORE
    weights = data.weights.copy()
    weights[2] = 0
    assert refuse_unteachable(replace(data, masks=masks, weights=weights), 2).tolist() == [
        False, False, False, True, True,
    ]  # fmt: skip
    with pytest.raises(TooFewLabels, match=r"Only 2 labelled tiles .* at least 3"):
        refuse_unteachable(replace(data, masks=masks, weights=weights), 3)
