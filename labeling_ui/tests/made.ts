import type { Task } from '@/api/models';
import type { Grid } from '@/geometry/grid';
import { tileBounds, toDegrees, type Tile } from '@/geometry/mercator';
import type { Position, Rings } from '@/geometry/shapes';
import { initialState, type State } from '@/state/state';

export const TILE: Tile = { z: 20, x: 600_000, y: 400_000 };
const [LEFT, TOP] = [TILE.x * 256, TILE.y * 256];

/** A square in pixels of the tile, as rings in world pixels. */
export function squarePixels(x: number, y: number, side: number): Rings {
  const corner = (dx: number, dy: number): Position => [LEFT + x + dx, TOP + y + dy];
  return [[corner(0, 0), corner(side, 0), corner(side, side), corner(0, side), corner(0, 0)]];
}

/** The same in degrees. */
export const square = (x: number, y: number, side: number): Rings =>
  squarePixels(x, y, side).map((ring) => ring.map((position) => toDegrees(position, TILE.z)));

export const place = (x: number, y: number): Position => [LEFT + x, TOP + y];

/** A grid over the tile alone. */
export function grid(value: (x: number, y: number) => number, size = 256): Grid {
  const values = new Uint8Array(size * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) values[y * size + x] = value(x, y);
  }
  return { values, width: size, height: size, left: LEFT, top: TOP, zoom: TILE.z };
}

let made = 0;

/** A task whose model shows squares; null shows none, as on tiles without a model. */
export function task(shown: readonly Rings[] | null): Task {
  made += 1;
  const tile = { ...TILE, x: TILE.x + made };
  return {
    lease_id: `lease-${made}`,
    tile: { ...tile, id: made },
    bounds: [...tileBounds(tile)],
    expires_at: '2030-01-01T00:00:00Z',
    outlines:
      shown === null
        ? null
        : {
            type: 'FeatureCollection',
            features: shown.map((rings, index) => ({
              type: 'Feature',
              id: index,
              geometry: {
                type: 'Polygon',
                coordinates: rings.map((ring) => ring.map(([x, y]) => [x, y])),
              },
              properties: { id: index, confidence: 0.9 },
            })),
          },
    reason: 'typical',
    checkpoint_id: shown === null ? null : 'checkpoint',
    class_name: 'building',
  };
}

export const start = (): State => initialState('en');
