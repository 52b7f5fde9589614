"""The demo's loop: a campaign, round 0, and trained rounds with simulated mappers between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mercantile import Tile
from shapely import Polygon
from shapely.geometry import shape

from learner.people.habits import MapperHabits
from service.client import TilewiseClient
from service.demo.plan import DemoPlan, batch_size_for, policy_for, zoom_for
from service.demo.scene import Scene
from service.demo.screen import Screen
from service.demo.truth_check import TruthCheck, check_against_truth
from service.following import RESTING, follow_round
from service.simulation import (
    MapperPlan,
    SimulatedMapper,
    hire_mappers,
    settle_batch,
    work_together,
)
from service.states import HoldReason, RoundState, TileRole
from service.truth import Truth

_LABELS_HELP = frozenset({HoldReason.TOO_FEW_LABELS, HoldReason.ONE_SIDED_LABELS})


@dataclass(frozen=True, slots=True)
class Played:
    """What came of playing: checks by round number, and why it stopped early, if it did."""

    checks: dict[int, TruthCheck]
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """Plays one campaign with simulated mappers, as far as the plan says."""

    client: TilewiseClient  # a coordinator's
    scene: Scene
    plan: DemoPlan
    screen: Screen

    def campaign(self) -> dict[str, Any]:
        """The demo campaign of this scene and plan: the one that stands, or a new one."""
        scene, plan = self.scene, self.plan
        imagery = self._upload()
        zoom = zoom_for(plan, imagery["max_zoom"])
        for found in self.client.campaigns():
            if self._is_ours(found, imagery["location"], zoom):
                self.screen.say(f"Campaign “{found['name']}” stands already and is continued.")
                return self.client.campaign(found["id"])
        made = self.client.create_campaign(
            name=self._name(),
            class_name=plan.class_name,
            zoom=zoom,
            imagery={"kind": "scene", "location": imagery["location"]},
            area=scene.area,
            policy=policy_for(plan, plan.batch_size or 1),
            seed=plan.seed,
        )
        batch = plan.batch_size or batch_size_for(made["tiles"]["pool"], plan.rounds)
        self.client.update_campaign(made["id"], policy=policy_for(plan, batch))
        self.screen.say(
            f"Campaign “{made['name']}”: {made['tiles']['pool']} tiles in the pool, "
            f"{made['tiles']['audit']} audit tiles, {batch} tiles a round; {scene.area_from}."
        )
        for notice in made.get("notices", []):
            self.screen.say(f"Notice: {notice['text']}")
        return self.client.campaign(made["id"])

    def play(self, campaign_id: str) -> Played:
        """Play every round of the plan that is not done yet.

        A round that is held for want of labels is tried again after some more, as a coordinator
        would; any other that is held ends the play. The batch of the last round is left for the
        visitor.
        """
        checks: dict[int, TruthCheck] = {}
        crew: list[SimulatedMapper] = []
        for number in range(self.plan.rounds + 1):
            view = self._reach_labelling(campaign_id, number)
            while view["state"] == RoundState.HELD:
                held = f"Round {number} is held: {view['held_reason']}"
                if view["held_code"] not in _LABELS_HELP:
                    return Played(checks, held)
                crew = crew or self._hire(campaign_id)
                if not self._answer_more(view, crew, held):
                    return Played(checks, held)
                view = self._reach_labelling(campaign_id, number)
            check = self._check(campaign_id, view["checkpoint_id"])
            if check is not None:
                checks[number] = check
            if number < self.plan.rounds and view["state"] == RoundState.LABELLING:
                crew = crew or self._hire(campaign_id)
                self._answer_batch(campaign_id, number, crew)
        return Played(checks)

    def _name(self) -> str:
        return f"Demo: {self.scene.name}"

    def _is_ours(self, campaign: dict[str, Any], location: str, zoom: int) -> bool:
        plan, policy = self.plan, campaign["policy"]
        return bool(
            campaign["name"] == self._name()
            and campaign["imagery"]["location"] == location
            and campaign["zoom"] == zoom
            and plan.batch_size in (None, policy["batch_size"])
            and all(policy.get(rule) == value for rule, value in plan.policy.items())
        )

    def _upload(self) -> dict[str, Any]:
        path = self.scene.imagery
        total = path.stat().st_size
        return self.client.upload_scene(
            path,
            on_progress=lambda sent: self.screen.upload(path.name, sent, total),
        )

    def _reach_labelling(self, campaign_id: str, number: int) -> dict[str, Any]:
        """Start the round unless it stands, and follow it until people may answer."""
        standing = {found["number"]: found for found in self.client.rounds(campaign_id)}
        if number not in standing:
            number = self.client.start_round(campaign_id)["number"]
        elif standing[number]["state"] == RoundState.HELD:
            self.client.resume_round(campaign_id, number)
        elif standing[number]["state"] in RESTING:
            self.screen.say(f"Round {number} stands already.")
            return standing[number]
        view: dict[str, Any] = {}
        for view in follow_round(self.client, campaign_id, number):
            self.screen.round(view)
        return view

    def _check(self, campaign_id: str, checkpoint_id: str | None) -> TruthCheck | None:
        """Compare the round's outlines with the truth, over the pool's tiles.

        Only the promoted checkpoint's outlines can be had: None for any other one.
        """
        predicted: list[Polygon] = []
        for page in self.client.prediction_pages(campaign_id):
            if page["checkpoint_id"] is None or page["checkpoint_id"] != checkpoint_id:
                return None
            predicted += [shape(feature["geometry"]) for feature in page["features"]]
        return check_against_truth(
            Truth(predicted), self.scene.truth, self._pool_tiles(campaign_id)
        )

    def _pool_tiles(self, campaign_id: str) -> list[Tile]:
        return [
            Tile(*(feature["properties"][key] for key in "xyz"))
            for page in self.client.tile_pages(campaign_id)
            for feature in page["features"]
            if feature["properties"]["role"] == TileRole.POOL
        ]

    def _hire(self, campaign_id: str) -> list[SimulatedMapper]:
        """Sign up the simulated mappers, each with a token of its own, as volunteers do."""
        plan = MapperPlan(
            mappers=self.plan.mappers,
            habits=MapperHabits(error_rate=self.plan.error_rate),
            speed=self.plan.speed,
            seed=self.plan.seed,
        )
        return hire_mappers(self.client.base_url, campaign_id, self.scene.truth, plan)

    def _answer_batch(self, campaign_id: str, number: int, crew: Sequence[SimulatedMapper]) -> None:
        """Let the crew answer until the batch and the audit set have settled, or tiles run out."""
        settle_batch(
            self.client,
            campaign_id,
            crew,
            lambda given, wanted: self.screen.bar(
                f"answers-{number}", f"round {number}: answers of mappers", given, wanted
            ),
        )

    def _answer_more(
        self, view: dict[str, Any], crew: Sequence[SimulatedMapper], held: str
    ) -> bool:
        """Let the crew answer another batch of a held round's order; False when no tile is left."""
        self.screen.say(f"{held} The mappers go on, then it is tried again.")
        campaign = self.client.campaign(view["campaign_id"])
        return work_together(crew, campaign["policy"]["batch_size"]) > 0
