"""Simulated mappers who work through the HTTP API, as people do: claim, look, answer.

A simulated mapper knows the truth of a tile and errs by its habits (:mod:`learner.people.habits`).
It is told nothing that a volunteer is not told: audit tiles reach it as any other.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mercantile import Tile
from shapely import Polygon
from shapely.geometry import mapping, shape

from learner.people.habits import MapperHabits
from learner.people.mapper import respond
from service.client import TilewiseClient
from service.truth import Truth


@dataclass(frozen=True, slots=True)
class MapperPlan:
    """How many mappers work, how well and how fast."""

    mappers: int = 6
    habits: MapperHabits = field(default_factory=MapperHabits)
    speed: float = 0.0  # 0: at once; 1: the modelled seconds; 10: ten times faster
    seed: int = 0
    arrival_s: float = 0.0  # mappers begin at times drawn from this span, not all at once


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer that the service accepted."""

    answer: str
    seconds: float  # modelled seconds of the person
    claim_s: float  # measured: how long the service took to hand out the tile
    submit_s: float  # measured: how long it took to keep the answer


class Permits:
    """So many answers are wanted, and no more; shared by all mappers of a wave.

    A permit whose holder finds no tile comes back: the tile that is left may be one that only
    another person can answer (nobody reviews the same audit tile twice).
    """

    def __init__(self, wanted: int) -> None:
        self._left = wanted
        self._held = 0
        self._stopped = False
        self._changed = threading.Condition()

    def take(self) -> bool:
        """Wait for a permit; False when none is left and none can come back."""
        with self._changed:
            self._changed.wait_for(lambda: self._left > 0 or self._held == 0 or self._stopped)
            if self._left <= 0 or self._stopped:
                return False
            self._left -= 1
            self._held += 1
            return True

    def spend(self) -> None:
        """The permit has become an answer."""
        with self._changed:
            self._held -= 1
            self._changed.notify_all()

    def give_back(self) -> None:
        """No tile was found for the permit."""
        with self._changed:
            self._held -= 1
            self._left += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Nobody gets another permit; waiting mappers go home."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


class SimulatedMapper:
    """One person: a token of its own, a random stream of its own, and habits."""

    def __init__(
        self,
        client: TilewiseClient,
        campaign_id: str,
        truth: Truth,
        plan: MapperPlan,
        number: int,
    ) -> None:
        self._client = client
        self._campaign_id = campaign_id
        self._truth = truth
        self._plan = plan
        self._rng = np.random.default_rng([plan.seed, number])
        self.answered = 0
        self._arrives_after_s = float(self._rng.uniform(0.0, plan.arrival_s))

    def work(self, permits: Permits, on_answer: Callable[[Answered], None]) -> int:
        """Claim and answer while there are permits and tiles; returns how many were answered."""
        before = self.answered
        time.sleep(self._arrives_after_s)
        self._arrives_after_s = 0.0
        while permits.take():
            done = self.answer_one()
            if done is None:
                permits.give_back()
                break
            permits.spend()
            self.answered += 1
            on_answer(done)
        return self.answered - before

    def answer_one(self) -> Answered | None:
        """Claim the next tile and answer it; ``None`` when no tile waits for this person."""
        started = time.perf_counter()
        tasks = self._client.claim(self._campaign_id, count=1)["tasks"]
        claim_s = time.perf_counter() - started
        if not tasks:
            return None
        task = tasks[0]
        tile = Tile(task["tile"]["x"], task["tile"]["y"], task["tile"]["z"])
        response = respond(
            self._truth.touching(tuple(task["bounds"])),
            _outlines(task["outlines"]),
            tile,
            self._plan.habits,
            self._rng,
        )
        if self._plan.speed > 0:
            time.sleep(response.seconds / self._plan.speed)
        started = time.perf_counter()
        self._client.submit_review(
            self._campaign_id,
            {
                "id": str(uuid.uuid4()),
                "tile": task["tile"],
                "lease_id": task["lease_id"],
                "answer": response.answer,
                "objects": _feature_collection(response.objects),
                "seconds_spent": response.seconds,
                "acts": response.acts,
            },
        )
        submit_s = time.perf_counter() - started
        return Answered(response.answer, response.seconds, claim_s, submit_s)


