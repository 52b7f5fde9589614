from dataclasses import replace

import numpy as np
import pytest

from learner.data.augment import View, paste, random_view
from learner.training.config import TrainConfig

PLAIN = TrainConfig(
    crop_px=64, scale_range=(1.0, 1.0), rotate_share=0, shift_share=0, colour_strength=0
)


def _chip(side_px: int = 64) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    mask = np.zeros((side_px, side_px), np.uint8)
    mask[10:30, 12:40] = 1
    pixels = rng.integers(0, 60, size=(side_px, side_px, 3), dtype=np.uint8)
    pixels[mask == 1] += 180
    return pixels, mask


def test_without_scale_and_shift_a_view_is_one_of_the_eight_symmetries() -> None:
    pixels, mask = _chip()
    turned = [np.rot90(p, k) for k in range(4) for p in (pixels, pixels[:, ::-1])]
    seen = set()
    for seed in range(80):
        view = random_view(pixels, mask, 1.0, PLAIN, np.random.default_rng(seed))
        matches = [i for i, square in enumerate(turned) if np.array_equal(view.pixels, square)]
        assert len(matches) == 1
        seen.add(matches[0])
    assert seen == set(range(8))


@pytest.mark.parametrize("side_px", [64, 96])
def test_the_mask_moves_with_the_pixels(side_px: int) -> None:
    pixels, mask = _chip(side_px)
    config = replace(PLAIN, scale_range=(0.7, 1.5), rotate_share=0.5, shift_share=0.3)
    for seed in range(20):
        view = random_view(pixels, mask, 1.0, config, np.random.default_rng(seed))
        assert view.pixels.shape == (64, 64, 3)
        bright = view.pixels.mean(axis=2) > 110
        assert (bright == (view.mask == 1)).mean() > 0.96  # all but the blended border


def test_light_changes_but_the_ground_truth_does_not() -> None:
    pixels, mask = _chip()
    config = replace(PLAIN, colour_strength=1.0)
    rng = np.random.default_rng
    lit = random_view(pixels, mask, 1.0, config, rng(3))
    means = {random_view(pixels, mask, 1.0, config, rng(s)).pixels.mean().round() for s in range(9)}
    assert len(means) > 5
    assert (lit.mask == 1).sum() == mask.sum()


def test_a_pasted_view_holds_a_rectangle_of_the_other_and_shares_its_weight() -> None:
    ground = View(np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64), np.uint8), 1.0)
    other = View(np.full((64, 64, 3), 9, np.uint8), np.ones((64, 64), np.uint8), 0.0)
    mixed = paste(ground, other, np.random.default_rng(0))
    assert ((mixed.pixels[..., 0] == 9) == (mixed.mask == 1)).all()
    assert mixed.weight == pytest.approx(1 - mixed.mask.mean())
    assert 0 < mixed.mask.mean() < 1
    assert ground.mask.sum() == 0
