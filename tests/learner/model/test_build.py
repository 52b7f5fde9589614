import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from learner.errors import BadConfig, UnknownEncoder
from learner.model.build import build
from learner.model.inference import fold_norms
from learner.training.config import ModelConfig
from tests.learner.toy import TINY_MODEL


@pytest.mark.parametrize(
    "encoder", ["resnet18", "tu-resnet10t", "tu-mobilenetv3_small_100", "efficientnet-b0"]
)
def test_folding_the_norms_changes_no_logit(encoder: str) -> None:
    torch.manual_seed(0)
    segmenter = build(ModelConfig(encoder=encoder, decoder_channels=(16, 8, 8))).segmenter
    for name, buffer in segmenter.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.1)
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2.0)
    segmenter.eval()
    pixels = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    with torch.inference_mode():
        before = segmenter(pixels)
        after = fold_norms(segmenter)(pixels)
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4)
    assert not torch.equal(after, before)  # something was folded


@pytest.mark.parametrize("reduction", [1, 2])
def test_logits_are_of_the_images_size_and_features_of_its_cells(reduction: int) -> None:
    segmenter = build(
        ModelConfig(decoder_channels=(16, 8, 8, 8), reduction=reduction)
    ).segmenter.eval()
    with torch.inference_mode():
        pixels = torch.zeros(2, 3, 64, 128, dtype=torch.uint8)
        logits, features = segmenter.logits_and_features(pixels)
    assert segmenter.stride_px == 16 * reduction
    assert logits.shape == (2, 1, 64, 128)
    assert features.shape == (2, 112, 64 // segmenter.stride_px, 128 // segmenter.stride_px)


def test_stages_that_the_decoder_does_not_read_are_left_out() -> None:
    shallow = build(ModelConfig(encoder="resnet18", decoder_channels=(64, 32, 16, 8))).segmenter
    deep = build(ModelConfig(encoder="resnet18", decoder_channels=(64, 32, 16, 8, 8))).segmenter
    assert not any("layer4" in name for name in shallow.state_dict())
    assert any("layer4" in name for name in deep.state_dict())
    shallow(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)).sum().backward()
    assert all(weight.grad is not None for weight in shallow.parameters())


@pytest.mark.parametrize(
    ("name", "hint"),
    [("resnet19", "resnet18"), ("resnet10t", "tu-resnet10t"), ("tu-resnet10", "tu-resnet10t")],
)
def test_an_unknown_encoder_is_refused_with_the_nearest_names(name: str, hint: str) -> None:
    with pytest.raises(UnknownEncoder, match=hint):
        build(ModelConfig(encoder=name))


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(BadConfig, match="pyramid"):
        build(ModelConfig(architecture="pyramid"))


def test_without_the_hub_training_starts_at_random_and_says_so(tmp_path: Path) -> None:
    script = """
from learner.model.build import build
from learner.training.config import ModelConfig
built = build(ModelConfig(encoder="resnet18", encoder_weights="imagenet"))
assert built.encoder_sha256 is None
print(*built.notices)
"""
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", script], env=offline, capture_output=True, text=True, check=True
    ).stdout
    assert "“imagenet” for resnet18 could not be fetched" in said
    assert "random weights" in said


def test_pretrained_weights_of_no_known_name_are_refused() -> None:
    with pytest.raises(BadConfig, match="resnet18"):
        build(ModelConfig(encoder="resnet18", encoder_weights="martian"))


def test_an_encoder_is_taken_from_a_file_and_its_hash_recorded(tmp_path: Path) -> None:
    torch.manual_seed(1)
    donor = build(TINY_MODEL).segmenter
    path = tmp_path / "encoder.safetensors"
    save_file(donor.network.encoder.state_dict(), path)
    torch.manual_seed(2)
    built = build(replace(TINY_MODEL, encoder_checkpoint=str(path)))
    weights = built.segmenter.network.encoder.state_dict()
    assert torch.equal(weights["conv1.weight"], donor.network.encoder.conv1.weight)
    assert built.encoder_sha256 is not None
    assert len(built.encoder_sha256) == 64


def test_a_file_that_timm_wrote_fits_its_encoder(tmp_path: Path) -> None:
    import timm  # after learner.model.torchvision_ops, which it needs

    donor = timm.create_model("resnet10t")
    path = tmp_path / "timm.safetensors"
    save_file(donor.state_dict(), path)
    built = build(ModelConfig(encoder="tu-resnet10t", encoder_checkpoint=str(path)))
    weights = built.segmenter.network.encoder.state_dict()
    assert torch.equal(weights["model.conv1.0.weight"], donor.state_dict()["conv1.0.weight"])


def test_an_encoder_file_of_another_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "encoder.safetensors"
    save_file({"conv1.weight": torch.zeros(3)}, path)
    with pytest.raises(BadConfig, match="another encoder"):
        build(ModelConfig(encoder_checkpoint=str(path)))
    with pytest.raises(BadConfig, match="cannot be read"):
        build(ModelConfig(encoder_checkpoint=str(tmp_path / "nothing")))


@pytest.mark.parametrize(
    "encoder", ["efficientnet-b0", "mobilenet_v2", "mit_b0", "tu-convnext_atto", "tu-regnety_002"]
)
def test_encoders_of_both_libraries_go_by_their_names(encoder: str) -> None:
    segmenter = build(ModelConfig(encoder=encoder, decoder_channels=(16, 16, 8, 8, 8))).segmenter
    with torch.inference_mode():
        logits, features = segmenter.eval().logits_and_features(
            torch.zeros((1, 3, 128, 192), dtype=torch.uint8)
        )
    assert logits.shape == (1, 1, 128, 192)
    assert features.shape[2:] == (128 // segmenter.stride_px, 192 // segmenter.stride_px)


def test_an_encoder_for_one_size_of_image_is_refused_before_anything_is_trained() -> None:
    with pytest.raises(BadConfig, match="encoder that fits any"):
        build(ModelConfig(encoder="tu-swin_tiny_patch4_window7_224"))


def test_the_default_encoder_starts_from_the_weights_of_its_package() -> None:
    torch.manual_seed(0)
    first = build(ModelConfig())
    torch.manual_seed(1)
    second = build(ModelConfig())
    one, other = (found.segmenter.network.encoder.state_dict() for found in (first, second))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert first.encoder_sha256 == second.encoder_sha256
    assert first.encoder_licence == "Apache-2.0"
    assert not first.notices
    means = torch.cat([one[name].flatten() for name in one if name.endswith("running_mean")])
    assert means.abs().max() > 0.1  # norms that have seen images


def test_random_weights_can_be_asked_for() -> None:
    built = build(ModelConfig(encoder_weights=None))
    assert (built.encoder_sha256, built.encoder_licence) == (None, None)


def test_an_encoder_without_a_package_starts_at_random() -> None:
    built = build(ModelConfig(encoder="tu-resnet10t", encoder_weights="packaged"))
    assert built.encoder_sha256 is None
