import { useCallback, useMemo, useState } from 'react';
import { countOf, type Corner } from '@/actions/corners';
import { currentVisit, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import { ringsToDegrees, TILE_PX } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/tools';
import { carried, goneToNext, laidDown, takenAway, takenUp } from './cornering';
import { tapped, TAPPED } from './tapping';
import { paint } from './useBrush';
import { finish } from './useTools';

/** Pixels of the tile that one press of an arrow key moves the cross, and a corner that it holds. */
const STEP_PX = 2;
const HELD_STEP_PX = 1;
const LINE_PX = 1;

export interface Cross {
  /** Where it stands in world pixels; null until an arrow key was pressed. */
  readonly at: Position | null;
  /** The corner that it stands on, in words: its number, of how many, and whether it is held. */
  readonly corner: { number: number; count: number; held: boolean } | null;
  move(dx: number, dy: number): void;
  tap(): void;
  cancel(): void;
  /** To the next corner, where corners are edited. */
  next(): void;
  /** Takes the corner under it away. */
  remove(): void;
}

interface Standing {
  readonly lease: string;
  readonly tool: Tool;
  readonly at: Position;
  readonly taps: readonly Position[];
  readonly corner: Corner | null;
  readonly held: boolean;
}

type Changes = Partial<Pick<Standing, 'taps' | 'corner' | 'held'>>;

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
  const mine = here?.tool === tool ? here : null;
  const taps = useMemo(() => mine?.taps ?? [], [mine]);
  const zoom = visit?.task.tile.z ?? 0;

  const stand = useCallback(
    (at: Position, { taps = [], corner = null, held = false }: Changes) => {
      if (lease === null) return;
      setCross({ lease, tool, at, taps, corner, held });
      map?.stroke(taps.length === 0 ? null : { points: [...taps, at], radius: LINE_PX });
    },
    [lease, tool, map],
  );

  const move = (dx: number, dy: number): void => {
    if (visit === null) return;
    const { x, y } = visit.task.tile;
    const from = here?.at ?? [(x + 0.5) * TILE_PX, (y + 0.5) * TILE_PX];
    const held = mine?.held === true ? mine.corner : null;
    const step = held === null ? STEP_PX : HELD_STEP_PX;
    const at: Position = [from[0] + dx * step, from[1] + dy * step];
    if (held === null) return stand(at, { taps });
    carried(held, at, zoom);
    stand(at, { corner: held, held: true });
  };

  const tap = (): void => {
    const now = currentVisit(store.get().labelling);
    if (here === null || now === null || !TAPPED.has(tool)) return;
    if (tool === 'point' || tool === 'merge') return onClick(here.at, 0);
    if (tool === 'brush' || tool === 'eraser') return void paint(tool, [here.at], zoom);
    if (tool === 'vertices') {
      if (mine?.held === true) return stand(here.at, laidDown(mine.corner));
      const found = takenUp(here.at, zoom);
      return found === null ? undefined : stand(found.at, { corner: found.corner, held: true });
    }
    const found = tapped(tool, taps, here.at);
    if (found.done === null) return stand(here.at, { taps: found.taps });
    const [ring = []] = ringsToDegrees([found.ring], zoom);
    void finish(found.done, ring, now);
    stand(here.at, {});
  };

  const next = (): void => {
    const found = goneToNext(mine?.corner ?? null, zoom);
    if (found !== null) stand(found.at, { corner: found.corner });
  };
  const remove = (): void => {
    if (here === null || tool !== 'vertices') return;
    takenAway(here.at, zoom);
    stand(here.at, {});
  };
  const cancel = (): void => {
    if (here !== null) stand(here.at, mine?.held === true ? laidDown(mine.corner) : {});
  };

  const work = visit?.history.present ?? null;
  const under = mine?.corner ?? null;
  const count = work === null || under === null ? 0 : countOf(work, under);
  const corner =
    under === null || count === 0
      ? null
      : { number: under.index + 1, count, held: mine?.held === true };
  return { at: here?.at ?? null, corner, move, tap, cancel, next, remove };
}
