"""How a person works, as a value: what their acts cost and how often they slip.

Times: MapSwipe judges a footprint in 1.3 s (median), drawing one by hand takes 19-30 s, correcting
is about three times quicker than drawing (R. Benenson et al., "Large-scale interactive object
segmentation with human annotators", CVPR 2019, arXiv:1903.10830).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ActSeconds:
    """What each act costs a person, in seconds; all but ``view`` are per object."""

    view: float = 2.0
    confirm: float = 1.0
    delete: float = 2.0
    reshape: float = 6.0
    draw: float = 20.0


@dataclass(frozen=True, slots=True)
class MapperHabits:
    """How a person works. Each slip's probability is the number here times ``error_rate``.

    Attributes:
        error_rate: 0 never errs, 1 errs as often as the numbers below say.
        seconds: what the acts cost.
        accept_iou: an outline that fits its object at least so well is confirmed as it is.
        match_iou: one that fits at least so well is reshaped; below, it is deleted.
        miss_small: an object of no area that should be drawn is overlooked; people omit far more
            than they over-draw.
        miss_large: the same for a very large object.
        small_m2: ground area at which the chance of a miss has fallen 63 % of the way between.
        confirm_wrong: an outline that should be reshaped or deleted is confirmed.
        nothing_instead: a tile with objects is answered "nothing".
        skip_fixing: a tile that needs work is answered "wrong" and left.
        cant_tell: a tile is answered "can't tell".
        offset: everything drawn in a tile is shifted, by ``offset_m`` metres in one direction.
        jitter_m: standard deviation in metres by which each drawn vertex is off.
    """

    error_rate: float = 0.0
    seconds: ActSeconds = field(default_factory=ActSeconds)
    accept_iou: float = 0.75
    match_iou: float = 0.3
    miss_small: float = 0.8
    miss_large: float = 0.1
    small_m2: float = 30.0
    confirm_wrong: float = 0.3
    nothing_instead: float = 0.1
    skip_fixing: float = 0.1
    cant_tell: float = 0.05
    offset: float = 0.1
    offset_m: float = 2.0
    jitter_m: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 <= self.error_rate <= 1.0:
            raise ValueError(f"error_rate {self.error_rate} is not within 0..1")
        if not 0.0 < self.match_iou <= self.accept_iou <= 1.0:
            raise ValueError("0 < match_iou <= accept_iou <= 1 must hold")
