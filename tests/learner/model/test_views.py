"""The eight symmetries."""

from __future__ import annotations

import pytest
import torch

from learner.model.views import VIEWS, View, turned, turned_back

IMAGE = torch.arange(2 * 3 * 5, dtype=torch.uint8).reshape(1, 2, 3, 5)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
@pytest.mark.parametrize("view", VIEWS[8])
def test_what_is_turned_is_turned_back(view: View, dtype: torch.dtype) -> None:
    image = IMAGE.to(dtype)
    seen = turned(image, view)
    assert seen.shape[2:] == ((5, 3) if view[0] else (3, 5))
    assert seen.dtype == dtype
    assert turned_back(seen, view).equal(image)


def test_transposed_first_then_flipped() -> None:
    assert turned(IMAGE, (True, False, True)).equal(IMAGE.transpose(2, 3).flip(3))
    assert turned(IMAGE, (False, True, True)).equal(IMAGE.flip(2, 3))
    assert turned_back(IMAGE, (True, True, False)).equal(IMAGE.flip(2).transpose(2, 3))


def test_no_two_views_are_the_same() -> None:
    seen = {tuple(turned(IMAGE[..., :3], view).flatten().tolist()) for view in VIEWS[8]}
    assert len(seen) == 8
