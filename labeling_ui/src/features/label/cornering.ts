import {
  cornerMoved,
  cornerNear,
  nextCorner,
  placeOf,
  withCorner,
  withoutCorner,
  type Corner,
} from '@/actions/corners';
import { currentVisit, say, stepEnded, worked } from '@/actions/visits';
import { store } from '@/app/store';
import type { Position } from '@/geometry/shapes';
import type { Work } from '@/actions/outlines';

// What the keyboard's cross does to corners; places in world pixels.

/** So near to the cross a corner, or else a side, is meant. */
const REACH_PX = 8;

interface At {
  readonly at: Position;
  readonly corner: Corner;
}

const workNow = (): Work | null => currentVisit(store.get().labelling)?.history.present ?? null;

/** The corner under the cross, or a new one on the side under it; says so where there is neither. */
export function takenUp(at: Position, zoom: number): At | null {
  const work = workNow();
  if (work === null) return null;
  const corner = cornerNear(work, at, REACH_PX, zoom);
  const place = corner === null ? null : placeOf(work, corner, zoom);
  if (corner !== null && place !== null) return { at: place, corner };
  const made = withCorner(work, at, REACH_PX, zoom);
  if (made === null) {
    store.apply(say('noCorner'));
    return null;
  }
  store.apply(worked(() => made.work));
  return { at: placeOf(made.work, made.corner, zoom) ?? at, corner: made.corner };
}

/** Moves the corner that is held; all of its way is one step to undo. */
export function carried(corner: Corner, to: Position, zoom: number): void {
  const tag = `corner ${corner.id} ${corner.index}`;
  store.apply((state) => {
    const follows = currentVisit(state.labelling)?.history.tag === tag;
    return worked((work) => cornerMoved(work, corner, to, zoom, follows), tag)(state);
  });
}

export function laidDown(corner: Corner | null): { readonly corner: Corner | null } {
  store.apply(stepEnded);
  return { corner };
}

export function takenAway(at: Position, zoom: number): void {
  store.apply(worked((work) => withoutCorner(work, at, REACH_PX, zoom)));
}

export function goneToNext(corner: Corner | null, zoom: number): At | null {
  const work = workNow();
  if (work === null) return null;
  const next = nextCorner(work, corner);
  const at = next === null ? null : placeOf(work, next, zoom);
  return next === null || at === null ? null : { at, corner: next };
}
