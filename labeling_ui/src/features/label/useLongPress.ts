import { useEffect } from 'react';
import { withoutCorner } from '@/actions/outlines';
import { worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import { toPixels } from '@/geometry/mercator';
import type { LabelMap } from '@/map/map';
import type { Tool } from '@/state/state';

const LONG_MS = 550;
/** A finger that stays within this has not moved, and means a corner that is as near. */
const STILL_PX = 12;
const REACH_PX = 22;

/** Fingers have no right button: a long press on a corner takes it away. */
export function useLongPress(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const zoom = visit?.task.tile.z ?? 0;

  useEffect(() => {
    if (map === null || tool !== 'vertices') return;
    const { native } = map;
    const canvas = native.getCanvas();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: readonly [number, number] = [0, 0];

    const press = (): void => {
      const box = canvas.getBoundingClientRect();
      const [x, y] = [from[0] - box.left, from[1] - box.top];
      const at = native.unproject([x, y]);
      const beside = native.unproject([x + REACH_PX, y]);
      const place = toPixels([at.lng, at.lat], zoom);
      const reach = toPixels([beside.lng, beside.lat], zoom)[0] - place[0];
      store.apply(worked((work) => withoutCorner(work, place, reach, zoom)));
    };
    const down = (event: PointerEvent): void => {
      clearTimeout(timer);
      if (event.pointerType === 'mouse' || !event.isPrimary) return;
      from = [event.clientX, event.clientY];
      timer = setTimeout(press, LONG_MS);
    };
    const move = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) > STILL_PX) stop();
    };
    const stop = (): void => clearTimeout(timer);

    // Before the drawing tool, which keeps some of these events to itself.
    canvas.addEventListener('pointerdown', down, true);
    canvas.addEventListener('pointermove', move, true);
    canvas.addEventListener('pointerup', stop, true);
    canvas.addEventListener('pointercancel', stop, true);
    return () => {
      stop();
      canvas.removeEventListener('pointerdown', down, true);
      canvas.removeEventListener('pointermove', move, true);
      canvas.removeEventListener('pointerup', stop, true);
      canvas.removeEventListener('pointercancel', stop, true);
    };
  }, [map, tool, zoom]);
}
