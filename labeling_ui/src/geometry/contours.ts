import { type Grid } from './grid';
import { contains, signedArea, type Position, type Ring, type Rings } from './shapes';

/**
 * Outlines of where a grid reaches a level, by marching squares with linear interpolation, in world
 * pixels. Values stand at the middle of their pixels; beyond the grid they are 0.
 *
 * @param level between 0 and 255.
 * @param smallest_px2 rings with less area than this are left out.
 */
export function contours(grid: Grid, level: number, smallest_px2 = 0): Rings[] {
  const rings = trace(grid, level).filter(
    (ring) => Math.abs(signedArea(ring)) / 2 >= Math.max(smallest_px2, 1e-9),
  );
  // With y downwards and the inside on the right, shells have positive area and holes negative.
  const shells = rings.filter((ring) => signedArea(ring) > 0);
  const holes = rings.filter((ring) => signedArea(ring) < 0);
  const found = shells.map((shell): Ring[] => [shell]);
  for (const hole of holes) {
    const [first] = hole;
    if (first === undefined) continue;
    const owners = found.filter(([shell]) => shell !== undefined && contains([shell], first));
    smallestOf(owners)?.push(hole);
  }
  return found;
}

function smallestOf(candidates: Ring[][]): Ring[] | undefined {
  const size = ([shell]: Ring[]): number => (shell === undefined ? 0 : signedArea(shell));
  return candidates.reduce<Ring[] | undefined>(
    (best, one) => (best === undefined || size(one) < size(best) ? one : best),
    undefined,
  );
}

// Edges of a cell whose corners are the values at (column, row), one right, one below, both:
// 0 top, 1 right, 2 bottom, 3 left. Each case lists pairs [from, to] with the inside on the right.
const TOP = 0;
const RIGHT = 1;
const BOTTOM = 2;
const LEFT = 3;
type Pair = readonly [number, number];
const CASES: readonly (readonly Pair[])[] = [
  [],
  [[TOP, LEFT]],
  [[RIGHT, TOP]],
  [[RIGHT, LEFT]],
  [[BOTTOM, RIGHT]],
  [], // saddle
  [[BOTTOM, TOP]],
  [[BOTTOM, LEFT]],
  [[LEFT, BOTTOM]],
  [[TOP, BOTTOM]],
  [], // saddle
  [[RIGHT, BOTTOM]],
  [[LEFT, RIGHT]],
  [[TOP, RIGHT]],
  [[LEFT, TOP]],
  [],
];
const SADDLE_APART: Record<number, readonly Pair[]> = {
  5: [
    [TOP, LEFT],
    [BOTTOM, RIGHT],
  ],
  10: [
    [RIGHT, TOP],
    [LEFT, BOTTOM],
  ],
};
const SADDLE_JOINED: Record<number, readonly Pair[]> = {
  5: [
    [TOP, RIGHT],
    [BOTTOM, LEFT],
  ],
  10: [
    [RIGHT, BOTTOM],
    [LEFT, TOP],
  ],
};

function trace(grid: Grid, level: number): Ring[] {
  const { width, height, values } = grid;
  // A border of one cell on each side closes what reaches the edge.
  const columns = width + 1;
  const next = new Map<number, number>();
  // An edge has one number whichever of its two cells names it: twice its corner, +1 if it hangs.
  const stride = columns + 1;
  const edge = (column: number, row: number, side: number): number => {
    if (side === TOP) return 2 * (row * stride + column);
    if (side === BOTTOM) return 2 * ((row + 1) * stride + column);
    if (side === LEFT) return 2 * (row * stride + column) + 1;
    return 2 * (row * stride + column + 1) + 1;
  };
  const value = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height
      ? 0
      : (values[row * width + column] ?? 0);

  // Once for all, with a border of nothing: the loop below runs at every step of a slider.
  const wide = width + 2;
  const inside = new Uint8Array(wide * (height + 2));
  for (let row = 0; row < height; row += 1) {
    const [from, to] = [row * width, (row + 1) * wide + 1];
    for (let column = 0; column < width; column += 1) {
      if ((values[from + column] as number) >= level) inside[to + column] = 1;
    }
  }
  for (let row = 0; row <= height; row += 1) {
    for (let column = 0; column <= width; column += 1) {
      const at = row * wide + column;
      const kind =
        (inside[at] as number) |
        ((inside[at + 1] as number) << 1) |
        ((inside[at + wide + 1] as number) << 2) |
        ((inside[at + wide] as number) << 3);
      if (kind === 0 || kind === 15) continue;
      const mean =
        (value(column - 1, row - 1) +
          value(column, row - 1) +
          value(column, row) +
          value(column - 1, row)) /
        4;
      for (const [from, to] of pairsOf(kind, mean >= level)) {
        next.set(edge(column, row, from), edge(column, row, to));
      }
    }
  }

  const place = (number: number): Position => {
    const corner = number >> 1;
    const row = Math.floor(corner / stride);
    const column = corner % stride;
    const here = value(column - 1, row - 1);
    const hangs = (number & 1) === 1;
    const there = hangs ? value(column - 1, row) : value(column, row - 1);
    const share = Math.min(Math.max((level - here) / (there - here), 0.001), 0.999);
    const x = grid.left + column - 0.5 + (hangs ? 0 : share);
    const y = grid.top + row - 0.5 + (hangs ? share : 0);
    return [x, y];
  };

  const rings: Ring[] = [];
  while (next.size > 0) {
    const start = next.keys().next().value as number;
    const ring: Position[] = [];
    let current: number | undefined = start;
    while (current !== undefined && next.has(current)) {
      ring.push(place(current));
      const following: number | undefined = next.get(current);
      next.delete(current);
      current = following;
    }
    const [first] = ring;
    if (first !== undefined && ring.length >= 3) rings.push([...ring, first]);
  }
  return rings;
}

function pairsOf(kind: number, joined: boolean): readonly Pair[] {
  const saddle = joined ? SADDLE_JOINED[kind] : SADDLE_APART[kind];
  return saddle ?? CASES[kind] ?? [];
}