def hire_mappers(
    base_url: str, campaign_id: str, truth: Truth, plan: MapperPlan
) -> list[SimulatedMapper]:
    """Sign up ``plan.mappers`` volunteers, each with a token of its own, as people do."""
    crew = []
    with TilewiseClient(base_url) as visitor:
        for number in range(plan.mappers):
            actor = visitor.sign_up(f"Simulated mapper {number + 1}")
            client = TilewiseClient(base_url, actor["token"])
            crew.append(SimulatedMapper(client, campaign_id, truth, plan, number))
    return crew


def work_together(
    mappers: Iterable[SimulatedMapper],
    wanted: int,
    on_answer: Callable[[Answered], None] = lambda answered: None,
) -> int:
    """Let all mappers work at the same time until ``wanted`` answers are given or tiles run out.

    Returns how many answers the service accepted; an error of one mapper stops all and is raised.
    """
    crew = list(mappers)
    permits = Permits(wanted)

    def turn(mapper: SimulatedMapper) -> int:
        try:
            return mapper.work(permits, on_answer)
        except BaseException:
            permits.stop()
            raise

    with ThreadPoolExecutor(len(crew), thread_name_prefix="mapper") as pool:
        turns = [pool.submit(turn, mapper) for mapper in crew]
        try:
            return sum(done.result() for done in turns)
        except BaseException:
            permits.stop()
            raise


def settle_batch(
    client: TilewiseClient,
    campaign_id: str,
    crew: Sequence[SimulatedMapper],
    on_progress: Callable[[int, int], None] = lambda given, wanted: None,
    most: int | None = None,
) -> list[Answered]:
    """Let the crew answer until the current batch and the audit set have settled.

    Labels in doubt get their second look, too.

    Args:
        client: any actor's; it only looks.
        campaign_id: the campaign.
        crew: the mappers, all of them at work at the same time.
        on_progress: called with answers given so far and (at least) wanted in all.
        most: stop after so many answers; None for no such limit.

    Returns:
        The accepted answers; none when nothing waits or no tile is left for this crew.
    """
    answers: list[Answered] = []
    while True:
        wanted = still_wanted(client, campaign_id, len(crew))
        if most is not None:
            wanted = min(wanted, most - len(answers))
        target = len(answers) + wanted
        if wanted <= 0:
            return answers

        def note(answered: Answered, target: int = target) -> None:
            answers.append(answered)
            on_progress(len(answers), target)

        # Who has answered least begins: the others have seen more of the audit tiles that still
        # want a second person, and would get a pool tile instead.
        if work_together(sorted(crew, key=lambda one: one.answered), wanted, note) == 0:
            return answers


def still_wanted(client: TilewiseClient, campaign_id: str, people: int) -> int:
    """How many answers, at the least, are missing until batch and audit set have settled.

    Second looks are among them: people are asked for these first. Fewer people than may have to
    look at one tile cannot settle all of them, and would answer the rest of the pool instead: for
    them the batch is enough.
    """
    campaign = client.campaign(campaign_id)
    current = campaign["current_round"]
    open_batch = 0 if current is None else current["batch"]["size"] - current["batch"]["settled"]
    if people < campaign["policy"]["max_reviews"]:
        return int(open_batch)
    open_audit = campaign["tiles"]["audit"]["open"]
    return int(open_batch) + int(open_audit) + int(campaign["second_looks"])


def _outlines(collection: dict[str, Any] | None) -> list[Polygon] | None:
    """The outlines shown with a task, EPSG:4326; ``None`` where the tile is shown blind."""
    if collection is None:
        return None
    return [shape(feature["geometry"]) for feature in collection["features"]]


def _feature_collection(objects: Iterable[tuple[Polygon, str]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": mapping(polygon),
                "properties": {"source": str(source)},
            }
            for polygon, source in objects
        ],
    }
