import type { Strand } from './strands';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of the screen, in pixels of the page. */
export interface Patch extends Size {
  readonly left: number;
  readonly top: number;
}

export const NOWHERE: Patch = { left: 0, top: 0, width: 0, height: 0 };

/** Where a pixel of the page is one and a half dots, or 2.625, every eighth begins with a dot. */
const GRID_PX = 8;
/** Widths and heights are multiples of it: outlines that grow need no new canvas at each step. */
const STEP_PX = 64;
/** A patch may be so many steps wider than is needed before it shrinks. */
const SPARE_STEPS = 4;

/**
 * The part of the screen that strands lie on: the canvas needs to be no larger. Who has no graphics
 * card pays for each of its dots, at each frame.
 *
 * @param before the patch of the last time, whose size is kept where it does.
 */
export function patchOf(strands: readonly Strand[], screen: Size, before: Patch): Patch {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points, width_px } of strands) {
    const reach = width_px / 2 + 1;
    for (const [x, y] of points) {
      left = Math.min(left, x - reach);
      top = Math.min(top, y - reach);
      right = Math.max(right, x + reach);
      bottom = Math.max(bottom, y + reach);
    }
  }
  const across = span(left, right, screen.width, before.width);
  const down = span(top, bottom, screen.height, before.height);
  return { left: across.from, top: down.from, width: across.length, height: down.length };
}

/** Where the canvas begins, and how long it is, on one axis of the screen. */
function span(
  from: number,
  to: number,
  screen_px: number,
  before_px: number,
): { from: number; length: number } {
  const first = Math.max(0, Math.floor(from / GRID_PX) * GRID_PX);
  const last = Math.min(screen_px, to);
  if (!(last > first)) return { from: 0, length: STEP_PX };
  const needed = Math.ceil((last - first) / STEP_PX) * STEP_PX;
  const does = needed <= before_px && before_px <= needed + SPARE_STEPS * STEP_PX;
  return { from: first, length: does ? before_px : needed };
}
