"""Campaign areas with known counts in every tile, for simulations of audits."""

import numpy as np
from numpy.typing import NDArray

TILE_PX = 256 * 256


def campaign_area(kind: str, tiles: int, seed: int) -> NDArray[np.float64]:
    """(tiles, 4) pixel counts (tp, fp, fn, tn) of a model over an area.

    ``rural``: 45 % of tiles are empty, the rest skewed (as around a village); ``dense``: nearly
    every tile is built over (as a town centre). A tenth of the tiles is much worse than the rest.
    """
    rng = np.random.default_rng(seed)
    if kind == "rural":
        covered = rng.lognormal(np.log(0.06), 1.0, tiles).clip(0.0, 0.9)
        covered[rng.random(tiles) < 0.45] = 0.0
    else:
        covered = rng.beta(4.0, 5.0, tiles)
    truth = np.round(covered * TILE_PX)
    found = np.where(rng.random(tiles) < 0.1, rng.beta(1, 4, tiles), rng.beta(6, 2, tiles))
    tp = np.round(truth * found)
    false_alarms = rng.lognormal(np.log(0.004), 1.2, tiles).clip(0.0, 0.2) * (0.3 + 2 * covered)
    fp = np.round((TILE_PX - truth) * false_alarms)
    fn = truth - tp
    return np.column_stack([tp, fp, fn, TILE_PX - tp - fp - fn])
