"""The benchmark of second looks: its arithmetic by hand, and a whole one on made-up chips."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.label_efficiency.second_looks import (
    ARMS,
    SECONDED,
    SLIPS,
    arguments,
    compare,
    main,
    runs_of,
)
from benchmarks.label_efficiency.summary import Curves
from tests.benchmarks.test_label_efficiency import write_chips


def curves(*iou: list[float], seconds: float) -> Curves:
    values = np.array(iou)
    return Curves(np.ones_like(values), np.full_like(values, seconds), values, values)


def test_arms_are_compared_seed_by_seed():
    rows = compare(
        {
            SLIPS: curves([0.4, 0.5], [0.6, 0.7], seconds=100.0),
            SECONDED: curves([0.4, 0.6], [0.6, 0.8], seconds=110.0),
        }
    )
    assert rows[SLIPS]["iou"] == 0.6 and rows[SECONDED]["iou"] == 0.7
    assert rows[SECONDED]["gain"] == pytest.approx({"estimate": 0.1, "low": 0.1, "high": 0.1})
    assert rows[SECONDED]["gain_of_rounds"]["estimate"] == pytest.approx(0.05)
    assert rows[SECONDED]["seconds"] == 110.0


def test_arms_differ_in_the_people_alone(tmp_path):
    chosen = arguments(["--data", str(tmp_path), "--seeds", "1"])
    arms = [runs_of(chosen, str(tmp_path), arm)[0].settings() for arm in ARMS]
    differing = {name for name in arms[0] if len({str(arm[name]) for arm in arms}) > 1}
    assert differing == {"error_rate", "second_looks"}


def test_a_whole_comparison_runs_and_writes_what_it_found(tmp_path):
    data = tmp_path / "town"
    write_chips(data, [f"20-{x}-{y}" for x in range(0, 16, 2) for y in (0, 4)])
    out = tmp_path / "out"
    training = {"min_steps": 4, "max_steps": 4, "epochs": 1, "crop_px": 64, "batch_size": 2}
    options = ["--out", str(out), "--seeds", "1", "--jobs", "1"]
    main(["--data", str(data), *options, "--training", json.dumps(training)])
    figures = json.loads((out / "second_looks.json").read_text())
    assert set(figures["town"]) == set(ARMS)
    assert (out / "town.png").stat().st_size > 5000
