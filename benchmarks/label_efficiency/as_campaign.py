"""What a campaign of a data set would begin with, as far as its folder says what it shows.

The class comes from ``meta.json`` (``class``, or ``classes`` for the mask's value), else from the
first word for buildings or roads in the folder's name or in ``meta.json``'s ``name`` and
``label_provenance``. The size of a pixel comes from ``meta.json`` (``ground_resolution_m``), or
from names that are tiles. Objects are counted one by one where a campaign would: buildings whose
outlines lie beside whole tiles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.label_efficiency.chip_folder import ChipFolder
from benchmarks.label_efficiency.told_apart import (
    can_be_told_apart,
    ground_m_per_px_of,
    recipe_told_apart,
)
from learner.outlines.rules import preset_for
from learner.simulate import Recipe
from learner.training.config import STARTING_MODELS, ModelConfig, TrainConfig, reduction_for
from service.domain.recipe import WHOLE_PIXEL_BATCH, starting_model_for


@dataclass(frozen=True)
class Mapped:
    """What a data set shows.

    Attributes:
        class_name: what people map; None where nothing says.
        ground_m_per_px: side of a pixel on the ground; None where nothing says.
        told_apart: whether objects are counted one by one.
    """

    class_name: str | None
    ground_m_per_px: float | None
    told_apart: bool

    def __str__(self) -> str:
        ground = "" if self.ground_m_per_px is None else f" at {self.ground_m_per_px:.2f} m a pixel"
        counted = ", counted one by one" if self.told_apart else ""
        return f"{self.class_name or 'a class that nothing names'}{ground}{counted}"


def mapped(
    folder: ChipFolder, class_name: str | None = None, told_apart: bool | None = None
) -> Mapped:
    """What ``folder`` shows; what is given instead of None holds.

    Raises:
        SystemExit: ``meta.json`` is no JSON object.
    """
    meta = _meta(folder.path)
    named = class_name or _class_of(folder, meta)
    apart = told_apart
    if apart is None:
        is_buildings = named is not None and preset_for(named) == "buildings"
        apart = is_buildings and can_be_told_apart(folder.path, folder.chip_px)
    return Mapped(named or ("buildings" if apart else None), _ground(folder.path, meta), apart)


def recipe_as_campaign(
    of: Mapped,
    folder: Path,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    *,
    cold: bool,
) -> Recipe:
    """Model and training as a campaign of this has them, and what is asked for over that.

    Args:
        of: what is mapped.
        folder: of the data set.
        model, training: settings that hold, whatever is mapped.
        cold: without a starting model.
    """
    begins: dict[str, Any] = {}
    if of.ground_m_per_px is not None:
        begins["reduction"] = reduction_for(of.ground_m_per_px)
    if of.class_name and not cold:
        begins["starting_model"] = starting_model_for(of.class_name, model)
    network = ModelConfig.from_mapping(begins | dict(model))
    whole = {"batch_size": WHOLE_PIXEL_BATCH} if network.reduction == 1 else {}
    recipe = Recipe(model=network, training=TrainConfig.from_mapping(whole | dict(training)))
    return recipe_told_apart(recipe, folder) if of.told_apart else recipe


def _meta(folder: Path) -> dict[str, Any]:
    path = folder / "meta.json"
    if not path.is_file():
        return {}
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SystemExit(f"{path} is not JSON: {error}") from None
    if not isinstance(meta, dict):
        raise SystemExit(f"{path} must hold an object: class, ground_resolution_m, …")
    return meta


def _class_of(folder: ChipFolder, meta: Mapping[str, Any]) -> str | None:
    if isinstance(classes := meta.get("classes"), dict):
        found = classes.get(str(folder.positive))
        return str(found) if found else None
    if meta.get("class"):
        return str(meta["class"])
    for text in (folder.path.resolve().name, meta.get("name"), meta.get("label_provenance")):
        for word in re.findall(r"[a-z]+", str(text).lower()):
            if preset_for(word) in STARTING_MODELS:
                return word
    return None


def _ground(folder: Path, meta: Mapping[str, Any]) -> float | None:
    stated = meta.get("ground_resolution_m")
    if isinstance(stated, int | float) and stated > 0:
        return float(stated)
    return ground_m_per_px_of(folder)
