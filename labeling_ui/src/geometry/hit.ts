import { area, contains, type Position, type Ring, type Rings } from './shapes';

/**
 * Which shape a tap means: the smallest that it lies in, else the nearest whose line is in reach.
 * Its place in the list; null where there is none. All in the same pixels.
 */
export function hit(shapes: readonly Rings[], at: Position, reach: number): number | null {
  let best: { index: number; cost: number } | null = null;
  for (const [index, rings] of shapes.entries()) {
    // Inside counts before beside: areas are below zero as costs, distances are not.
    const cost = contains(rings, at) ? -1 / (1 + area(rings)) : lineDistance(rings, at);
    if (cost <= reach && (best === null || cost < best.cost)) best = { index, cost };
  }
  return best?.index ?? null;
}

const lineDistance = (rings: Rings, at: Position): number =>
  Math.min(...rings.map((ring) => ringDistance(ring, at)));

function ringDistance(ring: Ring, at: Position): number {
  let least = Infinity;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [from, to] = [ring[index], ring[index + 1]];
    if (from === undefined || to === undefined) continue;
    least = Math.min(least, away(at, nearestOn(from, to, at)));
  }
  return least;
}

/** The place on the side from `from` to `to` that lies nearest. */
export function nearestOn(from: Position, to: Position, at: Position): Position {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / length2;
  const share = Math.min(Math.max(along, 0), 1);
  return [from[0] + share * dx, from[1] + share * dy];
}

export const away = (one: Position, other: Position): number =>
  Math.hypot(one[0] - other[0], one[1] - other[1]);
