import type { Position, Ring } from '@/geometry/shapes';
import type { Tool } from '@/state/tools';

/** So near to the first corner (pixels of the tile) another tap closes the shape. */
const CLOSING_PX = 4;

/** Tools whose taps the cross can make. */
export const TAPPED: ReadonlySet<Tool> = new Set<Tool>([
  'point',
  'merge',
  'vertices',
  'rectangle',
  'polygon',
  'split',
  'brush',
  'eraser',
]);

/** What the taps so far have come to: a finished shape, or taps that go on. World pixels. */
export type Tapped =
  | { readonly done: 'rectangle' | 'polygon'; readonly ring: Ring }
  | { readonly done: 'line'; readonly ring: readonly Position[] }
  | { readonly done: null; readonly taps: readonly Position[] };

/** The next tap of a tool that draws: three make a rectangle, two a cut, a polygon is closed. */
export function tapped(tool: Tool, taps: readonly Position[], at: Position): Tapped {
  const all = [...taps, at];
  const [a, b, c] = all;
  if (tool === 'rectangle' && a !== undefined && b !== undefined && c !== undefined) {
    return { done: 'rectangle', ring: rectangle(a, b, c) };
  }
  if (tool === 'split' && a !== undefined && b !== undefined) return { done: 'line', ring: [a, b] };
  if (tool === 'polygon' && a !== undefined && taps.length >= 3 && near(a, at)) {
    return { done: 'polygon', ring: [...taps, a] };
  }
  return { done: null, taps: all };
}

const near = (one: Position, other: Position): boolean =>
  Math.hypot(one[0] - other[0], one[1] - other[1]) <= CLOSING_PX;

/** A side from `a` to `b`, and the side across from it through `c`: right-angled. */
function rectangle(a: Position, b: Position, c: Position): Ring {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const [nx, ny] = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
  const wide = (c[0] - b[0]) * nx + (c[1] - b[1]) * ny;
  const far = ([x, y]: Position): Position => [x + nx * wide, y + ny * wide];
  return [a, b, far(b), far(a), a];
}
