"""Loose chips with their truth, as replays and notebooks have them in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ChipSet:
    """Chips with their truth.

    Attributes:
        pixels: ``(N, S, S, 3)`` uint8 RGB.
        masks: ``(N, S, S)`` uint8, 0 or 1: what labels of them teach.
        xy: ``(N, 2)`` int64 positions on a grid of chips; neighbours differ by one.
        place: ``(N,)`` int64, what a split into pool and test may not cut.
        objects: ``(N, S, S)`` int32 as ``learner.people.shown.Numbers``, where it is known what
            people count as one object; None where that are the patches of the masks.
    """

    pixels: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.uint8]
    xy: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    objects: npt.NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.pixels)

    def at(self, chosen: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> ChipSet:
        """The chips of these indices, or where the mask ``(N,)`` is true."""
        return ChipSet(
            self.pixels[chosen],
            self.masks[chosen],
            self.xy[chosen],
            self.place[chosen],
            None if self.objects is None else self.objects[chosen],
        )

    @property
    def truth(self) -> npt.NDArray[np.uint8]:
        """``(N, S, S)`` uint8, 0 or 1: what models are measured by."""
        return self.masks if self.objects is None else (self.objects > 0).view(np.uint8)


def split_by_place(chips: ChipSet, test_share: float, seed: int) -> tuple[ChipSet, ChipSet]:
    """Pool and test chips; whole places are drawn until ``test_share`` of the chips is held out.

    Args:
        chips: of at least two places.
        test_share: 0..1, of the chips; reached or exceeded by the last place drawn.
        seed: of the draw.

    Raises:
        ValueError: all chips are of one place.
    """
    places, sizes = np.unique(chips.place, return_counts=True)
    if len(places) < 2:
        raise ValueError("chips of a single place cannot be split into pool and test")
    order = np.random.default_rng(seed).permutation(len(places))
    before = np.concatenate([[0], np.cumsum(sizes[order])[:-1]])
    drawn = order[before < test_share * len(chips)][: len(places) - 1]
    test = np.isin(chips.place, places[drawn])
    return chips.at(~test), chips.at(test)
