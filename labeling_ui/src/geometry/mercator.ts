import type { Bounds, Position, Rings } from './shapes';
import { mapped } from './shapes';

/** Web mercator in pixels of the whole world at one zoom, 256 a tile, y downwards. */
export const TILE_PX = 256;

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

export const tileKey = ({ z, x, y }: Tile): string => `${z}/${x}/${y}`;

export function toPixels([longitude, latitude]: Position, zoom: number): Position {
  const world = TILE_PX * 2 ** zoom;
  const sine = Math.sin((latitude * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  return [(longitude / 360 + 0.5) * world, y * world];
}

export function toDegrees([x, y]: Position, zoom: number): Position {
  const world = TILE_PX * 2 ** zoom;
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world)));
  return [(x / world - 0.5) * 360, (latitude * 180) / Math.PI];
}

export const ringsToPixels = (rings: Rings, zoom: number): Rings =>
  mapped(rings, (position) => toPixels(position, zoom));

export const ringsToDegrees = (rings: Rings, zoom: number): Rings =>
  mapped(rings, (position) => toDegrees(position, zoom));

/** A hand may draw over a tile's edge by a tenth of its side, as the service takes it. */
export const OVER_THE_EDGE = 0.1;

/** In degrees; grown on each side by a share of the tile's. */
export function tileBounds({ z, x, y }: Tile, grown = 0): Bounds {
  const [west, north] = toDegrees([(x - grown) * TILE_PX, (y - grown) * TILE_PX], z);
  const [east, south] = toDegrees([(x + 1 + grown) * TILE_PX, (y + 1 + grown) * TILE_PX], z);
  return [west, south, east, north];
}

/** The same in world pixels of the tile's own zoom. */
export const tileSquare = ({ x, y }: Tile): Bounds => [
  x * TILE_PX,
  y * TILE_PX,
  (x + 1) * TILE_PX,
  (y + 1) * TILE_PX,
];

/** Metres on the ground that one pixel is wide here. */
export function metresPerPixel(latitude: number, zoom: number): number {
  const equator_m = 40_075_016.686;
  return (equator_m * Math.cos((latitude * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
}

/** A tile and those around it, the tile itself first, then the nearest. */
export function around({ z, x, y }: Tile, reach = 1): Tile[] {
  const tiles: Tile[] = [];
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) tiles.push({ z, x: x + dx, y: y + dy });
  }
  const away = (tile: Tile): number => (tile.x - x) ** 2 + (tile.y - y) ** 2;
  return tiles.sort((a, b) => away(a) - away(b));
}
