"""Images on their way to the network, and its answers on their way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from learner.model.device import Runtime
from learner.model.inference import Inference
from learner.model.segmenter import shrunk
from tests.learner.toy import TINY_MODEL, toy_checkpoint

FLOAT32 = Runtime(torch.device("cpu"), torch.float32)


def _inference(reduction: int) -> Inference:
    checkpoint = toy_checkpoint(replace(TINY_MODEL, reduction=reduction))
    return Inference(checkpoint, FLOAT32, views=1, backend="eager")


def test_shrinking_takes_means_of_squares_and_rounds_halves_up() -> None:
    pixels = torch.tensor([[1, 2, 255, 255], [3, 4, 255, 254], [0, 0, 9, 9], [0, 1, 9, 9]])
    image = pixels.to(torch.uint8)[None, None]
    assert shrunk(image, 1) is image
    assert shrunk(image, 2)[0, 0].tolist() == [[3, 255], [0, 9]]  # 2.5, 254.75, 0.25, 9
    assert shrunk(image, 4)[0, 0].tolist() == [[67]]  # 1066 / 16 = 66.6


@pytest.mark.parametrize("reduction", [1, 2])
def test_predictions_see_the_very_pixels_that_training_sees(reduction: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 128, 3), np.uint8)
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    image = _inference(reduction).image(pixels)
    assert image.is_contiguous()
    torch.testing.assert_close(image, shrunk(planes, reduction), rtol=0, atol=0)


def test_an_image_is_predicted_as_training_computes_it() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 128, 3), np.uint8)
    infer = _inference(2)
    segmenter = toy_checkpoint(replace(TINY_MODEL, reduction=2)).segmenter()
    with torch.inference_mode():
        logits = segmenter(torch.from_numpy(pixels).permute(2, 0, 1)[None])[0, 0]
    np.testing.assert_allclose(
        infer(pixels).probability, torch.sigmoid(logits).numpy(), rtol=0, atol=1e-4
    )


@pytest.mark.parametrize("reduction", [1, 2, 4])
def test_backends_are_told_of_the_sizes_that_they_compute(
    reduction: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    infer = _inference(reduction)
    told: list[dict[tuple[int, int], int]] = []
    monkeypatch.setattr(infer.network, "expect", lambda coming: told.append(dict(coming)))
    infer.expect([(128, 256)])
    computed = infer.image(np.zeros((128, 256, 3), np.uint8)).shape[2:]
    assert told == [{tuple(computed): 1}]
