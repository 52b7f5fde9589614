"""Depthwise convolutions pass autocast over; what they compute stays the same."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from learner.model.build import build
from learner.model.depthwise import keep_depthwise_in_float32
from learner.training.config import ModelConfig


@pytest.mark.parametrize("encoder", ["tu-tf_efficientnet_lite0", "tu-mobilenetv3_small_100"])
def test_in_float32_nothing_changes(encoder: str) -> None:
    segmenter = build(ModelConfig(encoder=encoder, decoder_channels=(16, 8, 8))).segmenter.eval()
    pixels = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    with torch.inference_mode():
        before = segmenter(pixels)
        keep_depthwise_in_float32(segmenter)
        assert torch.equal(segmenter(pixels), before)


def test_depthwise_maps_are_float32_under_autocast_and_others_are_not() -> None:
    network = nn.Sequential(nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 4, 3))
    keep_depthwise_in_float32(network)
    copied = copy.deepcopy(network)  # as the running average of the weights does
    with torch.autocast("cpu", dtype=torch.bfloat16):
        depthwise = copied[0](torch.zeros(1, 4, 8, 8))
        plain = copied[1](depthwise)
    assert (depthwise.dtype, plain.dtype) == (torch.float32, torch.bfloat16)


def test_the_names_of_weights_stay() -> None:
    network = nn.Sequential(nn.Conv2d(4, 4, 3, groups=4))
    names = list(network.state_dict())
    keep_depthwise_in_float32(network)
    assert list(network.state_dict()) == names
