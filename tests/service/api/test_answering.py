"""A volunteer's work over HTTP: tasks, answers, and the labels that come of them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import shapely
from shapely.geometry import mapping, shape

from service.client import ApiProblem, TilewiseClient
from tests.service.api.conftest import RunningService


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


def test_a_closed_campaign_still_takes_answers_that_were_under_way(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    service.coordinator.update_campaign(campaign["id"], state="closed")
    with pytest.raises(ApiProblem) as problem:
        service.volunteer.claim(campaign["id"])
    assert problem.value.status == 409
    assert service.volunteer.submit_review(campaign["id"], review(task, "nothing"))["id"]


def test_who_looks_again_is_not_told_so_and_coordinators_are(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    here = campaign["id"]
    pool = {
        id_ for id_, tile in listed(service.coordinator, here).items() if tile["role"] == "pool"
    }
    tasks = service.volunteer.claim(here, count=8)["tasks"]
    task = next(one for one in tasks if one["tile"]["id"] in pool)
    tile_id = task["tile"]["id"]
    service.volunteer.submit_review(here, review(task, "nothing"))
    assert service.volunteer.campaign(here)["second_looks"] == 1
    assert listed(service.volunteer, here)[tile_id]["doubt"] is None
    assert listed(service.coordinator, here)[tile_id]["doubt"] == "unseconded"
    with service.another_volunteer() as bea:
        again = bea.claim(here, count=8)["tasks"]
        second = next(one for one in again if one["tile"]["id"] == tile_id)
        assert second.keys() == task.keys() and second["reason"] == task["reason"]
        bea.submit_review(here, review(second, "nothing"))
    assert service.volunteer.campaign(here)["second_looks"] == 0


def listed(client: TilewiseClient, campaign_id: str) -> dict[int, dict[str, Any]]:
    """Every tile's properties by its id, as this person is told them."""
    return {
        one["id"]: one["properties"]
        for page in client.tile_pages(campaign_id)
        for one in page["features"]
    }
