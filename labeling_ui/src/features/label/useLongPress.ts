import { useEffect } from 'react';
import { withoutCorner } from '@/actions/corners';
import { worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/tools';

const LONG_MS = 550;
/** A finger that stays within this has not moved, and means a corner that is as near. */
const STILL_PX = 12;
const REACH_PX = 22;

/** Fingers have no right button: a long press on a corner takes it away. */
export function useLongPress(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const zoom = visit?.task.tile.z ?? 0;

  useEffect(() => {
    if (map === null || tool !== 'vertices') return;
    const { surface } = map;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from: readonly [number, number] = [0, 0];

    const press = (): void => {
      const place = map.at(...from);
      const reach = REACH_PX * map.worldPerPixel();
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
    surface.addEventListener('pointerdown', down, true);
    surface.addEventListener('pointermove', move, true);
    surface.addEventListener('pointerup', stop, true);
    surface.addEventListener('pointercancel', stop, true);
    return () => {
      stop();
      surface.removeEventListener('pointerdown', down, true);
      surface.removeEventListener('pointermove', move, true);
      surface.removeEventListener('pointerup', stop, true);
      surface.removeEventListener('pointercancel', stop, true);
    };
  }, [map, tool, zoom]);
}
