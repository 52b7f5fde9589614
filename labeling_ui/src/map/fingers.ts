import type { Position } from '@/geometry/shapes';
import type { NativeMap } from './map';

/** So near to a handle a finger means it: half of a target that a thumb finds. */
const REACH_PX = 24;
/** The drawing tool takes a pointer that went so far for one that drags. */
const DRAGS_PX = 9;

/**
 * Lets fingers drag handles. They cover what they take hold of, and browsers tell of their way only
 * after a dozen pixels: by then the map has begun to move, and the drawing tool, which takes what
 * lies where a drag begins, finds nothing there.
 *
 * @param handles where they are, in longitude and latitude.
 */
export function holdHandles(
  map: NativeMap,
  surface: HTMLElement,
  handles: () => readonly Position[],
): () => void {
  let held: {
    readonly pointer: number;
    readonly from: Position;
    readonly handle: Position;
    readonly moves: boolean;
  } | null = null;

  const down = (event: PointerEvent): void => {
    held = null;
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    const from: Position = [event.clientX, event.clientY];
    const handle = nearest(placesOf(map, surface, handles()), from);
    if (handle === null) return;
    held = { pointer: event.pointerId, from, handle, moves: false };
    map.dragPan.disable(); // the drawing tool lets it move again when the finger is lifted
  };
  const move = (event: PointerEvent): void => {
    if (held === null || held.moves || held.pointer !== event.pointerId) return;
    const { from, handle } = held;
    held = { ...held, moves: true };
    const [clientX, clientY] =
      distance(from, handle) >= DRAGS_PX ? handle : towards(from, [event.clientX, event.clientY]);
    const { pointerId, pointerType, isPrimary, buttons } = event;
    const began = { pointerId, pointerType, isPrimary, buttons, clientX, clientY, bubbles: true };
    event.target?.dispatchEvent(new PointerEvent('pointermove', began));
  };
  // Or the browser takes a quick drag for a fling of the page, which swallows the next tap.
  const touch = (event: TouchEvent): void => {
    if (held !== null && event.cancelable) event.preventDefault();
  };

  // Before the drawing tool and the map, which hear the same events further down.
  surface.addEventListener('pointerdown', down, true);
  surface.addEventListener('pointermove', move, true);
  surface.addEventListener('touchmove', touch, { capture: true, passive: false });
  return () => {
    surface.removeEventListener('pointerdown', down, true);
    surface.removeEventListener('pointermove', move, true);
    surface.removeEventListener('touchmove', touch, true);
  };
}

/** Places of the window. */
function placesOf(
  map: NativeMap,
  surface: HTMLElement,
  places: readonly Position[],
): readonly Position[] {
  const { left, top } = surface.getBoundingClientRect();
  return places.map(([longitude, latitude]): Position => {
    const { x, y } = map.project([longitude, latitude]);
    return [left + x, top + y];
  });
}

function nearest(places: readonly Position[], to: Position): Position | null {
  const inReach = places.filter((one) => distance(one, to) <= REACH_PX);
  return inReach.reduce<Position | null>(
    (best, one) => (best === null || distance(one, to) < distance(best, to) ? one : best),
    null,
  );
}

function towards(from: Position, to: Position): Position {
  const far = DRAGS_PX / Math.max(distance(from, to), 1);
  return [from[0] + far * (to[0] - from[0]), from[1] + far * (to[1] - from[1])];
}

const distance = (one: Position, other: Position): number =>
  Math.hypot(one[0] - other[0], one[1] - other[1]);
