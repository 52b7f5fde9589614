"""The demo's report: what every round cost and brought, as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.client import TilewiseClient
from service.demo.loop import Played
from service.demo.machine import describe_machine, describe_versions
from service.demo.plan import DemoPlan
from service.demo.scene import Scene
from service.demo.truth_check import TruthCheck
from service.states import CheckpointState, RoundState

SCORES = ("iou", "precision", "recall", "f1", "object_f1")
REPORT_NOTE = (
    "iou, precision, recall, f1 and object_f1 come from the audit set alone, as simulated mappers "
    "settled it (they err). truth_iou_all_pool is an independent check, made by the demo from the "
    "exported predictions of the promoted checkpoint and the scene's own labels over all pool "
    "tiles, those it was trained on included; the service never sees it."
)


def build_report(
    client: TilewiseClient,
    campaign: dict[str, Any],
    scene: Scene,
    plan: DemoPlan,
    played: Played,
    before: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Collect the rounds of ``campaign`` from the service.

    Args:
        client: any actor's.
        campaign: the campaign's view.
        scene: what was mapped.
        plan: what was asked for.
        played: what came of it, with the demo's own comparison with the truth by round.
        before: the report of an earlier run on the same campaign, whose comparisons still hold.
    """
    measured = {row["round"]: row for row in client.accuracy(campaign["id"])["rounds"]}
    views = [client.round(campaign["id"], row["number"]) for row in client.rounds(campaign["id"])]
    pool_tiles = sum(campaign["tiles"]["pool"].values())
    rows = [
        {"pool_tiles": pool_tiles, "unlabelled_tiles": pool_tiles - view["label_count"]}
        | round_row(view, measured.get(view["number"]), played.checks.get(view["number"]))
        for view in sorted(views, key=lambda found: found["number"])
    ]
    return {
        "scene": scene.name,
        "address": {"service": client.base_url, "campaign": campaign["id"]},
        "tiles": campaign["tiles"],
        "settings": {
            "rounds": plan.rounds,
            "mappers": plan.mappers,
            "mapper_error_rate": plan.error_rate,
            "policy": campaign["policy"],
            "acquisition": campaign["policy"]["acquisition"],
            "zoom": campaign["zoom"],
            "seed": campaign["seed"],
        },
        "note": REPORT_NOTE,
        "held": played.held,
        "rounds": with_earlier_checks(rows, (before or {}).get("rounds", [])),
        "versions": describe_versions(),
        "machine": describe_machine(),
    }


def round_row(
    view: dict[str, Any], measured: dict[str, Any] | None, check: TruthCheck | None
) -> dict[str, Any]:
    """One round: what it learned from, what that had cost people, and how good it is.

    Args:
        view: the round.
        measured: its row of the campaign's accuracy; None where it has no checkpoint.
        check: the demo's own comparison with the truth, if it made one.
    """
    known = measured or {}
    return {
        "round": view["number"],
        "state": view["state"],
        "labels": view["label_count"],
        "mapper_seconds": round(view["person_seconds"], 1),
        **{name: known.get(name) for name in SCORES},
        "audit_tiles": known.get("tile_count", 0),
        "gain": known.get("gain"),
        "stage_seconds": view["stage_seconds"],
        "checkpoint": view["checkpoint_id"],
        "verdict": verdict(view, known),
        "reason": view["promotion_reason"] or view["held_reason"] or "",
        "truth_iou_all_pool": None if check is None else round(check.iou, 4),
    }


def with_earlier_checks(
    rows: Sequence[dict[str, Any]], before: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Fill in comparisons with the truth that an earlier run made of the same checkpoints."""
    name = "truth_iou_all_pool"
    known = {row["checkpoint"]: row[name] for row in before if row["checkpoint"] is not None}
    return [
        row if row[name] is not None else row | {name: known.get(row["checkpoint"])} for row in rows
    ]


def verdict(view: dict[str, Any], known: dict[str, Any]) -> str:
    """What became of the round, in a word or two."""
    if view["state"] == RoundState.HELD:
        return "round held"
    if not known:
        return "cold start"
    if known["state"] == CheckpointState.HELD:
        return "held"
    return "promoted"  # retired checkpoints were promoted once
