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

  for (const at of crossed(rangesOf(grid), level)) {
    const column = at % columns;
    const row = (at - column) / columns;
    const [a, b, c, d] = [
      value(column - 1, row - 1),
      value(column, row - 1),
      value(column, row),
      value(column - 1, row),
    ];
    const kind =
      Number(a >= level) |
      (Number(b >= level) << 1) |
      (Number(c >= level) << 2) |
      (Number(d >= level) << 3);
    for (const [from, to] of pairsOf(kind, (a + b + c + d) / 4 >= level)) {
      next.set(edge(column, row, from), edge(column, row, to));
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
  for (const start of next.keys()) {
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

interface Range {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

interface Ranges extends Range {
  /** The same of so many cells in a row: most of them hold no line at all. */
  readonly runs: Range;
}

const RUN_CELLS = 64;

const ranges = new WeakMap<Grid, Ranges>();

/**
 * The least and the most of each cell's corners: a line passes where a level lies between the two.
 * Kept, because a slider asks for many levels of the same grid, and few cells hold a line.
 */
function rangesOf(grid: Grid): Ranges {
  const known = ranges.get(grid);
  if (known !== undefined) return known;
  const { width, height, values } = grid;
  const columns = width + 1;
  const low = new Uint8Array(columns * (height + 1)); // cells of the border have a corner of nothing
  const high = new Uint8Array(low.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = values[row * width + column] as number;
      const at = row * columns + column;
      for (const cell of [at, at + 1, at + columns, at + columns + 1]) {
        if (value > (high[cell] as number)) high[cell] = value;
      }
      if (row === 0 || column === 0) continue;
      const before = row * width + column - width;
      low[at] = Math.min(
        value,
        values[before + width - 1] as number,
        values[before] as number,
        values[before - 1] as number,
      );
    }
  }
  const found: Ranges = { low, high, runs: runsOf(low, high) };
  ranges.set(grid, found);
  return found;
}

function runsOf(low: Uint8Array, high: Uint8Array): Range {
  const count = Math.ceil(low.length / RUN_CELLS);
  const runs = { low: new Uint8Array(count).fill(255), high: new Uint8Array(count) };
  for (let at = 0; at < low.length; at += 1) {
    const run = Math.floor(at / RUN_CELLS);
    runs.low[run] = Math.min(runs.low[run] as number, low[at] as number);
    runs.high[run] = Math.max(runs.high[run] as number, high[at] as number);
  }
  return runs;
}

/** The cells that a line of this level passes through. */
function crossed({ low, high, runs }: Ranges, level: number): number[] {
  const found: number[] = [];
  for (let run = 0; run < runs.low.length; run += 1) {
    if ((runs.low[run] as number) >= level || (runs.high[run] as number) < level) continue;
    const end = Math.min((run + 1) * RUN_CELLS, low.length);
    for (let at = run * RUN_CELLS; at < end; at += 1) {
      if ((low[at] as number) < level && (high[at] as number) >= level) found.push(at);
    }
  }
  return found;
}

function pairsOf(kind: number, joined: boolean): readonly Pair[] {
  const saddle = joined ? SADDLE_JOINED[kind] : SADDLE_APART[kind];
  return saddle ?? CASES[kind] ?? [];
}
