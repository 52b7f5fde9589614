import { useEffect } from 'react';
import { withoutCorner } from '@/actions/corners';
import { worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';
import type { Tool } from '@/state/tools';

const LONG_MS = 550;
/** A finger that stays within this has not moved, and means a corner that is as near. */
const STILL_PX = 12;
const REACH_PX = 22;

/**
 * Fingers have no right button: a long press on a corner takes it away.
 *
 * When the finger is lifted, not before: who rests on a corner may still be about to drag it, and a
 * slow machine hears of the drag late. The events' own times tell how long a press was.
 */
export function useLongPress(map: LabelMap | null, visit: Visit | null, tool: Tool): void {
  const zoom = visit?.task.tile.z ?? 0;

  useEffect(() => {
    if (map === null || tool !== 'vertices') return;
    const { surface } = map;
    let pressed: { readonly since: number; readonly at: Position } | null = null;

    const down = (event: PointerEvent): void => {
      const isFinger = event.pointerType !== 'mouse' && event.isPrimary;
      pressed = isFinger ? { since: event.timeStamp, at: [event.clientX, event.clientY] } : null;
    };
    const move = (event: PointerEvent): void => {
      if (pressed === null) return;
      const [x, y] = pressed.at;
      if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) forget();
    };
    const up = (event: PointerEvent): void => {
      const press = pressed;
      forget(); // or a button of the mouse that is lifted here later would end it once more
      if (press === null || event.timeStamp - press.since < LONG_MS) return;
      const place = map.at(...press.at);
      const reach = REACH_PX * map.worldPerPixel();
      store.apply(worked((work) => withoutCorner(work, place, reach, zoom)));
    };
    const forget = (): void => {
      pressed = null;
    };

    // Before the drawing tool, which keeps some of these events to itself.
    surface.addEventListener('pointerdown', down, true);
    surface.addEventListener('pointermove', move, true);
    surface.addEventListener('pointerup', up, true);
    surface.addEventListener('pointercancel', forget, true);
    return () => {
      surface.removeEventListener('pointerdown', down, true);
      surface.removeEventListener('pointermove', move, true);
      surface.removeEventListener('pointerup', up, true);
      surface.removeEventListener('pointercancel', forget, true);
    };
  }, [map, tool, zoom]);
}
