"""The ablation's arithmetic, worked by hand, and a whole one on made-up chips."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.label_efficiency.ablation import (
    AS_IT_IS,
    VARIANTS,
    arguments,
    compare,
    gain,
    main,
    run_of,
)
from benchmarks.label_efficiency.chip_folder import ChipFolder
from tests.benchmarks.test_label_efficiency import write_chips


def test_variants_are_compared_pair_by_pair():
    rows = compare(
        {
            AS_IT_IS: {"iou": np.array([0.5, 0.7]), "seconds": np.array([10.0, 30.0])},
            "better": {"iou": np.array([0.6, 0.8]), "seconds": np.array([20.0, 60.0])},
        }
    )
    assert rows[AS_IT_IS]["gain"] == {"estimate": 0.0, "low": 0.0, "high": 0.0}
    assert rows["better"]["iou"] == pytest.approx(0.7)
    assert rows["better"]["gain"] == pytest.approx({"estimate": 0.1, "low": 0.1, "high": 0.1})
    assert rows["better"]["times_seconds"] == 2.0


def test_the_interval_of_a_gain_holds_its_estimate():
    found = gain(np.array([0.1, -0.05, 0.02, 0.04]))
    assert found.low < found.estimate < found.high
    assert found.low < 0 < found.high


@pytest.mark.parametrize("variant", [name for name in VARIANTS if name != AS_IT_IS])
def test_every_variant_is_a_recipe_and_differs_from_the_one_as_it_is(variant, tmp_path):
    chosen = arguments(["--data", str(tmp_path)])
    folder = ChipFolder(tmp_path)
    changed, base = (run_of(chosen, name, folder, 0).settings() for name in (variant, AS_IT_IS))
    assert changed != base


def test_an_unknown_variant_is_refused_before_anything_runs(capsys):
    with pytest.raises(SystemExit):
        arguments(["--data", "x", "--only", "magic"])
    assert "magic" in capsys.readouterr().err


def test_a_whole_ablation_runs_and_writes_what_it_found(tmp_path):
    data = tmp_path / "town"
    write_chips(data, [f"20-{x}-{y}" for x in range(0, 16, 2) for y in (0, 4)])
    training = {"min_steps": 4, "max_steps": 4, "epochs": 1, "crop_px": 64, "batch_size": 2}
    main(
        ["--data", str(data), "--out", str(tmp_path / "out"), "--only", "no_dice", "--seeds", "2",
         "--jobs", "1", "--training", json.dumps(training)]
    )  # fmt: skip
    rows = json.loads((tmp_path / "out" / "ablation.json").read_text())
    assert set(rows) == {AS_IT_IS, "no_dice"}
    assert rows["no_dice"]["trainings"] == 2
    assert (tmp_path / "out" / "ablation.png").stat().st_size > 5000
