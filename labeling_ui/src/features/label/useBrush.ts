import { useEffect } from 'react';
import { worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import { toPixels } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/map';
import type { Tool } from '@/state/state';

/** Radius of brush and eraser in pixels of the tile: a metre or two at zoom 20. */
const RADIUS_PX = 7;
/** Points nearer than this to the last one add nothing to a stroke. */
const STEP_PX = 2;

/** What a stroke changes; points in world pixels. */
export async function paint(
  tool: 'brush' | 'eraser',
  points: readonly Position[],
  zoom: number,
): Promise<void> {
  const { brushed, erased } = await import('@/actions/cutting');
  const change = tool === 'brush' ? brushed : erased;
  store.apply(worked((work) => change(work, points, RADIUS_PX, zoom)));
}

/** Brush and eraser: a stroke with mouse, finger or pen; the map stands still meanwhile. */
export function useBrush(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const tile = visit?.task.tile ?? null;
  const zoom = tile?.z ?? 0;

  useEffect(() => {
    if (map === null || tile === null || (tool !== 'brush' && tool !== 'eraser')) return;
    const { native } = map;
    const canvas = native.getCanvas();
    let points: Position[] | null = null;

    const place = (event: PointerEvent): Position => {
      const box = canvas.getBoundingClientRect();
      const at = native.unproject([event.clientX - box.left, event.clientY - box.top]);
      return toPixels([at.lng, at.lat], zoom);
    };
    const down = (event: PointerEvent): void => {
      if (!event.isPrimary || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      points = [place(event)];
      map.stroke(points, RADIUS_PX, zoom);
    };
    const move = (event: PointerEvent): void => {
      if (points === null || !event.isPrimary) return;
      const next = place(event);
      const last = points.at(-1) ?? next;
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP_PX) return;
      points = [...points, next];
      map.stroke(points, RADIUS_PX, zoom);
    };
    const up = (): void => {
      const done = points;
      points = null;
      map.stroke([], RADIUS_PX, zoom);
      if (done === null) return;
      void paint(tool, done, zoom);
    };

    map.listen(false);
    native.dragPan.disable();
    canvas.style.touchAction = 'none';
    canvas.addEventListener('pointerdown', down);
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    return () => {
      map.listen(true);
      native.dragPan.enable();
      canvas.style.touchAction = '';
      canvas.removeEventListener('pointerdown', down);
      canvas.removeEventListener('pointermove', move);
      canvas.removeEventListener('pointerup', up);
      canvas.removeEventListener('pointercancel', up);
      map.stroke([], RADIUS_PX, zoom);
    };
    // The place is the same while the tile is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [map, tile?.x, tile?.y, zoom, tool]);
}
