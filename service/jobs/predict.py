"""The predict job: one shard of tiles → probabilities, scores, features and outlines.

All tiles are predicted, audit tiles too (that is how accuracy is measured). Outlines that end
inside the shard are written at once; pieces that touch its edge wait for the stitch job. What is
stored is keyed by the checkpoint and the shard: a shard that is done is passed over.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mercantile
import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from learner.grid import PixelWindow
from learner.model import checkpoint as files
from learner.predict import BlockPrediction, Predictor
from learner.vectorise import pack_pieces
from service.domain.imagery import open_campaign_imagery
from service.domain.measure import threshold_of
from service.domain.policy import COMPARISON, Policy
from service.jobs.claim import complete
from service.jobs.context import JobContext
from service.jobs.outlining import bounded, owned_rows, rules_of
from service.jobs.shard_outlines import ShardOutlines
from service.jobs.shard_raster import ShardRaster
from service.queries import checkpoints, predicted
from service.queries.predicted import ObjectRow, ScoreRow
from service.tables import Campaign, Checkpoint, PredictedShard, Round

SCORES = ("uncertainty", "uncertainty_foreground", "mean_probability")
VIEWS_UP_TO_TILES = ((1_000, 8), (10_000, 4))
"""How many flips and turns a prediction averages over in campaigns of up to so many tiles; beyond,
one look has to do. Each doubling costs as much time as all before, and gains (docs/results.md)."""


def predict(job: JobContext) -> None:
    """Predict the claim's shard with the round's checkpoint.

    Raises:
        LearnerError: the imagery or the checkpoint cannot be used.
        Stopped, FenceLost: somebody else goes on.
    """
    with job.database.session() as session:
        campaign = session.get_one(Campaign, job.claim.campaign_id)
        checkpoint = checkpoints.of_round(session, job.claim.round_id)
        if checkpoint is None:
            raise RuntimeError(f"round {job.claim.round_id} has no checkpoint to predict with")
        done = predicted.is_shard_done(session, checkpoint.id, job.claim.shard)
        tiles = predicted.tiles_of_shard(session, campaign.id, job.claim.shard)
        campaign_tiles = predicted.tiles_in_campaign(session, campaign.id)
    if done:
        complete(job.database, job.claim)
        return
    policy = Policy.model_validate(campaign.policy)
    shard = _Shard(campaign.zoom, job.claim.shard, {(tile.x, tile.y): tile.id for tile in tiles})
    prefix = f"predictions/{checkpoint.id}/{job.claim.shard}"
    with tempfile.TemporaryDirectory(prefix="tilewise-shard-") as name:
        folder = Path(name)
        plan = _Plan(campaign, checkpoint, policy, shard, views_for(policy, campaign_tiles))
        raster = folder / "probability.tif"
        found, drawn = _predict_blocks(job, plan, raster)
        job.check()
        job.artefacts.put_file(f"{prefix}/probability.tif", raster)
        job.artefacts.put_file(f"{prefix}/features.npz", found.save_features(folder))
        job.artefacts.put_bytes(f"{prefix}/pieces.bin", pack_pieces(drawn.at_edge))
    objects = owned_rows(bounded(drawn.found), campaign.zoom, shard.id_of)
    _publish(job, checkpoint, prefix, found.scores, objects)


def views_for(policy: Policy, campaign_tiles: int) -> int:
    """How many looks a prediction averages over; several where the choice compares them."""
    if policy.views is not None:
        return policy.views
    affordable = (views for most, views in VIEWS_UP_TO_TILES if campaign_tiles <= most)
    return next(affordable, 4 if policy.needs_views else 1)


def scores_for(policy: Policy, views: int) -> frozenset[str]:
    """What is asked of a prediction: views are only compared where tiles are chosen by that."""
    return frozenset((*SCORES, COMPARISON) if policy.compares(views) else SCORES)


@dataclass(frozen=True)
class _Shard:
    zoom: int
    quadkey: str
    id_of: Mapping[tuple[int, int], int]

    @property
    def square(self) -> PixelWindow:
        """The window of the shard's parent tile: beyond it begin other shards."""
        parent = mercantile.quadkey_to_tile(self.quadkey)
        factor = 2 ** (self.zoom - parent.z)
        return PixelWindow.of_tiles(self.zoom, parent.x * factor, parent.y * factor, factor, factor)


