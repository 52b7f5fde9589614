import { TILE_PX, type Tile } from './mercator';
import type { Position } from './shapes';

/** Where a tile stands on the screen: pixels from the upper left corner of what holds the map. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Pixels of the screen that panels cover; the tile stands in the middle of what is left. */
export interface Covered {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

const LEAST_SIDE_PX = 120;

/** The tile as large as the free part of the screen allows, in its middle. */
export function fitted(width: number, height: number, room: Covered): Frame {
  const [free_x, free_y] = [width - room.left - room.right, height - room.top - room.bottom];
  // The surroundings are as wide as the tile on each side: together they fill the screen.
  const side = Math.max(Math.min(free_x, free_y), width / 3, height / 3, LEAST_SIDE_PX);
  return {
    left: room.left + (free_x - side) / 2,
    top: room.top + (free_y - side) / 2,
    side,
  };
}

/** From pixels of the world to pixels of the screen. The map is never turned: this is all. */
export function toScreen({ left, top, side }: Frame, { x, y }: Tile, at: Position): Position {
  const scale = side / TILE_PX;
  return [left + (at[0] - x * TILE_PX) * scale, top + (at[1] - y * TILE_PX) * scale];
}

/** From pixels of the screen to pixels of the world. */
export function toWorld({ left, top, side }: Frame, { x, y }: Tile, at: Position): Position {
  const scale = TILE_PX / side;
  return [x * TILE_PX + (at[0] - left) * scale, y * TILE_PX + (at[1] - top) * scale];
}
