"""The stop forecast over HTTP."""

from __future__ import annotations

import subprocess
import sys
import uuid
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from service.client import ApiProblem
from service.main import create_app
from tests.service.api.conftest import RunningService
from tests.service.curves import Curve, saturating
from tests.service.made import MadeCampaign


@pytest.fixture
def curve(service: RunningService, campaign: dict[str, Any]) -> Curve:
    return Curve.of(MadeCampaign(uuid.UUID(campaign["id"]), service.database))


def test_several_rounds_foretell_the_tiles_to_two_digits(
    service: RunningService, curve: Curve
) -> None:
    for labels, recall in saturating(range(40, 360, 40)):
        curve.add(labels, recall)
    told = service.volunteer.forecast(curve.campaign.id, 0.81)
    asked = curve.ask(0.81)
    assert asked.more_tiles is not None
    assert asked.gain is not None
    assert told["outlook"] == "within_reach"
    for end, tiles in told["more_tiles"].items():
        assert isinstance(tiles, int)
        assert tiles == pytest.approx(getattr(asked.more_tiles, end), rel=0.1, abs=1)
        assert tiles == float(f"{tiles:.2g}")
    assert told["gain"]["estimate"] == asked.gain.estimate
    assert (told["target"], told["why"], told["labels"]) == (0.81, None, 320)


def test_too_few_rounds_say_so_and_075_is_the_target_of_those_who_name_none(
    service: RunningService, curve: Curve
) -> None:
    curve.add(40, 0.6)
    told = service.volunteer.forecast(curve.campaign.id)
    assert (told["target"], told["outlook"], told["why"]) == (
        0.75, "cannot_tell", "too_few_rounds",
    )  # fmt: skip
    assert (told["rounds"], told["rounds_needed"]) == (1, 4)
    assert (told["more_tiles"], told["gain"]) == (None, None)


@pytest.mark.parametrize("target", [0, 1, -0.5, 75, float("nan"), "good"])
def test_a_target_is_a_share_between_0_and_1(
    service: RunningService, campaign: dict[str, Any], target: Any
) -> None:
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.forecast(campaign["id"], target)
    assert problem.value.status == 422
    assert "target" in str(problem.value)


def test_of_no_campaign_nothing_is_foretold(service: RunningService) -> None:
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.forecast(uuid.uuid4())
    assert problem.value.status == 404


def test_its_example_fits_its_description() -> None:
    document = create_app().openapi()
    schema = document["components"]["schemas"]["Forecast"]
    [example] = schema["examples"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(example)


def test_a_forecast_needs_nothing_heavy() -> None:
    code = (
        "import sys, numpy as np\n"
        "from service.main import create_app\n"
        "from service.domain.forecast import _forecast\n"
        "counts = np.tile([60, 0, 40, 900], (5, 6, 1)).astype(np.int32)\n"
        "_forecast((40, 80, 120, 160, 200), counts.tobytes(), 6, 0.75, 20, 0)\n"
        "print(*sorted({'torch', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
