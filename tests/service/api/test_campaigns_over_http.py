"""A campaign under way over HTTP: its rounds, its rules, and what is seen of it."""

from __future__ import annotations

import io
import threading
import uuid
from typing import Any

import mercantile
import numpy as np
import pytest
from PIL import Image

from service.client import ApiProblem
from service.domain.rounds import hold
from service.reasons import Why
from service.states import HoldReason, RoundState
from service.tables import Round
from tests.service.api.conftest import RunningService
from tests.service.made import CORNER, ZOOM


def test_a_round_runs_once_and_is_followed_by_events(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    here = campaign["id"]
    started = service.coordinator.start_round(here)
    assert (started["number"], started["state"]) == (0, "planned")
    with pytest.raises(ApiProblem) as problem:
        service.coordinator.start_round(here)
    assert problem.value.status == 409
    assert problem.value.type == "urn:tilewise:problem:round-already-running"
    seen: list[str] = []

    def follow() -> None:
        seen.extend(view["state"] for view in service.volunteer.round_events(here, 0))

    follower = threading.Thread(target=follow)
    follower.start()
    with service.database.session() as session:
        hold(
            session, uuid.UUID(started["id"]), Why("Answer more tiles.", HoldReason.TOO_FEW_LABELS)
        )
    held = service.volunteer.round(here, 0)
    assert (held["held_reason"], held["held_code"]) == ("Answer more tiles.", "too_few_labels")
    assert service.coordinator.resume_round(here, 0)["state"] == "planned"
    assert service.coordinator.close_round(here, 0)["state"] == "closed"
    follower.join(timeout=20)
    assert seen[0] in {"planned", "held"} and seen[-1] == "closed"
    assert service.volunteer.campaign(here)["current_round"]["number"] == 0
    assert [round_["number"] for round_ in service.volunteer.rounds(here)] == [0]
    with service.database.session() as session:
        assert session.get_one(Round, uuid.UUID(started["id"])).state == RoundState.CLOSED


def test_changed_rules_count_from_now_on_and_the_others_stay(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    changed = service.coordinator.update_campaign(
        campaign["id"], policy={"reviews_per_tile": 2}, name="New town"
    )
    assert changed["name"] == "New town"
    assert changed["policy"]["reviews_per_tile"] == 2
    assert changed["policy"]["audit_max"] == 4
    first = service.volunteer.claim(campaign["id"], count=8)["tasks"]
    with service.another_volunteer() as bea:
        second = bea.claim(campaign["id"], count=8)["tasks"]
    assert {t["tile"]["id"] for t in first} & {t["tile"]["id"] for t in second}
    with pytest.raises(ApiProblem, match="max_reviews"):
        service.coordinator.update_campaign(campaign["id"], policy={"max_reviews": 1})


def test_imagery_is_shown_near_the_area_and_nowhere_else(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    jpeg = service.volunteer.imagery_tile(campaign["id"], ZOOM, CORNER.x + 1, CORNER.y + 1)
    pixels = np.asarray(Image.open(io.BytesIO(jpeg)))
    assert pixels.shape == (256, 256, 3)
    assert abs(int(pixels[128, 128, 2]) - 128) < 8  # the scene's blue is 128 everywhere
    parent = mercantile.parent(CORNER)
    assert service.volunteer.imagery_tile(campaign["id"], *(parent.z, parent.x, parent.y))
    for z, x, y in ((ZOOM, CORNER.x + 7, CORNER.y), (ZOOM, 5, 5), (3, 9, 9)):
        with pytest.raises(ApiProblem) as problem:
            service.volunteer.imagery_tile(campaign["id"], z, x, y)
        assert problem.value.status == 404


def test_before_a_model_there_is_no_probability_and_no_prediction(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.probability_tile(campaign["id"], ZOOM, CORNER.x, CORNER.y)
    assert problem.value.status == 404
    [page] = service.volunteer.prediction_pages(campaign["id"])
    assert (page["features"], page["checkpoint_id"]) == ([], None)
    assert service.volunteer.accuracy(campaign["id"]) == {
        "audit": {"tiles": 4, "settled": 0},
        "rounds": [],
    }
    assert service.volunteer.checkpoints(campaign["id"]) == []


def test_every_acquisition_that_the_service_can_score_is_on_the_menu(
    service: RunningService,
) -> None:
    menu = {entry["name"]: entry["explanation"] for entry in service.volunteer.acquisitions()}
    assert {"suited", "power_entropy", "random", "entropy_top_k"} <= menu.keys()
    assert "ensemble_bald" not in menu  # a round trains one model
    assert all(menu.values())
