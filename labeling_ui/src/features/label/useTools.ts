import { useCallback, useEffect, useRef } from 'react';
import { added, outlineAt, reshaped, standing, toggled } from '@/actions/outlines';
import { isShown, pick, say, select, worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import {
  OVER_THE_EDGE,
  ringsToDegrees,
  ringsToPixels,
  TILE_PX,
  tileBounds,
  toPixels,
} from '@/geometry/mercator';
import { proposed } from '@/geometry/propose';
import { meets, type Position } from '@/geometry/shapes';
import type { DrawMode, Pen } from '@/map/draw';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/tools';
import type { GridSource } from '@/supply/probability';
import { useBrush } from './useBrush';

const DRAWN_BY: Partial<Record<Tool, DrawMode>> = {
  rectangle: 'rectangle',
  polygon: 'polygon',
  split: 'line',
  vertices: 'edit',
};

const cutting = () => import('@/actions/cutting');

interface Tools {
  /** At a place in world pixels; a finger may mean what is in reach of it. */
  readonly onClick: (at: Position, reach: number) => void;
}

/** What clicks on the map do, by the tool in hand. */
export function useTools(
  map: LabelMap | null,
  visit: Visit | null,
  tool: Tool,
  grids: GridSource,
): Tools {
  usePen(map, visit, tool);
  useBrush(map, visit, tool);

  const onClick = useCallback(
    (at: Position, reach: number) => {
      if (visit === null) return;
      const outline = outlineAt(visit.history.present, at, reach, visit.task.tile.z);
      if (tool === 'merge') return void mergeAt(visit, outline);
      if (tool !== 'point' && tool !== 'threshold' && tool !== 'shift') return;
      if (outline !== null) store.apply(worked((work) => toggled(work, outline)));
      else void propose(visit, at, grids);
    },
    [visit, tool, grids],
  );
  return { onClick };
}

/** Adds the shape that the model may have meant here, or says that there is none. */
async function propose(visit: Visit, at: Position, grids: GridSource): Promise<void> {
  const { task } = visit;
  const { x, y } = task.tile;
  const [column, row] = [at[0] / TILE_PX - x, at[1] / TILE_PX - y];
  const beside = Math.max(-column, column - 1, -row, row - 1);
  if (beside > OVER_THE_EDGE) return store.apply(say('outside'));
  if (task.checkpoint_id === null) return drawInstead('noModel');
  const grid = await grids(task.tile, task.checkpoint_id).catch(() => null);
  if (!isShown(store.get().labelling, visit)) return;
  if (grid === null) return drawInstead('noModel');
  const zoom = task.tile.z;
  const taken = visit.history.present.outlines
    .filter((outline) => !outline.gone)
    .map((outline) => ringsToPixels(outline.rings, zoom));
  const shape = proposed(grid, at, taken);
  const rings = shape === null ? null : ringsToDegrees(shape, zoom);
  if (rings === null || !meets(rings, tileBounds(task.tile))) {
    return drawInstead('nothingSeen');
  }
  store.apply(worked((work) => added(work, rings, 'propose')));
}

/** The next best tool is at hand, with the reason. */
function drawInstead(hint: string): void {
  store.apply(pick('rectangle'));
  store.apply(say(hint));
}

async function mergeAt(visit: Visit, outline: string | null): Promise<void> {
  const { selected } = store.get().labelling;
  if (outline === null || outline === selected) return store.apply(select(null));
  if (selected === null) return store.apply(select(outline));
  const { merged } = await cutting();
  if (!isShown(store.get().labelling, visit)) return;
  const before = visit.history.present;
  store.apply(worked((work) => merged(work, selected, outline, visit.task.tile.z)));
  store.apply(select(null));
  const after = merged(before, selected, outline, visit.task.tile.z);
  if (after === before) store.apply(say('notTouching'));
}

/** Terra Draw, fetched when a tool first needs it. */
function usePen(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const pen = useRef<Pen | null>(null);
  const current = useRef(visit);
  const mine = useRef<unknown>(null);
  const mode = DRAWN_BY[tool] ?? null;
  const outlines = visit?.history.present.outlines;

  useEffect(() => {
    current.current = visit;
  }, [visit]);

  useEffect(() => {
    if (map === null || mode === null) return;
    let stopped = false;
    map.listen(false);
    const events = {
      onDrawn: (drawn: DrawMode, positions: readonly Position[]) =>
        void finish(drawn, positions, current.current),
      onReshaped: (id: string, ring: readonly Position[]) => {
        store.apply(
          worked((work) => {
            const before = work.outlines.find((one) => one.id === id);
            const next = reshaped(work, id, [ring, ...(before?.rings.slice(1) ?? [])]);
            mine.current = next.outlines; // the editor shows it already
            return next;
          }),
        );
      },
    };
    void Promise.all([import('@/map/draw'), map.native]).then(([{ createPen }, native]) => {
      if (stopped) return;
      pen.current = createPen(native, map.surface, events);
      pen.current.mode(mode, editable(current.current));
    });
    return () => {
      stopped = true;
      pen.current?.stop();
      pen.current = null;
      map.listen(true);
    };
  }, [map, mode, visit?.task.lease_id]);

  // Undo, or another tool's work: the editor shows the outlines as they are now.
  useEffect(() => {
    if (mode === 'edit' && outlines !== mine.current)
      pen.current?.mode('edit', editable(current.current));
  }, [mode, outlines]);
}

function editable(visit: Visit | null) {
  return visit === null
    ? []
    : standing(visit.history.present).map(({ id, rings }) => ({ id, ring: rings[0] ?? [] }));
}

/** Takes a shape that was finished: a closed ring, or the line of a cut. */
export async function finish(
  mode: DrawMode,
  positions: readonly Position[],
  visit: Visit | null,
): Promise<void> {
  if (visit === null) return;
  if (mode !== 'line') {
    const isHere = meets([positions], tileBounds(visit.task.tile, OVER_THE_EDGE));
    store.apply(isHere ? worked((work) => added(work, [positions], 'draw')) : say('outside'));
    return;
  }
  const { split } = await cutting();
  if (!isShown(store.get().labelling, visit)) return;
  const zoom = visit.task.tile.z;
  const line = positions.map((position) => toPixels(position, zoom));
  const before = visit.history.present;
  store.apply(worked((work) => split(work, line, zoom)));
  if (split(before, line, zoom) === before) store.apply(say('notAcross'));
}
