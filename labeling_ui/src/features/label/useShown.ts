import { useEffect } from 'react';
import type { Outline } from '@/actions/outlines';
import type { Visit } from '@/actions/visits';
import { tileKey } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';
import type { PictureSource } from '@/supply/pictures';

export interface Shown {
  readonly map: LabelMap | null;
  readonly visit: Visit | null;
  readonly pictures: PictureSource;
  readonly selected: string | null;
  readonly hidden: boolean;
  /** Outlines that a drawing tool shows by itself at the moment. */
  readonly editing: boolean;
  /** Outlines to compare with: in the practice, the truth. */
  readonly known: readonly Outline[] | undefined;
  /** Where the service found the answer to this tile wrong. */
  readonly wrong: Position | null;
}

/** Keeps the map in step with the state: the tile, its outlines, and whether they are hidden. */
export function useShown({
  map,
  visit,
  pictures,
  selected,
  hidden,
  editing,
  known,
  wrong,
}: Shown): void {
  const tile = visit?.task.tile ?? null;
  const key = tile === null ? null : tileKey(tile);
  const outlines = visit?.history.present.outlines ?? NONE;

  useEffect(() => {
    if (map !== null && tile !== null) map.show(tile, pictures);
    // The key stands for the tile: a visit that changes is still at the same place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [map, key, pictures]);

  useEffect(() => {
    const shown = editing ? outlines.filter((outline) => outline.gone) : outlines;
    map?.draw({ outlines: [...shown, ...(known ?? NONE)], selected, wrong });
  }, [map, outlines, selected, editing, known, wrong]);

  useEffect(() => map?.hide(hidden), [map, hidden]);
}

const NONE: readonly Outline[] = [];
