import { useEffect } from 'react';
import type { Work } from '@/actions/outlines';
import { currentVisit, isShown, say, worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import { OVER_THE_EDGE, tileBounds, type Tile } from '@/geometry/mercator';
import { meets, type Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/tools';

/** Radius of brush and eraser in pixels of the tile: a metre or two at zoom 20. */
const RADIUS_PX = 7;
/** Points nearer than this to the last one add nothing to a stroke. */
const STEP_PX = 2;

/** What a stroke changes on the tile that is shown; points in world pixels. */
export async function paint(
  tool: 'brush' | 'eraser',
  points: readonly Position[],
  zoom: number,
): Promise<void> {
  const visit = currentVisit(store.get().labelling);
  const { brushed, erased } = await import('@/actions/cutting');
  const now = currentVisit(store.get().labelling);
  if (now === null || visit === null || !isShown(store.get().labelling, visit)) return;
  const { present } = now.history;
  const after = (tool === 'brush' ? brushed : erased)(present, points, RADIUS_PX, zoom);
  const isBeside = tool === 'brush' && addsBeside(present, after, now.task.tile);
  store.apply(isBeside ? say('outside') : worked(() => after));
}

/** Outlines reach over the edge, and may be painted there; a new one beside the tile may not. */
function addsBeside(before: Work, after: Work, tile: Tile): boolean {
  const near = tileBounds(tile, OVER_THE_EDGE);
  return after.outlines.some((one) => !before.outlines.includes(one) && !meets(one.rings, near));
}

/** Brush and eraser: a stroke with mouse, finger or pen; the map stands still meanwhile. */
export function useBrush(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const tile = visit?.task.tile ?? null;
  const zoom = tile?.z ?? 0;

  useEffect(() => {
    if (map === null || tile === null || (tool !== 'brush' && tool !== 'eraser')) return;
    const { surface } = map;
    let points: Position[] | null = null;

    const place = (event: PointerEvent): Position => map.at(event.clientX, event.clientY);
    const show = (): void => map.stroke(points === null ? null : { points, radius: RADIUS_PX });
    const down = (event: PointerEvent): void => {
      if (!event.isPrimary || event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      points = [place(event)];
      show();
    };
    const move = (event: PointerEvent): void => {
      if (points === null || !event.isPrimary) return;
      const next = place(event);
      const last = points.at(-1) ?? next;
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP_PX) return;
      points = [...points, next];
      show();
    };
    const up = (): void => {
      const done = points;
      points = null;
      show();
      if (done === null) return;
      void paint(tool, done, zoom);
    };

    map.listen(false);
    map.still(true);
    surface.addEventListener('pointerdown', down);
    surface.addEventListener('pointermove', move);
    surface.addEventListener('pointerup', up);
    surface.addEventListener('pointercancel', up);
    return () => {
      map.listen(true);
      map.still(false);
      surface.removeEventListener('pointerdown', down);
      surface.removeEventListener('pointermove', move);
      surface.removeEventListener('pointerup', up);
      surface.removeEventListener('pointercancel', up);
      map.stroke(null);
    };
    // The place is the same while the tile is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [map, tile?.x, tile?.y, zoom, tool]);
}
