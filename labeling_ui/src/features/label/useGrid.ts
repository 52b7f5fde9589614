import { useEffect, useState } from 'react';
import type { Visit } from '@/actions/visits';
import type { Grid } from '@/geometry/grid';
import { tileKey } from '@/geometry/mercator';
import type { GridSource } from '@/supply/probability';

/** The model's probabilities around the tile, fetched when fixing begins. */
export function useGrid(visit: Visit | null, wanted: boolean, grids: GridSource): Grid | null {
  const [found, setFound] = useState<{ key: string; grid: Grid | null } | null>(null);
  const tile = visit?.task.tile ?? null;
  const key = tile === null ? null : tileKey(tile);
  const checkpoint = visit?.task.checkpoint_id ?? null;

  useEffect(() => {
    if (!wanted || tile === null || key === null || checkpoint === null) return;
    let current = true;
    grids(tile, checkpoint)
      .then((grid) => current && setFound({ key, grid }))
      .catch(() => {}); // without the network there is no slider; the other tools work
    return () => {
      current = false;
    };
    // The key stands for the tile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted, key, checkpoint, grids]);

  return found !== null && found.key === key ? found.grid : null;
}
