"""The select job: what is left of the pool → an order of tiles, with propensities and reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import mercantile
import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile
from sqlalchemy.orm import Session

from learner.acquisition.registry import ACQUISITIONS
from learner.acquisition.select import select as choose
from learner.acquisition.suited import SUITED
from learner.acquisition.values import Choice, Pool, Request
from learner.data.chips import read_chip
from learner.features import colour_texture_features
from learner.imagery.source import visible
from service.domain.beginning import looked_at_most
from service.domain.imagery import open_campaign_imagery
from service.domain.policy import Policy, stored_policy
from service.domain.second_looks import contradicted
from service.jobs.chips import read_ahead
from service.jobs.claim import complete
from service.jobs.context import JobContext
from service.queries import checkpoints, doubts, predicted, selections
from service.queries.selections import PoolTile
from service.states import Doubt
from service.tables import Campaign, Checkpoint, Round


def select(job: JobContext) -> None:
    """Write the round's order; an empty pool gives an empty one, and the round goes on.

    Labels that the serving checkpoint contradicts get a second look in the same transaction.

    Raises:
        LearnerError: the imagery cannot be read, or the acquisition is unknown.
        Stopped, FenceLost: somebody else goes on.
    """
    with job.database.session() as session:
        campaign = session.get_one(Campaign, job.claim.campaign_id)
        round_ = session.get_one(Round, job.claim.round_id)
        tiles = selections.open_pool(session, campaign.id)
        labelled = selections.labelled_pool(session, campaign.id)
        serving = checkpoints.promoted(session, campaign.id)
        policy = stored_policy(campaign.policy)
        doubted = [] if serving is None else contradicted(session, campaign, policy, serving.id)
    if serving is None:
        tiles, pool = _cold_pool(job, campaign, round_, tiles, labelled)
    else:
        tiles, pool = _scored_pool(job, serving, tiles, labelled)
    rows: list[dict[str, Any]] = []
    if tiles:
        request = Request(
            batch_size=policy.batch_size,
            length=policy.batch_size * policy.order_factor,
            round_number=round_.number,
            seed=round_.seed,
            random_share=policy.random_share,
        )
        acquisition = _acquisition(policy, pool)
        rows = _rows(round_, tiles, choose(acquisition, pool, request))

    def write(session: Session, _: Round) -> None:
        selections.add(session, rows)
        doubts.ask_again(session, doubted, Doubt.CONTRADICTED)

    complete(job.database, job.claim, write)


def _acquisition(policy: Policy, pool: Pool) -> str:
    """The policy's, or what suits while the serving model was not asked for what that one reads.

    So it is where the policy changed after that model predicted, also while later ones are held.
    """
    wanted = policy.acquisition
    can_choose = not pool.scores or ACQUISITIONS[wanted].needs <= pool.scores.keys()
    return wanted if can_choose else SUITED.name


def _rows(round_: Round, tiles: Sequence[PoolTile], choice: Choice) -> list[dict[str, Any]]:
    return [
        {
            "round_id": round_.id,
            "tile_id": tiles[index].id,
            "rank": rank,
            "in_batch": bool(choice.in_batch[rank]),
            "chosen_by": choice.chosen_by[rank].value,
            "propensity": float(choice.propensity[rank]),
            "score": float(choice.score[rank]),
            "reason": choice.reason[rank].value,
        }
        for rank, index in enumerate(choice.order.tolist())
    ]


def _scored_pool(
    job: JobContext,
    serving: Checkpoint,
    tiles: Sequence[PoolTile],
    labelled: Sequence[PoolTile],
) -> tuple[list[PoolTile], Pool]:
    """The pool as the serving checkpoint sees it: scores and features, one shard at a time."""
    of_shard: dict[str, list[PoolTile]] = defaultdict(list)
    known_of_shard: dict[str, list[PoolTile]] = defaultdict(list)
    for tile in tiles:
        of_shard[tile.shard].append(tile)
    for tile in labelled:
        known_of_shard[tile.shard].append(tile)
    with job.database.session() as session:
        shards = predicted.shards_of_checkpoint(session, serving.id)
        seconds_of = selections.seconds_spent(session, [tile.id for tile in labelled])
    kept: list[PoolTile] = []
    features, known_features, known = [], [], []
    scores: dict[str, list[npt.NDArray[np.float32]]] = defaultdict(list)
    for done, shard in enumerate(shards):
        arrays = np.load(job.artefacts.local(f"{shard.artefact_key}/features.npz"))
        row_of = _rows_with_imagery(arrays)
        pool_tiles, rows = _present(of_shard[shard.shard], row_of)
        known_tiles, known_rows = _present(known_of_shard[shard.shard], row_of)
        all_features = arrays["features"]
        kept += pool_tiles
        known += known_tiles
        features.append(all_features[rows].astype(np.float32))
        known_features.append(all_features[known_rows].astype(np.float32))
        for name in arrays.files:
            if name.startswith("score_"):
                scores[name.removeprefix("score_")].append(arrays[name][rows])
        job.heart.progress(done + 1, len(shards), "shards")
        job.check()
    return kept, Pool(
        xy=_places(kept),
        features=np.concatenate(features),
        # Shards may have been asked for different ones, where the policy changed between them.
        scores={
            name: np.concatenate(values)
            for name, values in scores.items()
            if len(values) == len(shards)
        },
        labelled_xy=_places(known),
        labelled_features=np.concatenate(known_features),
        labelled_seconds=np.array([seconds_of.get(tile.id, np.nan) for tile in known], np.float64),
    )


def _rows_with_imagery(arrays: NpzFile) -> dict[int, int]:
    """Tile id → row, of the tiles that show something: people are asked about no others."""
    ids = arrays["tile_ids"]
    # Shards that an older version predicted do not say.
    shown = arrays["shown"] if "shown" in arrays.files else np.ones(len(ids), np.bool_)
    return {int(ids[row]): int(row) for row in np.flatnonzero(shown)}


def _present(tiles: Iterable[PoolTile], row_of: dict[int, int]) -> tuple[list[PoolTile], list[int]]:
    there = [tile for tile in tiles if tile.id in row_of]
    return there, [row_of[tile.id] for tile in there]


def _cold_pool(
    job: JobContext,
    campaign: Campaign,
    round_: Round,
    tiles: Sequence[PoolTile],
    labelled: Sequence[PoolTile],
) -> tuple[list[PoolTile], Pool]:
    """The pool by its looks, without a model: a sample of it where it is large.

    Tiles that turn out to show nothing are left out.
    """
    source = open_campaign_imagery(campaign, job.artefacts, job.settings)
    most = looked_at_most(source.spec.kind)
    chosen = list(tiles)
    if len(chosen) > most:
        rng = np.random.default_rng(round_.seed)
        chosen = [chosen[row] for row in sorted(rng.choice(len(chosen), most, replace=False))]
    with job.database.session() as session:
        share_of = selections.starting_shares(session, campaign.id, [tile.id for tile in chosen])

    def look(tile: PoolTile) -> npt.NDArray[np.float32] | None:
        chip = read_chip(source, mercantile.Tile(tile.x, tile.y, campaign.zoom))
        if not visible(chip.pixels, chip.valid).any():
            return None
        features: npt.NDArray[np.float32] = colour_texture_features(chip.pixels[None])[0]
        return features

    kept, features = [], []
    for done, (tile, described) in enumerate(zip(chosen, read_ahead(look, chosen), strict=True)):
        if described is not None:
            kept.append(tile)
            features.append(described)
        job.heart.progress(done + 1, len(chosen), "tiles")
        job.check()
    shares = np.array([share_of.get(tile.id, 0.0) for tile in kept], np.float32)
    return kept, Pool(
        xy=_places(kept),
        features=np.stack(features) if features else None,
        starting_share=shares if share_of else None,
        labelled_xy=_places(labelled),
    )


def _places(tiles: Sequence[PoolTile]) -> npt.NDArray[np.int64]:
    return np.array([(tile.x, tile.y) for tile in tiles], np.int64).reshape(-1, 2)
