"""How a piece becomes an outline, as a value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from learner.errors import LearnerError


class BadOutlineRules(LearnerError):
    """The rules asked for do not exist or make no sense."""


@dataclass(frozen=True, slots=True)
class OutlineRules:
    """What to do to a piece; every length and area is on the ground.

    Attributes:
        split_depth_m: a patch is divided where parts lie deeper than the neck between them by
            this much (see :func:`~learner.outlines.divide.divide`); 0 leaves patches whole.
        smooth_m: half-width of the square with which gaps are closed and then whiskers opened
            away; 0 leaves the piece as it is.
        simplify_m: how far a simplified edge may stray from the traced one (Douglas-Peucker).
            Never less than 1.45 px is applied: below that only the staircase would be kept.
        min_area_m2: smaller outlines are dropped.
        min_hole_m2: smaller holes are filled.
        right_angles: turn edges that nearly follow the building's main directions into them.
    """

    split_depth_m: float = 0.0
    smooth_m: float = 0.0
    simplify_m: float = 0.3
    min_area_m2: float = 4.0
    min_hole_m2: float = 4.0
    right_angles: bool = False

    def __post_init__(self) -> None:
        for name in ("split_depth_m", "smooth_m", "simplify_m", "min_area_m2", "min_hole_m2"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise BadOutlineRules(f"outline rule {name} must be a number from 0, not {value!r}")
        if not isinstance(self.right_angles, bool):
            raise BadOutlineRules(
                f"outline rule right_angles must be true or false, not {self.right_angles!r}"
            )

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> OutlineRules:
        """Rules from a mapping of the attributes, over those of ``preset`` if it names one.

        Raises:
            BadOutlineRules: an unknown key, preset or value; the message lists the known ones.
        """
        changes = dict(mapping)
        preset = changes.pop("preset", "plain")
        if preset not in PRESETS:
            raise BadOutlineRules(
                f"there is no outline preset {preset!r}; there are {', '.join(PRESETS)}"
            )
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = sorted(set(changes) - set(known))
        if unknown:
            raise BadOutlineRules(
                f"unknown outline rules {', '.join(unknown)}; there are preset, {', '.join(known)}"
            )
        return dataclasses.replace(PRESETS[preset], **changes)

    def to_mapping(self) -> dict[str, Any]:
        """The attributes as plain JSON values; :meth:`from_mapping` reads them back."""
        return dataclasses.asdict(self)


_PRESET_OF_CLASS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("building", "buildings", "house", "houses", "roof", "roofs"), "buildings"),
        **dict.fromkeys(("road", "roads", "street", "streets", "path", "paths"), "roads"),
    }
)


def preset_for(class_name: str) -> str:
    """The preset that suits a class by its name (in English, any case); "plain" for most."""
    return _PRESET_OF_CLASS.get(class_name.strip().lower(), "plain")


PRESETS: Mapping[str, OutlineRules] = MappingProxyType(
    {
        "plain": OutlineRules(),
        "buildings": OutlineRules(
            split_depth_m=0.5, simplify_m=0.6, min_area_m2=6.0, right_angles=True
        ),
        "roads": OutlineRules(simplify_m=1.0, min_area_m2=50.0, min_hole_m2=25.0),
        # The post-processing of the AIcrowd Mapping Challenge notebook: close, open,
        # Douglas-Peucker; its 300-px tiles were about 0.3 m a pixel, its kernel 5 px wide.
        "mapping_challenge": OutlineRules(
            smooth_m=0.6, simplify_m=0.6, min_area_m2=3.0, min_hole_m2=9.0
        ),
    }
)
