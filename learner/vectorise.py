"""Probabilities to outlines: trace each block, stitch the pieces, divide and outline them.

A piece that is not open is whole as traced: it may be outlined at once, while the next block is
under way. Only the open ones need their neighbours.

>>> pieces = stitch([piece for block in blocks for piece in trace(*block, threshold=0.5)])
>>> found = outlines(pieces, zoom=20, rules=OutlineRules.from_mapping({"preset": "buildings"}))
"""

from learner.outlines.centreline import CentreLine, centre_lines
from learner.outlines.divide import ProbabilityAt, divide, held
from learner.outlines.outline import Outline, least_area_px, outline, outlines
from learner.outlines.pieces import Piece, pack_pieces, trace, unpack_pieces
from learner.outlines.rules import PRESETS, BadOutlineRules, OutlineRules
from learner.outlines.stitch import finished, stitch

__all__ = [
    "PRESETS",
    "BadOutlineRules",
    "CentreLine",
    "Outline",
    "OutlineRules",
    "Piece",
    "ProbabilityAt",
    "centre_lines",
    "divide",
    "finished",
    "held",
    "least_area_px",
    "outline",
    "outlines",
    "pack_pieces",
    "stitch",
    "trace",
    "unpack_pieces",
]
