"""A campaign's rules, as one value with explained defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.suited import SUITED
from learner.acquisition.values import Acquisition
from learner.errors import BadConfig
from learner.outlines.rules import BadOutlineRules, OutlineRules
from learner.scores import SCORE_NAMES
from learner.training.config import ModelConfig, TrainConfig
from service.errors import PolicyRefused
from service.states import TileRole

OFFERED: Mapping[str, Acquisition] = MappingProxyType(
    {name: entry for name, entry in ACQUISITIONS.items() if entry.needs <= SCORE_NAMES}
)
"""What a campaign may choose: all but those that read several models, where a round trains one."""

COMPARISON = "bald"
"""The score that several views of a tile give: how much they contradict each other."""

VIEWS = (1, 2, 4, 8)
"""How many of the square's symmetries a prediction may average over."""


class Policy(BaseModel):
    """The rules of one campaign. Every field has a default that suits a first mapathon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    acquisition: str = Field(
        SUITED.name,
        description="How tiles are chosen, by name; 'suited' is what was measured best: "
        "where the model changes its mind when the picture is turned; on sparse ground first "
        "where it sees objects; where only one view is taken what it is least sure about.",
    )
    batch_size: int = Field(40, ge=1, le=10_000, description="Tiles that a round asks about.")
    order_factor: int = Field(
        5, ge=1, le=50, description="A round's order is this many times longer than its batch."
    )
    random_share: float = Field(
        0.1, ge=0, le=1, description="Share of each batch drawn uniformly at random."
    )
    reviews_per_tile: int = Field(
        1, ge=1, le=5, description="Agreeing reviews that settle a pool tile."
    )
    audit_reviews: int = Field(
        2, ge=1, le=5, description="Agreeing reviews that settle an audit tile."
    )
    max_reviews: int = Field(
        3, ge=1, le=9, description="Reviews without agreement after which a coordinator decides."
    )
    second_looks: bool = Field(
        True,
        description="Show a tile to a second person where one said 'nothing' and no model had "
        "looked, or where the model contradicts the label; the label stands meanwhile.",
    )
    agreement_iou: float = Field(
        0.75, gt=0, le=1, description="IoU inside the tile from which two answers agree."
    )
    audit_share: float = Field(0.05, ge=0, le=0.5, description="Share of tiles in the audit set.")
    audit_min: int = Field(30, ge=0, description="Fewest audit tiles, where the area has them.")
    audit_max: int = Field(300, ge=0, description="Most audit tiles.")
    audit_most: float = Field(
        0.25, ge=0, le=0.5, description="Share of tiles that the audit set never exceeds."
    )
    audit_every: int = Field(
        4, ge=1, le=100, description="One claim in so many is an audit tile, while any is open."
    )
    auto_rounds: bool = Field(
        False, description="Start the next round when a batch has settled, without being asked."
    )
    views: int | None = Field(
        None,
        ge=1,
        le=8,
        description="Flips and turns a prediction averages over: 1, 2, 4 or 8; None: 8 in "
        "campaigns of up to 1,000 tiles, 4 up to 10,000, else 1.",
    )
    outlines: dict[str, Any] = Field(
        default_factory=dict,
        description='How probabilities become outlines: a preset such as {"preset": "buildings"}, '
        "single rules, or both.",
    )
    training: dict[str, Any] = Field(
        default_factory=dict, description="Overrides of the model's and the training's settings."
    )

    @field_validator("outlines")
    @classmethod
    def _rules_exist(cls, outlines: dict[str, Any]) -> dict[str, Any]:
        try:
            OutlineRules.from_mapping(outlines)
        except BadOutlineRules as error:
            raise ValueError(str(error)) from error
        return outlines

    @field_validator("training")
    @classmethod
    def _recipe_exists(cls, training: dict[str, Any]) -> dict[str, Any]:
        of_model, of_training = split_recipe(training)
        try:
            ModelConfig.from_mapping(of_model)
            TrainConfig.from_mapping(of_training)
        except BadConfig as error:
            raise ValueError(str(error)) from error
        return training

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.acquisition not in ACQUISITIONS:
            raise ValueError(
                f"acquisition {self.acquisition!r} is unknown; choose one of "
                + ", ".join(sorted(OFFERED))
            )
        most_needed = max(self.reviews_per_tile, self.audit_reviews)
        if self.max_reviews < most_needed:
            raise ValueError(
                f"max_reviews ({self.max_reviews}) must be at least {most_needed}, the number of "
                "agreeing reviews that settle a tile"
            )
        return self

    def reviews_needed(self, role: TileRole) -> int:
        """Agreeing reviews that settle a tile of this role."""
        return self.audit_reviews if role == TileRole.AUDIT else self.reviews_per_tile

    @property
    def needs_views(self) -> bool:
        """Whether tiles cannot be chosen from one view of each."""
        return COMPARISON in ACQUISITIONS[self.acquisition].needs

    def compares(self, views: int) -> bool:
        """Whether so many views of a tile are compared with each other, to choose by that."""
        chosen_by = ACQUISITIONS[self.acquisition]
        return views > 1 and COMPARISON in chosen_by.needs | chosen_by.helped_by

    def audit_size(self, tiles: int) -> int:
        """How many of ``tiles`` tiles the audit set takes."""
        wanted = max(self.audit_min, round(self.audit_share * tiles))
        return min(wanted, self.audit_max, int(self.audit_most * tiles))


def stored_policy(document: Mapping[str, Any]) -> Policy:
    """A campaign's policy as its row has it; each claim and each answer asks, and rules rest."""
    return _parsed(orjson.dumps(document))


@lru_cache(maxsize=64)
def _parsed(document: bytes) -> Policy:
    return Policy.model_validate(orjson.loads(document))


def split_recipe(training: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """``Policy.training`` as the model's settings and the training's; the two share no name."""
    names = {field.name for field in dataclasses.fields(ModelConfig)}
    of_model = {name: value for name, value in training.items() if name in names}
    of_training = {name: value for name, value in training.items() if name not in names}
    return of_model, of_training


def parse_policy(changes: dict[str, Any], base: Policy | None = None) -> Policy:
    """``base`` (or the defaults) with ``changes``.

    Raises:
        PolicyRefused: an unknown rule or a value that does not fit; the message names them.
    """
    merged = {**(base.model_dump() if base else {}), **changes}
    try:
        policy = Policy.model_validate(merged)
    except ValidationError as error:
        wrong = [
            (".".join(map(str, item["loc"])) or "policy") + ": " + item["msg"]
            for item in error.errors(include_url=False)
        ]
        raise PolicyRefused("; ".join(wrong)) from error
    _refuse_unworkable(policy)
    return policy


def _refuse_unworkable(policy: Policy) -> None:
    """Here and not in :class:`Policy`: a campaign that was made with it must still be shown."""
    if policy.acquisition not in OFFERED:
        raise PolicyRefused(
            f"acquisition {policy.acquisition!r} reads several models, and a round trains one; "
            "choose one of " + ", ".join(sorted(OFFERED))
        )
    if policy.views is not None and policy.views not in VIEWS:
        raise PolicyRefused(f"views: 1, 2, 4 or 8 of the square's symmetries, not {policy.views}")
    if policy.needs_views and policy.views == 1:
        raise PolicyRefused(
            f"acquisition {policy.acquisition!r} compares several views of each tile: set views "
            "to 2 or more, or leave it unset"
        )
