"""Colour and texture features of raw pixels."""

from __future__ import annotations

import numpy as np
import pytest

from learner.features import FEATURES, colour_texture_features


def plain(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((256, 256, 3), colour, np.uint8)


def stripes(period_px: int) -> np.ndarray:
    columns = (np.arange(256) // period_px % 2 * 255).astype(np.uint8)
    return np.broadcast_to(columns[None, :, None], (256, 256, 3)).copy()


def test_one_row_of_finite_shares_a_tile():
    noise = np.random.default_rng(0).integers(0, 256, (3, 256, 256, 3), dtype=np.uint8)
    features = colour_texture_features(noise)
    assert features.shape == (3, FEATURES) and features.dtype == np.float32
    assert np.isfinite(features).all() and features.min() >= 0 and features.max() <= 1
    assert np.square(features).sum(axis=1) == pytest.approx(6.0)  # six histograms of shares


def test_a_constant_tile_has_one_full_bin_in_each_histogram():
    assert sorted(colour_texture_features(plain((0, 0, 0))[None])[0])[-6:] == [1.0] * 6


def test_green_is_farther_from_brown_than_from_another_green():
    green, greener, brown = colour_texture_features(
        np.stack([plain((40, 120, 40)), plain((42, 124, 42)), plain((150, 100, 60))])
    )
    assert np.linalg.norm(green - greener) < np.linalg.norm(green - brown)


def test_where_things_are_in_the_tile_does_not_matter():
    tile = plain((90, 90, 90))
    moved = tile.copy()
    tile[32:96, 32:96] = 200
    moved[128:192, 160:224] = 200
    first, second = colour_texture_features(np.stack([tile, moved]))
    assert first == pytest.approx(second, abs=1e-6)


def test_direction_of_stripes_is_told_apart():
    across, down = stripes(16), stripes(16).transpose(1, 0, 2).copy()
    first, second = colour_texture_features(np.stack([across, down]))
    assert np.linalg.norm(first - second) > 0.3


def test_other_tile_sizes_are_welcome_and_other_shapes_are_refused():
    assert colour_texture_features(np.zeros((2, 100, 120, 3), np.uint8)).shape == (2, FEATURES)
    assert colour_texture_features(np.zeros((0, 256, 256, 3), np.uint8)).shape == (0, FEATURES)
    with pytest.raises(ValueError, match="uint8"):
        colour_texture_features(np.zeros((2, 256, 256, 3), np.float32))
    with pytest.raises(ValueError, match="N, H, W, 3"):
        colour_texture_features(np.zeros((256, 256, 3), np.uint8))
