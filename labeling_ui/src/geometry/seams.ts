import type { Grid } from './grid';
import type { Rings } from './shapes';

/** How far from an outline its part of the grid reaches; what lies farther is nobody's. */
const REACH_PX = 24;

/**
 * The grid with a line of nothing between neighbouring outlines, so that outlines which grow over a
 * lower threshold stay as many as they are: where roofs touch, a threshold alone sees one.
 *
 * @param outlines in world pixels of the grid's zoom.
 */
export function withSeams(grid: Grid, outlines: readonly Rings[]): Grid {
  if (outlines.length < 2) return grid;
  const part = parts(grid, outlines);
  const { width, height } = grid;
  const values = Uint8Array.from(grid.values);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = row * width + column;
      const own = part[at] as number;
      if (own === 0) continue;
      const right = column + 1 < width;
      const below = row + 1 < height;
      // The diagonal too: a contour passes between pixels that only share a corner.
      if (
        (right && isOther(own, part[at + 1])) ||
        (below && isOther(own, part[at + width])) ||
        (right && below && isOther(own, part[at + width + 1]))
      ) {
        values[at] = 0;
      }
    }
  }
  return { ...grid, values };
}

const isOther = (own: number, there: number | undefined): boolean =>
  there !== undefined && there !== 0 && there !== own;

/** Which outline each pixel is nearest to, from 1 on; 0 where none is near. */
function parts(grid: Grid, outlines: readonly Rings[]): Uint16Array {
  const { width, height } = grid;
  const part = new Uint16Array(width * height);
  outlines.forEach((rings, index) => fill(part, grid, rings, index + 1));
  let front = [...part.keys()].filter((at) => part[at] !== 0);
  for (let step = 0; step < REACH_PX && front.length > 0; step += 1) {
    const next: number[] = [];
    for (const at of front) {
      const column = at % width;
      const near = [
        column > 0 ? at - 1 : -1,
        column + 1 < width ? at + 1 : -1,
        at - width,
        at + width,
      ];
      for (const there of near) {
        if (there < 0 || there >= part.length || part[there] !== 0) continue;
        part[there] = part[at] as number;
        next.push(there);
      }
    }
    front = next;
  }
  return part;
}

/** Writes `value` where a pixel's middle lies inside, by the even-odd rule; first come, first kept. */
function fill(part: Uint16Array, grid: Grid, rings: Rings, value: number): void {
  for (let row = 0; row < grid.height; row += 1) {
    const y = grid.top + row + 0.5;
    const crossings = rings
      .flatMap((ring) =>
        ring.slice(1).flatMap(([bx, by], index) => {
          const [ax, ay] = ring[index] as readonly [number, number];
          return ay > y === by > y ? [] : [ax + ((bx - ax) * (y - ay)) / (by - ay) - grid.left];
        }),
      )
      .sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil((crossings[pair] as number) - 0.5));
      const to = Math.min(grid.width - 1, Math.ceil((crossings[pair + 1] as number) - 0.5) - 1);
      for (let column = from; column <= to; column += 1) {
        part[row * grid.width + column] ||= value;
      }
    }
  }
}
