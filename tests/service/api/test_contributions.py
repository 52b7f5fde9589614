"""What a person is told about their own answers."""

from __future__ import annotations

from typing import Any

from service.states import RoundState
from service.tables import Campaign, Checkpoint, Round
from tests.service.api.conftest import RunningService
from tests.service.api.test_answering import rectangle, review, settle_some


def test_nobody_has_contributed_before_the_first_answer(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    told = service.volunteer.contribution(campaign["id"])

    assert told == {
        "answers": {"tiles": 0, "corrections": 0, "seconds": 0.0},
        "agreement": {"shared": 0, "agreed": 0},
        "taught": None,
    }


def test_a_changed_answer_is_one_tile_and_its_newest_kind(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    [task] = service.volunteer.claim(campaign["id"])["tasks"]
    service.volunteer.submit_review(campaign["id"], review(task, "nothing"))
    service.volunteer.submit_review(campaign["id"], review(task, "corrected", rectangle(task)))

    told = service.volunteer.contribution(campaign["id"])["answers"]

    assert told == {"tiles": 1, "corrections": 1, "seconds": 4.5}


def test_agreement_counts_tiles_that_others_answered_too(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    other = service.another_volunteer()
    wanted = {task["tile"]["id"]: task for task in other.claim(campaign["id"], count=8)["tasks"]}
    shared = None
    while shared is None:  # audit tiles are asked of two people
        [task] = service.volunteer.claim(campaign["id"])["tasks"]
        service.volunteer.submit_review(campaign["id"], review(task, "nothing"))
        shared = wanted.get(task["tile"]["id"])
    other.submit_review(campaign["id"], review(shared, "nothing"))

    told = service.volunteer.contribution(campaign["id"])

    assert told["agreement"] == {"shared": 1, "agreed": 1}
    assert other.contribution(campaign["id"])["agreement"] == {"shared": 1, "agreed": 1}


def test_the_labels_that_a_round_learned_from_are_told_with_ones_own_share(
    service: RunningService, campaign: dict[str, Any]
) -> None:
    settle_some(service, campaign["id"], 2)
    with service.database.session() as session:
        found = session.get(Campaign, campaign["id"])
        assert found is not None
        taught = Round(
            campaign_id=found.id, number=7, seed=1, label_count=2, state=RoundState.LABELLING
        )
        session.add(taught)
        session.flush()
        checkpoint = Checkpoint(
            campaign_id=found.id, round_id=taught.id, artefact_key="", sha256="0" * 64, card={}
        )
        session.add(checkpoint)
        session.flush()
        taught.checkpoint_id = checkpoint.id

    told = service.volunteer.contribution(campaign["id"])["taught"]

    assert told == {"round": 7, "labels": 2, "mine": 2}
    newcomer = service.another_volunteer().contribution(campaign["id"])["taught"]
    assert newcomer == {"round": 7, "labels": 2, "mine": 0}
