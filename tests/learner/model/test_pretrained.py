"""The packaged weights are those of the network that they are loaded into."""

from __future__ import annotations

import pytest
import torch

import learner.model.torchvision_ops  # noqa: F401  # must come before timm
from learner.errors import BadConfig
from learner.model import pretrained
from learner.model.pretrained import PACKAGES, Package, packaged_weights

LITE = "tu-tf_efficientnet_lite0"


def _names(encoder: str = LITE) -> dict[str, torch.Tensor]:
    import timm

    model = timm.create_model(encoder.removeprefix("tu-"))
    return dict(model.state_dict())


def test_the_packaged_network_knows_a_flower_from_a_temple() -> None:
    """The two photographs of scikit-learn, by the classes of ImageNet: 985 is a daisy (308 and 309
    are insects that sit on them), 832 a stupa, 698 a palace, 668 a mosque. Weights under wrong
    names would know neither."""
    import timm
    from sklearn.datasets import load_sample_image

    model = timm.create_model("tf_efficientnet_lite0").eval()
    model.load_state_dict(packaged_weights(LITE, model.state_dict()), strict=False)
    photographs = (("flower.jpg", {985, 308, 309}), ("china.jpg", {832, 698, 668}))
    for name, classes in photographs:
        pixels = torch.from_numpy(load_sample_image(name).copy()).permute(2, 0, 1)[None]
        inputs = torch.nn.functional.interpolate((pixels - 127.0) / 128.0, size=(224, 224))
        with torch.inference_mode():
            best = set(model(inputs)[0].topk(5).indices.tolist())
        assert best & classes, (name, best)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(BadConfig, match="another network"):
        packaged_weights(LITE, _names("tu-resnet10t"))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pretrained, "PACKAGES", {LITE: Package("no_such_package", "weights.pth", "none")}
    )
    with pytest.raises(BadConfig, match="no_such_package"):
        packaged_weights(LITE, _names())


def test_every_package_states_a_licence() -> None:
    assert all(package.licence for package in PACKAGES.values())
