"""When a model contradicts what one person said of a tile, so that another should look.

A wrong "nothing" on a full tile teaches a model more than any other slip, and costs the least to
find: another person needs a glance. Where a model outlines much and an answer has next to none of
it, either is badly wrong. In five replayed campaigns it was the answer each of eight times
(docs/decisions/0010-second-looks.md).
"""

from __future__ import annotations

LEFT_OUT_SHARE = 0.03
"""Of the tile: as much as an answer leaves out of a model's outlines before it is contradicted."""
CONTRADICTED_IOU = 0.3
"""Of answer and outlines in the tile; above it, people have put right what the model drew."""
SECOND_LOOKS_SHARE = 0.25
"""Of a batch: at most so many older labels a round are looked at again; a bad model doubts what is
right, too."""


def is_contradicted(*, left_out: float, shared: float, label: float) -> bool:
    """Whether a label leaves out most of what a model outlines.

    Args:
        left_out: what only the outlines hold, as a share of the tile (0..1).
        shared: what both hold, as a share of the tile.
        label: what the label holds, as a share of the tile.
    """
    return left_out >= LEFT_OUT_SHARE and shared < CONTRADICTED_IOU * (label + left_out)
