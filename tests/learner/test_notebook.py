"""The ten lines of docs/learner.md run as they stand, only shorter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from learner.acquisition.select import Choice
from learner.evaluation.intervals import Interval
from learner.model.checkpoint import Checkpoint

PAGE = Path(__file__).parents[2] / "docs" / "learner.md"
QUICK = (
    "TrainConfig(min_steps=4, max_steps=4, epochs=2, batch_size=2, crop_px=64)",
    "ModelConfig(decoder_channels=(16, 8, 8))",
)


def test_the_notebook_of_the_page_trains_scores_selects_and_evaluates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup, lines = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(lines.strip().splitlines()) == 10
    for quick in QUICK:
        plain = quick.partition("(")[0] + "()"
        assert plain in lines
        lines = lines.replace(plain, quick)
    monkeypatch.chdir(tmp_path)
    notebook: dict[str, object] = {}
    exec(compile(setup + lines, str(PAGE), "exec"), notebook)
    assert isinstance(notebook["checkpoint"], Checkpoint)
    choice, scored = notebook["choice"], notebook["scored"]
    assert isinstance(choice, Choice)
    assert isinstance(scored, list)
    assert len(scored) == 24
    assert choice.in_batch.sum() == 4
    interval = notebook["bootstrap"](notebook["counts"], notebook["scores"].iou, seed=0)  # type: ignore[operator,attr-defined]  # names of the page
    assert isinstance(interval, Interval)
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
    assert "IoU Interval(estimate=" in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:\w+/)*\w+(?:\.py|/))`", PAGE.read_text("utf-8"))))
)
def test_every_file_that_the_page_names_is_there(path: str) -> None:
    learner = PAGE.parents[1] / "learner"
    places = (learner, learner.parent, learner / "model" / "backends", learner / "acquisition")
    assert any((place / path).exists() for place in places)