@dataclass(frozen=True)
class _Plan:
    """Everything that decides what comes out of a shard."""

    campaign: Campaign
    checkpoint: Checkpoint
    policy: Policy
    shard: _Shard
    views: int


@dataclass
class _Found:
    """What is known of a shard's tiles, growing block by block."""

    scores: list[ScoreRow] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    shown: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    features: list[npt.NDArray[np.float16]] = field(default_factory=list)
    scores_by_name: dict[str, list[npt.NDArray[np.float32]]] = field(default_factory=dict)

    def add(self, block: BlockPrediction, tile_ids: Sequence[int]) -> None:
        self.ids += tile_ids
        self.shown.append(block.shown)
        self.features.append(block.features.astype(np.float16))
        for name, values in block.scores.items():
            self.scores_by_name.setdefault(name, []).append(values)
        for index, tile_id in enumerate(tile_ids):
            self.scores.append(
                ScoreRow(tile_id, **{name: float(block.scores[name][index]) for name in SCORES})
            )

    def save_features(self, folder: Path) -> Path:
        """``tile_ids`` (n,), ``shown`` (n,) bool: is there any imagery?; ``features`` (n, D)
        float16 and each score (n,) float32."""
        path = folder / "features.npz"
        arrays: dict[str, npt.NDArray[Any]] = {
            f"score_{name}": np.concatenate(of) for name, of in self.scores_by_name.items()
        }
        arrays["tile_ids"] = np.array(self.ids, np.int64)
        arrays["shown"] = np.concatenate(self.shown)
        arrays["features"] = np.concatenate(self.features)
        np.savez_compressed(path, allow_pickle=False, **arrays)
        return path


@functools.lru_cache(maxsize=1)
def _predictor(checkpoint: Path, device: str, views: int, threads: int | None) -> Predictor:
    """Made once for all shards that a process predicts; the file's name is its content's hash."""
    return Predictor(files.load(checkpoint), device=device, views=views, threads=threads)


def _predict_blocks(job: JobContext, plan: _Plan, path: Path) -> tuple[_Found, ShardOutlines]:
    predictor = _predictor(
        job.artefacts.local(plan.checkpoint.artefact_key),
        job.settings.device,
        plan.views,
        job.settings.threads,
    )
    source = open_campaign_imagery(plan.campaign, job.artefacts, job.settings)
    id_of = plan.shard.id_of
    tiles = [mercantile.Tile(x, y, plan.shard.zoom) for x, y in id_of]
    threshold = threshold_of(plan.checkpoint)
    scores = scores_for(plan.policy, plan.views)
    found = _Found()
    with ShardRaster.create(path, tiles) as raster:
        drawn = ShardOutlines(raster, plan.shard.square, threshold, rules_of(plan.campaign))
        for block in predictor.predict_blocks(source, tiles, scores=scores):
            drawn.add(block.window, raster.write(block))
            found.add(block, [id_of[tile.x, tile.y] for tile in block.tiles])
            job.heart.progress(len(found.ids), len(tiles), "tiles")
            job.check()
        drawn.finish()
    return found, drawn


def _publish(
    job: JobContext,
    checkpoint: Checkpoint,
    prefix: str,
    scores: Sequence[ScoreRow],
    objects: Sequence[ObjectRow],
) -> None:
    def write(session: Session, _: Round) -> None:
        if predicted.is_shard_done(session, checkpoint.id, job.claim.shard):
            return
        session.add(
            PredictedShard(
                checkpoint_id=checkpoint.id,
                shard=job.claim.shard,
                artefact_key=prefix,
                tile_count=len(scores),
            )
        )
        session.flush()
        predicted.copy_scores(session, checkpoint.id, scores)
        predicted.copy_objects(session, checkpoint.id, objects)

    complete(job.database, job.claim, write)
