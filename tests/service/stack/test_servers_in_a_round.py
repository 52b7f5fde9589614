"""Servers that go away while a round is under way: it goes on where it was."""

import time
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

from service.client import TilewiseClient
from service.client_errors import ApiProblem, ServiceUnreachable
from service.settings import Settings
from service.stack import EmbeddedStack
from service.stack.servers import own_servers
from service.states import JobState, RoundState
from tests.service.towns import QUICK_TRAINING, TownScene, write_town

ROUND_S = 120


def client_of(stack: EmbeddedStack, address: str) -> TilewiseClient:
    return TilewiseClient(address, stack.places.coordinator_token.read_text().strip())


def create_campaign(client: TilewiseClient, scene: TownScene) -> str:
    """With starting labels, so that its first round trains."""
    location = client.upload_scene(scene.imagery)["location"]
    area = shapely.MultiPoint(shapely.get_coordinates(scene.truth)).envelope
    labels = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": mapping(outline)}
            for outline in scene.truth
        ],
    }
    policy = {"batch_size": 4, "views": 1, "training": QUICK_TRAINING | {"max_steps": 60}}
    made = client.create_campaign(
        name="Town",
        class_name="building",
        zoom=scene.tiles[0].z,
        imagery={"kind": "scene", "location": location},
        area=mapping(area),
        starting_labels=labels,
        policy=policy | {"audit_min": 4},
    )
    return str(made["id"])


def wait_for_round(client: TilewiseClient, campaign_id: str, *states: RoundState) -> dict[str, Any]:
    """Round 0 once it is in one of ``states``; the API may answer errors in between."""
    until = time.monotonic() + ROUND_S
    seen: object = None
    while time.monotonic() < until:
        try:
            seen = client.round(campaign_id, 0)
        except (ApiProblem, ServiceUnreachable) as error:
            seen = error
        else:
            if seen["state"] in states:
                return seen
        time.sleep(0.2)
    raise AssertionError(f"the round is not {' or '.join(states)} after {ROUND_S} s: {seen}")


def test_a_round_survives_that_database_and_redis_stop_and_start_in_the_middle(
    home: Path, tmp_path: Path
) -> None:
    stack = EmbeddedStack(Settings(home=home, port=19_665, threads=1, heartbeat_s=0.5))
    servers = {server.name: server for server in own_servers(stack.settings)}
    with client_of(stack, stack.start().address) as client:
        campaign_id = create_campaign(client, write_town(tmp_path / "town"))
        client.start_round(campaign_id)
        wait_for_round(client, campaign_id, RoundState.TRAINING)
        servers["postgres"].stop()
        servers["redis"].stop()
        servers["redis"].start()  # the supervisor may have been quicker: both are harmless
        servers["postgres"].start()
        view = wait_for_round(client, campaign_id, RoundState.LABELLING, RoundState.HELD)
        assert view["state"] == RoundState.LABELLING, view["held_reason"]
        assert all(job["state"] == JobState.DONE for job in view["jobs"])
        assert view["checkpoint_id"] is not None
        (task,) = client.claim(campaign_id)["tasks"]
        assert task["tile"]["z"] == 20
    assert stack.stop()
