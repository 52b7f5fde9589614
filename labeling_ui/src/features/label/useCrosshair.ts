import { useCallback, useMemo, useState } from 'react';
import { currentVisit, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import { ringsToDegrees, TILE_PX } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/state';
import { tapped, TAPPED } from './tapping';
import { paint } from './useBrush';
import { finish } from './useTools';

/** Pixels of the tile that one press of an arrow key moves the cross. */
const STEP_PX = 2;
const LINE_PX = 1;

export interface Cross {
  /** Where it stands in world pixels; null until an arrow key was pressed. */
  readonly at: Position | null;
  move(dx: number, dy: number): void;
  tap(): void;
  cancel(): void;
}

interface Standing {
  readonly lease: string;
  readonly tool: Tool;
  readonly at: Position;
  readonly taps: readonly Position[];
}

/** Drawing by keyboard: a cross that arrow keys move, and that Enter taps with. */
export function useCrosshair(
  map: LabelMap | null,
  visit: Visit | null,
  tool: Tool,
  onClick: (at: Position, reach: number) => void,
): Cross {
  const [cross, setCross] = useState<Standing | null>(null);
  const lease = visit?.task.lease_id ?? null;
  const here = cross !== null && cross.lease === lease ? cross : null;
  const taps = useMemo(() => (here?.tool === tool ? here.taps : []), [here, tool]);
  const zoom = visit?.task.tile.z ?? 0;

  const stand = useCallback(
    (at: Position, next: readonly Position[]) => {
      if (lease === null) return;
      setCross({ lease, tool, at, taps: next });
      map?.stroke(next.length === 0 ? null : { points: [...next, at], radius: LINE_PX });
    },
    [lease, tool, map],
  );

  const move = (dx: number, dy: number): void => {
    if (visit === null) return;
    const { x, y } = visit.task.tile;
    const [left, top] = here?.at ?? [(x + 0.5) * TILE_PX, (y + 0.5) * TILE_PX];
    stand([left + dx * STEP_PX, top + dy * STEP_PX], taps);
  };

  const tap = (): void => {
    const now = currentVisit(store.get().labelling);
    if (here === null || now === null || !TAPPED.has(tool)) return;
    if (tool === 'point' || tool === 'merge') {
      return onClick(here.at, 0);
    }
    if (tool === 'brush' || tool === 'eraser') return void paint(tool, [here.at], zoom);
    const found = tapped(tool, taps, here.at);
    if (found.done === null) return stand(here.at, found.taps);
    const [ring = []] = ringsToDegrees([found.ring], zoom);
    void finish(found.done, ring, now);
    stand(here.at, []);
  };

  const cancel = (): void => {
    if (here !== null) stand(here.at, []);
  };
  return { at: here?.at ?? null, move, tap, cancel };
}
