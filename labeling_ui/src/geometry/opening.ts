import { blankGrid, type Grid } from './grid';

/**
 * A region without what is thinner than twice the radius: the rim that is left around a shape
 * which was cut out of it, the thread between two of its parts. Nothing may be left.
 */
export function opened(region: Grid, radius: number): Grid {
  const core = swept(swept(region, radius, 'x', shrunk), radius, 'y', shrunk);
  const body = swept(swept(core, radius, 'x', grown), radius, 'y', grown);
  const values = region.values.map((value, at) => (body.values[at] === 0 ? 0 : value));
  return { ...region, values };
}

/** What a place that is in the region does to the places of its line. */
type Sweep = (from: Uint8Array, to: Uint8Array, at: number, near: readonly number[]) => void;

/** It stays if all around it are in. A place beyond the grid is out. */
const shrunk: Sweep = (from, to, at, near) => {
  if (near.every((there) => there >= 0 && from[there] !== 0)) to[at] = 1;
};
/** All around it come in. */
const grown: Sweep = (_, to, __, near) => {
  for (const there of near) if (there >= 0) to[there] = 1;
};

/** Most of a grid is empty: only the places that are in the region cost anything. */
function swept(grid: Grid, radius: number, axis: 'x' | 'y', sweep: Sweep): Grid {
  const found = blankGrid(grid);
  const { width, height, values } = grid;
  const [length, step] = axis === 'x' ? [width, 1] : [height, width];
  const reach = Array.from({ length: 2 * radius + 1 }, (_, index) => index - radius);
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] === 0) continue;
    const place = axis === 'x' ? at % width : Math.floor(at / width);
    const near = reach.map((away) =>
      place + away < 0 || place + away >= length ? -1 : at + away * step,
    );
    sweep(values, found.values, at, near);
  }
  return found;
}
