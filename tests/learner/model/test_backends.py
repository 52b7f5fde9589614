"""Every backend is the same function: a little training, then each against float32 as it is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from learner.errors import DeviceUnavailable
from learner.model.backends.backend import BACKENDS, fastest, has_openvino, open_backend
from learner.model.build import build
from learner.model.device import Runtime, choose_runtime
from learner.model.inference import Inference, fold_norms
from learner.model.segmenter import Segmenter
from learner.training.config import ModelConfig
from tests.learner.toy import TINY_MODEL, toy_checkpoint

FLOAT32 = Runtime(torch.device("cpu"), torch.float32)
NATIVE = choose_runtime("cpu")
needs_openvino = pytest.mark.skipif(
    not has_openvino(), reason="the extra tilewise[openvino] is not installed"
)
needs_bf16 = pytest.mark.skipif(
    not NATIVE.multiplies_bf16, reason="this processor has no bf16 arithmetic"
)


def _segmenter(model: ModelConfig = TINY_MODEL) -> Segmenter:
    torch.manual_seed(0)
    return fold_norms(build(model).segmenter.eval())


def _image(height: int = 256, width: int = 320) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def _batch(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


@needs_openvino
def test_openvino_in_float32_is_the_same_function() -> None:
    batch = _batch(_image())
    expected = open_backend("eager", _segmenter(), FLOAT32)(batch)
    found = open_backend("openvino", _segmenter(), FLOAT32)(batch)
    for one, other in zip(expected, found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("backend", "runtime"),
    [
        pytest.param("bf16", NATIVE, marks=needs_bf16),
        pytest.param("openvino", FLOAT32, marks=needs_openvino),
        pytest.param("openvino", NATIVE, marks=needs_openvino),
    ],
)
@pytest.mark.parametrize("views", [1, 4])
def test_probabilities_agree_with_eager(backend: str, runtime: Runtime, views: int) -> None:
    checkpoint, pixels = toy_checkpoint(), _image()
    eager = Inference(checkpoint, FLOAT32, views=views, backend="eager")(pixels)
    other = Inference(checkpoint, runtime, views=views, backend=backend)(pixels)
    # bf16 keeps eight bits: a probability is right to a hundredth, on average to a thousandth.
    coarse = runtime.multiplies_bf16
    difference = np.abs(eager.probability - other.probability)
    assert eager.probability.std() > 0.01  # there is something to agree on
    assert difference.max() < (3e-2 if coarse else 1e-4)
    assert difference.mean() < (5e-3 if coarse else 1e-5)
    np.testing.assert_allclose(eager.features, other.features, rtol=0.1, atol=0.1)


@needs_openvino
def test_openvino_answers_alike_for_sizes_expected_and_not() -> None:
    backend = open_backend("openvino", _segmenter(), FLOAT32)
    wide, tall = _batch(_image(128, 256)), _batch(_image(256, 128))
    first = [backend(image)[0] for image in (wide, tall)]
    backend.expect({(128, 256): 1000, (256, 128): 1})
    again = [backend(image)[0] for image in (wide, tall, wide)]
    assert first[0].shape[2:] == (128, 256)
    torch.testing.assert_close(first[0], again[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(first[1], again[1], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(again[0], again[2])  # an answer is not written over by the next


@needs_openvino
def test_openvino_makes_kernels_for_the_sizes_that_come_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from learner.model.backends.openvino import OpenVino

    made: list[object] = []
    compiled = OpenVino._compiled
    monkeypatch.setattr(
        OpenVino, "_compiled", lambda self, size: made.append(size) or compiled(self, size)
    )
    backend = open_backend("openvino", _segmenter(), FLOAT32)
    # An area's corner and edges come first, and its inside most often, over two shards.
    corners = {(64 * side, 64): 30 for side in range(1, 5)}
    backend.expect(corners | {(256, 256): 20})
    assert made == [None]  # the one for any size
    backend.expect({(256, 256): 20})
    assert made == [None, (256, 256)]
    backend.expect(corners | {(256, 256): 20})
    assert made == [None, (256, 256), (256, 64), (192, 64), (128, 64)]  # no more than four


@pytest.mark.parametrize("views", [1, 4, 8])
def test_expected_are_all_views_of_an_image(views: int, monkeypatch: pytest.MonkeyPatch) -> None:
    infer = Inference(toy_checkpoint(), FLOAT32, views=views, backend="eager")
    told: list[dict[tuple[int, int], int]] = []
    monkeypatch.setattr(infer.network, "expect", lambda coming: told.append(dict(coming)))
    infer.expect([(64, 128), (64, 64)])
    turned = {(64, 128): 4, (128, 64): 4} if views == 8 else {(64, 128): views}
    assert told == [turned | {(64, 64): views}]


def test_auto_takes_the_measured_fastest_that_is_here() -> None:
    chosen = fastest(FLOAT32)
    assert chosen == ("openvino" if has_openvino() else "eager")
    assert open_backend("auto", _segmenter(), FLOAT32).name == chosen
    assert fastest(Runtime(torch.device("cuda"), torch.bfloat16)) == "bf16"


def test_what_is_not_here_is_refused_with_what_is() -> None:
    with pytest.raises(DeviceUnavailable, match=f"auto or one of {', '.join(BACKENDS)}"):
        open_backend("abacus", _segmenter(), FLOAT32)
    with pytest.raises(DeviceUnavailable, match="use backend auto or eager"):
        open_backend("bf16", _segmenter(), FLOAT32)


def test_openvino_that_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DeviceUnavailable, match=r"pip install 'tilewise\[openvino\]'"):
        open_backend("openvino", _segmenter(), FLOAT32)
    assert fastest(FLOAT32) == "eager"


def test_backward_passes_leave_the_number_of_threads_as_it_was() -> None:
    before = torch.get_num_threads()
    with NATIVE.backward_threads():
        inside = torch.get_num_threads()
    assert inside <= before
    assert torch.get_num_threads() == before
    with pytest.raises(RuntimeError, match="diverged"), NATIVE.backward_threads():
        raise RuntimeError("diverged")
    assert torch.get_num_threads() == before
