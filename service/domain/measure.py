"""Accuracy, from the audit set alone: counts by tile first, scores with intervals from them.

Pixels: a stored probability of at least the checkpoint's threshold against the rasterised label.
Objects: both sides clipped to the tile, matched at IoU 0.5; what the clip leaves of an object that
reaches in by less than ``LEAST_CLIP_PX`` pixels counts on neither side.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import mercantile
import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from sqlalchemy.orm import Session

from learner.data.rasterise import rasterise
from learner.evaluation import scores
from learner.evaluation.counts import pixel_counts
from learner.evaluation.intervals import Interval, bootstrap, paired_difference
from learner.evaluation.objects import object_counts
from learner.grid import TILE_PX, PixelWindow
from service.artefacts import Artefacts
from service.domain.probability import FULL_SCALE, open_probability
from service.queries import accuracy, checkpoints, predicted
from service.tables import Campaign, Checkpoint

LEAST_CLIP_PX = 25
PIXELS = slice(0, 4)
OBJECTS = slice(4, 7)
_SCORES: Mapping[str, tuple[Callable[..., Any], slice]] = {
    "iou": (scores.iou, PIXELS),
    "precision": (scores.precision, PIXELS),
    "recall": (scores.recall, PIXELS),
    "f1": (scores.f1, PIXELS),
    "object_precision": (scores.precision, OBJECTS),
    "object_recall": (scores.recall, OBJECTS),
    "object_f1": (scores.f1, OBJECTS),
}

Counted = Sequence[Mapping[str, int]]


def count_new_labels(
    session: Session, artefacts: Artefacts, campaign: Campaign, checkpoint: Checkpoint
) -> Counted:
    """Compare a checkpoint with the audit labels that it has not been compared with.

    Reads only; :func:`publish` writes what comes back. One tile's arrays are held at a time.
    """
    counted = []
    stale = accuracy.uncounted(session, campaign.id, checkpoint.id)
    for shard, tiles in groupby(sorted(stale, key=_shard_first), key=lambda tile: tile.shard):
        prefix = predicted.artefact_prefix(session, checkpoint.id, shard)
        if prefix is None:
            continue
        with open_probability(artefacts, prefix) as raster:
            for tile in tiles:
                place = mercantile.Tile(tile.x, tile.y, campaign.zoom)
                probability = raster.read(place)
                truth = accuracy.label_outlines(session, tile.id)
                shown = predicted.outlines_touching(
                    session, checkpoint.id, tuple(mercantile.bounds(place))
                )
                counts = compare_tile(probability, shown, truth, place, threshold_of(checkpoint))
                counted.append(
                    {"tile_id": tile.id, "label_version": tile.label_version}
                    | dict(zip(accuracy.COUNTS, counts, strict=True))
                )
    return counted


def compare_tile(
    probability: npt.NDArray[np.uint8],
    outlines: Sequence[Polygon],
    truth: Sequence[Polygon],
    tile: mercantile.Tile,
    threshold: float,
) -> tuple[int, ...]:
    """One tile's counts in the order of ``service.queries.accuracy.COUNTS``.

    Args:
        probability: ``(256, 256)`` uint8, 255 for certainty.
        outlines: what the checkpoint outlines in and around the tile; EPSG:4326.
        truth: the label's outlines; EPSG:4326.
        tile: where all this lies.
        threshold: probability (0..1) from which a pixel counts as the class.
    """
    window = PixelWindow.of_tile(tile)
    inside = probability >= threshold * FULL_SCALE
    pixels = pixel_counts(inside, rasterise(truth, window))
    objects = object_counts(_clipped(outlines, tile), _clipped(truth, tile), iou=0.5)
    return (
        *(pixels.tp, pixels.fp, pixels.fn, pixels.tn),
        *(objects.tp, objects.fp, objects.fn),
    )


def publish(session: Session, campaign: Campaign, counted: Mapping[uuid.UUID, Counted]) -> None:
    """Write counts by checkpoint, and the scores that follow from all counts there are.

    A checkpoint named with no counts gets its row too: it is measured, on no tile so far.
    """
    accuracy.lock_accuracy(session, campaign.id)
    for checkpoint_id, rows in counted.items():
        accuracy.write_counts(session, checkpoint_id, rows)
    accuracy.forget_unusable(session, campaign.id)
    for checkpoint_id in counted:
        checkpoint = checkpoints.get(session, checkpoint_id)
        if checkpoint is None:
            continue
        own = accuracy.counts(session, checkpoint_id)
        found = scores_of(own, campaign.seed)
        found["gain"] = None
        if checkpoint.parent_id is not None:
            before = accuracy.counts(session, checkpoint.parent_id)
            gain = paired_gain(own, before, campaign.seed)
            found["gain"] = None if gain is None else as_json(gain)
            found["gain_over"] = str(checkpoint.parent_id)
        accuracy.write_scores(session, checkpoint_id, len(own), found)


def scores_of(counts: Mapping[int, tuple[int, ...]], seed: int) -> dict[str, Any]:
    """Every score with its interval by bootstrap over tiles; empty without a tile."""
    if not counts:
        return {}
    rows = np.array(list(counts.values()))
    return {
        name: as_json(bootstrap(rows[:, columns], statistic, seed=seed))
        for name, (statistic, columns) in _SCORES.items()
    }


def paired_gain(
    counts: Mapping[int, tuple[int, ...]], before: Mapping[int, tuple[int, ...]], seed: int
) -> Interval | None:
    """Difference of pixel IoU on the tiles that both were compared on; None without any."""
    shared = sorted(counts.keys() & before.keys())
    if not shared:
        return None
    newer = np.array([counts[tile][PIXELS] for tile in shared])
    older = np.array([before[tile][PIXELS] for tile in shared])
    gain = paired_difference(newer, older, scores.iou, seed=seed)
    return gain if math.isfinite(gain.estimate) else None


def as_json(interval: Interval) -> dict[str, float | None]:
    """JSON knows no NaN: what is unknown is null."""
    return {
        "estimate": _finite(interval.estimate),
        "low": _finite(interval.low),
        "high": _finite(interval.high),
    }


def threshold_of(checkpoint: Checkpoint) -> float:
    """Probability (0..1) from which this checkpoint calls a pixel the class."""
    return float(checkpoint.card["threshold"])


def _clipped(outlines: Iterable[Polygon], tile: mercantile.Tile) -> list[Polygon]:
    """The parts of outlines inside the tile, slivers left out; an outline may give several."""
    box = shapely.box(*mercantile.bounds(tile))
    least = box.area * LEAST_CLIP_PX / TILE_PX**2
    cut = [shapely.intersection(shapely.make_valid(outline), box) for outline in outlines]
    parts = shapely.get_parts(shapely.get_parts(cut)) if cut else []
    return [part for part in parts if isinstance(part, Polygon) and part.area >= least]


def _shard_first(tile: accuracy.AuditTile) -> tuple[str, int]:
    return tile.shard, tile.id


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
