import { contours } from './contours';
import { blankGrid, valueAt, type Grid } from './grid';
import { opened } from './opening';
import { withSeams } from './seams';
import { asRectangle, simplified } from './simplify';
import { contains, mapped, signedArea, type Position, type Rings } from './shapes';

/** How far from the click the model may have meant something, in pixels. */
const REACH_PX = 10;
/** Below a twelfth of certainty the model has said nothing. */
const FAINTEST = 20;
/** The shape's edge lies where the probability has fallen to half of its top. */
const EDGE_SHARE = 0.5;
/** Tops that are parted by a dip below this share of the highest are several objects. */
const CORE_SHARE = 0.75;
/** An outline is smaller than its roof's probability by so much at most. */
const RIM_PX = 3;
const SMALLEST_PX2 = 24;
/** Larger than this, it is no object but a wash of faint probability. */
const LARGEST_SHARE = 0.25;

/**
 * The likely shape of an object that the model missed, around a click: the region around the
 * nearest top of the probability, down to half of that top. World pixels; null where there is none.
 *
 * @param taken shapes in world pixels that stand already; their ground is not proposed again.
 */
export function proposed(grid: Grid, click: Position, taken: readonly Rings[]): Rings | null {
  const column = Math.floor(click[0] - grid.left);
  const row = Math.floor(click[1] - grid.top);
  const isTaken = (x: number, y: number): boolean =>
    taken.some((rings) => contains(rings, [grid.left + x + 0.5, grid.top + y + 0.5]));
  const top = topNear(grid, column, row, isTaken);
  if (top === null || top.value < FAINTEST) return null;
  const level = Math.max(FAINTEST / 2, top.value * EDGE_SHARE);
  const whole = flooded(grid, top.column, top.row, level, isTaken);
  if (whole === null) return null;
  // What is left of a roof that has its outline already is a rim around that: no part of this one.
  const body = taken.length === 0 ? whole : opened(whole, RIM_PX);
  // Roofs that touch are one wash of probability: the line between them lies as for outlines.
  const parted = withSeams(body, contours(body, top.value * CORE_SHARE, SMALLEST_PX2));
  const from = atOrNear(parted, top);
  const region = from === null ? whole : (flooded(parted, ...from, level, isTaken) ?? whole);
  const found = contours(region, level, SMALLEST_PX2);
  const [column_px, row_px] = from ?? [top.column, top.row];
  const here: Position = [grid.left + column_px + 0.5, grid.top + row_px + 0.5];
  const shape = found.find((rings) => contains(rings, here)) ?? found[0];
  const shell = shape?.[0];
  if (shape === undefined || shell === undefined) return null;
  const rectangle = asRectangle(shell);
  if (rectangle !== null) return [rectangle];
  const simple = simplified(shape, 1.2);
  return simple.length > 0 && Math.abs(signedArea(simple[0] ?? [])) > SMALLEST_PX2 ? simple : null;
}

interface Top {
  readonly column: number;
  readonly row: number;
  readonly value: number;
}

/** The most probable free pixel near the click; nearer ones win over slightly higher ones. */
function topNear(
  grid: Grid,
  column: number,
  row: number,
  isTaken: (x: number, y: number) => boolean,
): Top | null {
  let best: Top | null = null;
  let bestScore = 0;
  for (let dy = -REACH_PX; dy <= REACH_PX; dy += 1) {
    for (let dx = -REACH_PX; dx <= REACH_PX; dx += 1) {
      const away = Math.hypot(dx, dy);
      if (away > REACH_PX) continue;
      const value = valueAt(grid, column + dx, row + dy);
      const score = value * (1 - (0.5 * away) / REACH_PX);
      if (score <= bestScore || isTaken(column + dx, row + dy)) continue;
      best = { column: column + dx, row: row + dy, value };
      bestScore = score;
    }
  }
  return best;
}

/** The nearest place to the top that is still in the region; null where nothing near is left. */
function atOrNear(region: Grid, { column, row }: Top): readonly [number, number] | null {
  let best: readonly [number, number] | null = null;
  let least = Infinity;
  for (let dy = -REACH_PX; dy <= REACH_PX; dy += 1) {
    for (let dx = -REACH_PX; dx <= REACH_PX; dx += 1) {
      const away = Math.hypot(dx, dy);
      if (away >= least || valueAt(region, column + dx, row + dy) === 0) continue;
      [best, least] = [[column + dx, row + dy], away];
    }
  }
  return best;
}

/** Everything connected to the top at this level; null where it runs away. */
function flooded(
  grid: Grid,
  column: number,
  row: number,
  level: number,
  isTaken: (x: number, y: number) => boolean,
): Grid | null {
  const region = blankGrid(grid);
  const most = grid.width * grid.height * LARGEST_SHARE;
  const todo = [row * grid.width + column];
  let size = 0;
  while (todo.length > 0) {
    const index = todo.pop() as number;
    const x = index % grid.width;
    const y = (index - x) / grid.width;
    const value = grid.values[index] ?? 0;
    if (value < level || region.values[index] !== 0 || isTaken(x, y)) continue;
    region.values[index] = value;
    size += 1;
    if (size > most) return null;
    if (x > 0) todo.push(index - 1);
    if (x + 1 < grid.width) todo.push(index + 1);
    if (y > 0) todo.push(index - grid.width);
    if (y + 1 < grid.height) todo.push(index + grid.width);
  }
  return size > 0 ? region : null;
}

export const shifted = (rings: Rings, dx: number, dy: number): Rings =>
  mapped(rings, ([x, y]) => [x + dx, y + dy]);
