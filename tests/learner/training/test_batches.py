from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from learner.training.batches import Batches
from learner.training.data import IGNORE, near_gaps
from tests.learner.toy import QUICK, toy_set


def test_a_batch_depends_on_its_step_alone() -> None:
    batches = Batches(toy_set(6), replace(QUICK, cutmix_share=0.5))
    ahead = list(batches.ahead(3, 6, threads=2))
    for step, batch in zip(range(3, 6), ahead, strict=True):
        again = batches.batch(step)
        assert all(torch.equal(one, other) for one, other in zip(batch, again, strict=True))
    assert not torch.equal(ahead[0][0], ahead[1][0])


def test_every_chip_comes_once_before_any_comes_twice() -> None:
    data = toy_set(6)
    coded = replace(data, weights=np.linspace(0.1, 0.6, 6, dtype=np.float32))
    batches = Batches(coded, replace(QUICK, batch_size=4))
    weights = torch.cat([batches.batch(step)[2][:, 0, 0] for step in range(3)]).tolist()
    for one_pass in (weights[:6], weights[6:]):
        np.testing.assert_allclose(sorted(one_pass), coded.weights, rtol=1e-6)


def test_unverified_chips_weigh_at_most_what_the_recipe_allows() -> None:
    data = replace(toy_set(4), verified=np.array([True, False, True, False]))
    data = replace(data, weights=np.array([1.0, 1.0, 0.2, 0.3], np.float32))
    batch = Batches(data, replace(QUICK, unverified_weight=0.5)).batch(0)
    assert sorted(np.round(batch[2][:, 0, 0].tolist(), 3)) == [0.2, 0.3, 0.5, 1.0]


def test_what_people_said_does_not_drown_in_starting_labels() -> None:
    data, sixteenths = toy_set(12), np.arange(1, 13, dtype=np.float32)
    coded = replace(data, verified=sixteenths <= 2, weights=sixteenths / 16)

    def chips(share: float, steps: int) -> NDArray[np.float64]:
        config = replace(QUICK, batch_size=4, unverified_share=share, unverified_weight=1.0)
        batches = Batches(coded, config)
        return np.stack([16 * batches.batch(step)[2][:, 0, 0].numpy() for step in range(steps)])

    halves = chips(0.5, 5)
    assert ((halves <= 2).sum(axis=1) == 2).all()
    np.testing.assert_array_equal(np.sort(halves[halves > 2]), np.arange(3, 13))  # each once
    np.testing.assert_array_equal(np.sort(chips(1.0, 3).ravel()), np.arange(1, 13))  # all alike
    assert (chips(0.0, 3) <= 2).all()


def test_what_is_rehearsed_fills_its_share_and_no_more() -> None:
    labels, lesson = toy_set(6), toy_set(8, side_px=128)
    labels = replace(labels, weights=np.full(6, 0.5, np.float32))
    config = replace(QUICK, batch_size=8, rehearsal_share=0.25)
    weights = [Batches(labels, config, lesson).batch(step)[2][:, 0, 0] for step in range(4)]
    assert all(((weight == 1).sum(), len(weight)) == (2, 8) for weight in weights)
    assert (Batches(labels, config).batch(0)[2] == 0.5).all()
    lonely = replace(config, batch_size=1)  # a batch is never all rehearsal
    assert (Batches(labels, lonely, lesson).batch(0)[2] == 0.5).all()


def test_narrow_gaps_weigh_more_wherever_a_view_turns_them() -> None:
    data = toy_set(2)
    masks = np.zeros_like(data.masks)
    masks[:, 20:44, 10:30] = masks[:, 20:44, 34:54] = 1
    data = replace(data, masks=masks, weights=np.full(2, 0.5, np.float32))
    config = replace(QUICK, batch_size=2, scale_range=(1.0, 1.0), shift_share=0.0)
    _, views, weights = Batches(data, replace(config, gap_weight=9.0, gap_px=4)).batch(0)
    assert set(weights.unique().tolist()) == {0.5, 5.0}
    for view, weight in zip(views.numpy(), weights.numpy(), strict=True):
        np.testing.assert_array_equal(weight == 5.0, near_gaps(view, 4))
    assert (Batches(data, config).batch(0)[2] == 0.5).all()


def test_what_is_ignored_stays_ignored_through_every_augmentation() -> None:
    data = toy_set(4)
    masks = data.masks.copy()
    masks[:, :, 32:] = IGNORE
    pixels = data.pixels.copy()
    pixels[:, :, :32] = 255  # the learnable half is white, so that crops show where it went
    pixels[:, :, 32:] = 0
    batches = Batches(
        replace(data, pixels=pixels, masks=masks), replace(QUICK, colour_strength=0, cutmix_share=1)
    )
    for step in range(5):
        images, crops, _ = batches.batch(step)
        dark = (images == 0).all(dim=1)
        assert (crops[dark] == IGNORE).all()
        assert (crops != IGNORE).any()
