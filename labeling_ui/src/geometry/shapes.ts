/** Longitude and latitude in degrees (EPSG:4326), or x and y in pixels of the world. */
export type Position = readonly [number, number];
/** Closed: the last position is the first. */
export type Ring = readonly Position[];
/** The outer ring, then holes. */
export type Rings = readonly Ring[];
/** West, south, east, north in degrees. */
export type Bounds = readonly [number, number, number, number];

export function closed(positions: readonly Position[]): Ring {
  const first = positions[0];
  const last = positions.at(-1);
  if (first === undefined || last === undefined) return [];
  return first[0] === last[0] && first[1] === last[1] ? positions : [...positions, first];
}

/**
 * Twice the signed area: positive where the ring turns against the clock (y upwards). Measured from
 * the first position: products of world pixels would not fit into a number's digits.
 */
export function signedArea(ring: Ring): number {
  const [ox, oy] = at(ring, 0);
  let sum = 0;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [ax, ay] = at(ring, index);
    const [bx, by] = at(ring, index + 1);
    sum += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
  }
  return sum;
}

export const area = (rings: Rings): number =>
  rings.reduce((sum, ring, index) => sum + (index === 0 ? 1 : -1) * Math.abs(signedArea(ring)), 0) /
  2;

export function boundsOf(rings: Rings): Bounds {
  const outer = rings[0] ?? [];
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of outer) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

export const overlap = (a: Bounds, b: Bounds): boolean =>
  a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/**
 * Whether a shape reaches into a box. Bounds alone do not tell: a diagonal patch that passes by has
 * the box within its own.
 */
export function meets(rings: Rings, box: Bounds): boolean {
  if (!overlap(boundsOf(rings), box)) return false;
  for (const ring of rings) {
    for (let index = 0; index + 1 < ring.length; index += 1) {
      if (passes(at(ring, index), at(ring, index + 1), box)) return true;
    }
  }
  // No line passes through: the box lies inside as a whole, or outside.
  return contains(rings, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
}

/** Whether a straight line passes through a box (Liang and Barsky 1984). */
function passes([ax, ay]: Position, [bx, by]: Position, box: Bounds): boolean {
  const [west, south, east, north] = box;
  let [enters, leaves] = [0, 1];
  for (const [step, low, high] of [
    [bx - ax, west - ax, east - ax],
    [by - ay, south - ay, north - ay],
  ] as const) {
    if (step === 0) {
      if (low >= 0 || high <= 0) return false;
      continue;
    }
    enters = Math.max(enters, Math.min(low / step, high / step));
    leaves = Math.min(leaves, Math.max(low / step, high / step));
  }
  return enters < leaves;
}

/** Whether the point lies inside: even-odd rule, so holes are outside. */
export function contains(rings: Rings, [x, y]: Position): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let index = 0; index + 1 < ring.length; index += 1) {
      const [ax, ay] = at(ring, index);
      const [bx, by] = at(ring, index + 1);
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** The middle of the outer ring's area. */
export function centroid(rings: Rings): Position {
  const ring = rings[0] ?? [];
  const [ox, oy] = ring[0] ?? [0, 0];
  let [sum, cx, cy] = [0, 0, 0];
  // From the first position, so that small shapes far from the origin keep their digits.
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [ax, ay] = at(ring, index);
    const [bx, by] = at(ring, index + 1);
    const cross = (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
    sum += cross;
    cx += (ax + bx - 2 * ox) * cross;
    cy += (ay + by - 2 * oy) * cross;
  }
  return sum === 0 ? [ox, oy] : [ox + cx / (3 * sum), oy + cy / (3 * sum)];
}

export const mapped = (rings: Rings, move: (position: Position) => Position): Rings =>
  rings.map((ring) => ring.map(move));

function at(ring: Ring, index: number): Position {
  return ring[index] ?? [0, 0];
}
