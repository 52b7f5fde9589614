"""How far a measurement is from its goal, and that the picture of it can be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.goals import plot_goals, times_met
from benchmarks.reporting import Measurement


def test_half_the_seconds_allowed_meet_a_goal_twice_over() -> None:
    assert times_met(Measurement("a round", 90, "s", 180)) == 2


def test_half_the_speed_wanted_meets_half_a_goal() -> None:
    found = Measurement("prediction", 0.4, "", 0.8, smaller_is_better=False)
    assert times_met(found) == pytest.approx(0.5)
    assert found.met is False


def test_the_picture_grows_with_the_goals_and_leaves_out_what_has_none(tmp_path: Path) -> None:
    two = [Measurement("a", 1, "s", 2), Measurement("b", 3, "s", 2)]
    heights = []
    for more in ([], [Measurement("context", 1, "s")], [Measurement("c", 1, "s", 1)]):
        plot_goals("Some", [*two, *more], tmp_path / "goals.png")
        heights.append(Image.open(tmp_path / "goals.png").height)
    assert heights[0] == heights[1] < heights[2]
