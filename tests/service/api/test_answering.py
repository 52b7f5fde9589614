"""A volunteer's work over HTTP: tasks, answers, and the labels that come of them."""

from __future__ import annotations

import io
import json
import threading
import uuid
from pathlib import Path
from typing import Any

import httpx
import mercantile
import numpy as np
import pytest
import shapely
from PIL import Image
from shapely.geometry import mapping, shape
from sqlalchemy import text

from service.client import ApiProblem, TilewiseClient
from service.domain.rounds import hold
from service.reasons import Why
from service.states import HoldReason, Role, RoundState
from service.tables import Round
from tests.service.api.conftest import RunningService
from tests.service.made import CORNER, ZOOM


def rectangle(task: dict[str, Any], x0: float = 0.2, x1: float = 0.5) -> shapely.Polygon:
    west, south, east, north = task["bounds"]
    width, height = east - west, north - south
    return shapely.box(
        west + x0 * width, south + 0.2 * height, west + x1 * width, south + 0.5 * height
    )


def review(task: dict[str, Any], answer: str, *polygons: shapely.Polygon) -> dict[str, Any]:
    objects = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": mapping(polygon),
                "properties": {"source": "person"},
            }
            for polygon in polygons
        ],
    }
    tile = {key: task["tile"][key] for key in ("z", "x", "y")}
    return {
        "id": str(uuid.uuid4()),
        "tile": tile,
        "lease_id": task["lease_id"],
        "answer": answer,
        "seconds_spent": 4.5,
        "acts": {"draw": len(polygons)},
        **({"objects": objects} if polygons else {}),
    }


def test_a_newer_answer_says_by_code_that_it_stands(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    service.volunteer.submit_review(campaign["id"], review(task, "nothing"))
    newer = service.volunteer.submit_review(campaign["id"], review(task, "cant_tell"))
    [notice] = newer["notices"]
    assert notice == {
        "code": "newer_stands",
        "params": {},
        "text": "Your newer answer stands for this tile now.",
    }


def test_from_a_claim_to_a_label(service: RunningService, campaign: dict[str, Any]) -> None:
    amina = service.volunteer
    claimed = amina.claim(campaign["id"], count=2)
    task = claimed["tasks"][0]
    assert task["outlines"] is None and task["checkpoint_id"] is None
    assert task["class_name"] == "building"
    assert amina.heartbeat(task["lease_id"])["expires_at"] >= task["expires_at"]
    amina.release(claimed["tasks"][1]["lease_id"])
    roof = rectangle(task)
    kept = amina.submit_review(campaign["id"], review(task, "corrected", roof))
    assert (kept["standing"], kept["notices"]) == ("counted", [])
    seen = amina.campaign(campaign["id"])
    assert seen["mine"] == {"people": 1, "reviews": 1, "seconds": 4.5}
    if not kept["settled"]:  # the first task was an audit tile, which needs two
        return
    [label] = amina.labels(campaign["id"])["features"]
    assert shape(label["geometry"]).equals_exact(roof, 1e-7)
    assert label["properties"]["class_name"] == "building"
    assert label["properties"]["reviews"] == [kept["id"]]
    assert "deleted" not in label["properties"]


def settle_some(service: RunningService, campaign_id: str, count: int) -> list[dict[str, Any]]:
    """Draw one roof in each of ``count`` pool tiles; returns the answers' tasks."""
    done: list[dict[str, Any]] = []
    while len(done) < count:
        [task] = service.volunteer.claim(campaign_id)["tasks"]
        answer = review(task, "corrected", rectangle(task))
        if service.volunteer.submit_review(campaign_id, answer)["settled"]:
            done.append(task)
    return done


def test_the_same_answer_again_is_200_and_another_with_its_id_409(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    sent = review(task, "nothing")
    headers = {"Authorization": f"Bearer {service.volunteer.token}"}
    address = f"{service.url}/api/campaigns/{campaign['id']}/reviews"
    answers = [httpx.post(address, json=sent, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [answer.json()["replay"] for answer in answers] == [False, True]
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.submit_review(campaign["id"], {**sent, "answer": "wrong"})
    assert problem.value.status == 409
    assert problem.value.type == "urn:tilewise:problem:review-conflict"


def test_an_outline_away_from_its_tile_is_a_problem_that_names_it(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    far = shapely.affinity.translate(rectangle(task), xoff=1)
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.submit_review(
            campaign["id"], review(task, "corrected", rectangle(task), far)
        )
    assert problem.value.status == 422
    assert problem.value.problem["index"] == 1
    assert problem.value.problem["where"] == pytest.approx([far.centroid.x, far.centroid.y])


def test_malformed_answers_say_which_member_is_wrong(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    for change, where in (
        ({"answer": "maybe"}, "answer"),
        ({"id": "seven"}, "id"),
        ({"seconds_spent": -1}, "seconds_spent"),
        ({"objects": {"type": "FeatureCollection", "features": [{"type": "Feature"}]}}, "objects"),
        ({"oucome": "right"}, "oucome"),
        ({"acts": {"draw": 10**30}}, "acts"),
    ):
        with pytest.raises(ApiProblem) as problem:
            service.volunteer.submit_review(campaign["id"], {**review(task, "nothing"), **change})
        assert problem.value.status == 422
        assert problem.value.type == "urn:tilewise:problem:request-not-valid"
        assert where in problem.value.detail


def test_labels_leave_with_outer_rings_counterclockwise_however_they_were_drawn(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    settled = False
    while not settled:  # an audit tile wants a second person
        [task] = service.volunteer.claim(campaign["id"])["tasks"]
        clockwise = rectangle(task).reverse()
        answer = review(task, "corrected", clockwise)
        settled = service.volunteer.submit_review(campaign["id"], answer)["settled"]

    [feature] = service.volunteer.labels(campaign["id"])["features"]

    assert not clockwise.exterior.is_ccw
    assert shape(feature["geometry"]).exterior.is_ccw


def test_labels_come_in_pages_and_by_box(service: RunningService, campaign: dict[str, Any]) -> None:
    tasks = settle_some(service, campaign["id"], 5)
    pages = list(service.volunteer.label_pages(campaign["id"], limit=2))
    assert [len(page["features"]) for page in pages] == [2, 2, 1]
    assert pages[0]["links"][1]["rel"] == "next"
    assert len({feature["id"] for page in pages for feature in page["features"]}) == 5
    found = service.volunteer.labels(campaign["id"], bbox=rectangle(tasks[0]).bounds)
    assert len(found["features"]) == 1
    for bad in ("1,2,3", "a,b,c,d", "10,0,5,1", "0,0,1,95"):
        with pytest.raises(ApiProblem, match="bbox"):
            service.volunteer.labels(campaign["id"], bbox=bad)
    with pytest.raises(ApiProblem, match="no cursor"):
        service.volunteer.labels(campaign["id"], cursor="x'; DROP TABLE")


def test_labels_since_a_revision_hold_only_what_changed(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = settle_some(service, campaign["id"], 1)
    before = service.volunteer.labels(campaign["id"])
    assert service.volunteer.labels(campaign["id"], since=before["revision"])["features"] == []
    other = review(task, "corrected", rectangle(task, 0.6, 0.9))
    service.volunteer.submit_review(campaign["id"], other)
    changed = service.volunteer.labels(campaign["id"], since=before["revision"])
    deleted = {feature["id"]: feature["properties"]["deleted"] for feature in changed["features"]}
    assert sorted(deleted.values()) == [False, True]
    assert deleted[before["features"][0]["id"]] is True


def test_nothing_new_is_not_sent_again(service: RunningService, campaign: dict[str, Any]) -> None:
    settle_some(service, campaign["id"], 1)
    address = f"{service.url}/api/campaigns/{campaign['id']}/labels"
    headers = {"Authorization": f"Bearer {service.volunteer.token}"}
    first = httpx.get(address, headers=headers)
    known = {**headers, "If-None-Match": first.headers["etag"]}
    assert httpx.get(address, headers=known).status_code == 304
    assert httpx.get(address, params={"limit": 5}, headers=known).status_code == 200
    settle_some(service, campaign["id"], 1)
    assert httpx.get(address, headers=known).status_code == 200


def test_the_export_is_the_same_labels_in_one_document(
    service: RunningService, campaign: dict[str, Any], tmp_path: Path
) -> None:
    settle_some(service, campaign["id"], 3)
    path = service.volunteer.export_labels(campaign["id"], tmp_path / "labels.geojson")
    document = json.loads(path.read_text())
    listed = service.volunteer.labels(campaign["id"])
    assert document["features"] == listed["features"]
    assert document["revision"] == listed["revision"]


def test_volunteers_may_not_do_what_coordinators_do(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    amina, here = service.volunteer, campaign["id"]
    for forbidden in (
        lambda: amina.start_round(here),
        lambda: amina.update_campaign(here, name="Mine"),
        lambda: amina.close_round(here, 0),
        lambda: amina.promote(here, uuid.uuid4()),
        lambda: amina.check_imagery({"kind": "xyz", "location": "x"}),
    ):
        with pytest.raises(ApiProblem) as problem:
            forbidden()
        assert problem.value.status == 403
        assert "Only a coordinator" in problem.value.detail


def test_a_missing_or_unknown_token_is_told_what_to_do(service: RunningService) -> None:
    for client in (TilewiseClient(service.url), TilewiseClient(service.url, "guess")):
        with client, pytest.raises(ApiProblem) as problem:
            client.campaigns()
        assert problem.value.status == 401
        assert "ign up" in problem.value.detail or "POST /api/actors" in problem.value.detail


def test_whoever_signs_up_is_a_volunteer(service: RunningService) -> None:
    made = service.volunteer.sign_up("  Bea ")
    assert (made["name"], made["role"]) == ("Bea", Role.VOLUNTEER)
    with TilewiseClient(service.url, made["token"]) as bea:
        assert bea.me()["id"] == made["id"]
    with pytest.raises(ApiProblem, match="name"):
        service.volunteer.sign_up("   ")


def test_unknown_addresses_and_methods_are_problems_too(service: RunningService) -> None:
    missing = httpx.get(f"{service.url}/api/nowhere")
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["status"] == 404
    wrong = httpx.delete(f"{service.url}/api/campaigns")
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)
    assert "DELETE is not possible here" in wrong.json()["detail"]
    nobody = uuid.uuid4()
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.campaign(nobody)
    assert problem.value.problem["instance"] == f"/api/campaigns/{nobody}"


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


def test_a_closed_campaign_still_takes_answers_that_were_under_way(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    service.coordinator.update_campaign(campaign["id"], state="closed")
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.claim(campaign["id"])
    assert problem.value.status == 409
    assert service.volunteer.submit_review(campaign["id"], review(task, "nothing"))["id"]


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


def test_health_readiness_and_the_version(service: RunningService) -> None:
    assert service.volunteer.health()["status"] == "ok"
    ready = service.volunteer.ready()
    assert ready["redis"] is True
    assert ready["workers"] == {"train": 0, "predict": 0, "light": 0}
    answer = httpx.get(f"{service.url}/api/health")
    assert answer.headers["x-tilewise-version"] == ready["version"]


def test_a_schema_behind_the_code_is_not_ready_and_the_answer_says_what_to_do(
    service: RunningService,
) -> None:
    stands_at = text("UPDATE alembic_version SET version_num = :revision")
    newest = service.volunteer.ready()["database"]
    try:
        with service.database.engine.begin() as connection:
            connection.execute(stands_at, {"revision": "first_tables"})
        answer = httpx.get(f"{service.url}/api/ready")
    finally:
        with service.database.engine.begin() as connection:
            connection.execute(stands_at, {"revision": newest})
    assert answer.status_code == 503
    problem = answer.json()
    assert problem["detail"].startswith("The schema is at first_tables")
    assert problem["detail"].endswith("run migrations.")
    assert problem["workers"] == {"train": 0, "predict": 0, "light": 0}


def test_every_acquisition_that_the_service_can_score_is_on_the_menu(
    service: RunningService,
) -> None:
    menu = {entry["name"]: entry["explanation"] for entry in service.volunteer.acquisitions()}
    assert {"power_entropy", "random", "entropy_top_k"} <= menu.keys()
    assert "ensemble_bald" not in menu  # a round trains one model
    assert all(menu.values())
