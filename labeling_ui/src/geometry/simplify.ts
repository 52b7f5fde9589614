import { closed, signedArea, type Position, type Ring, type Rings } from './shapes';

/** Douglas–Peucker on each ring; rings that collapse are left out (the shell: nothing is left). */
export function simplified(rings: Rings, tolerance: number): Rings {
  const [shell, ...holes] = rings;
  if (shell === undefined) return [];
  const outer = simplifiedRing(shell, tolerance);
  if (outer.length < 4) return [];
  return [
    outer,
    ...holes.map((hole) => simplifiedRing(hole, tolerance)).filter((hole) => hole.length >= 4),
  ];
}

function simplifiedRing(ring: Ring, tolerance: number): Ring {
  const open = ring.slice(0, -1);
  const [first] = open;
  if (first === undefined || open.length < 4) return ring;
  // Two positions that surely stay: any one, and the one farthest from it.
  const far = open.reduce((best, here, index) => {
    const there = open[best] ?? first;
    return distance2(here, first) > distance2(there, first) ? index : best;
  }, 0);
  const there = [...open.slice(0, far + 1)];
  const back = [...open.slice(far), first];
  return closed([...chain(there, tolerance).slice(0, -1), ...chain(back, tolerance)]);
}

function chain(points: readonly Position[], tolerance: number): Position[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3) return [...points];
  let worst = 0;
  let at = 0;
  const away = distanceTo(first, last);
  for (let index = 1; index < points.length - 1; index += 1) {
    const far = away(points[index] as Position);
    if (far > worst) [worst, at] = [far, index];
  }
  if (worst <= tolerance) return [first, last];
  return [
    ...chain(points.slice(0, at + 1), tolerance).slice(0, -1),
    ...chain(points.slice(at), tolerance),
  ];
}

/** How far a position lies from the line through two others, or from the one place of both. */
function distanceTo([ax, ay]: Position, [bx, by]: Position): (position: Position) => number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0) return ([x, y]) => Math.sqrt((x - ax) ** 2 + (y - ay) ** 2);
  return ([x, y]) => Math.abs(dx * (ay - y) - (ax - x) * dy) / length;
}

const distance2 = ([ax, ay]: Position, [bx, by]: Position): number =>
  (ax - bx) ** 2 + (ay - by) ** 2;

/**
 * The rectangle of least area around a shell, where the shell fills most of it: most roofs are
 * rectangles. Null where the shape is another. In pixels (right angles are right there).
 */
export function asRectangle(shell: Ring, leastFilled = 0.82): Ring | null {
  const hull = convexHull(shell);
  let best: { ring: Ring; size: number } | null = null;
  for (let index = 0; index + 1 < hull.length; index += 1) {
    const [ax, ay] = hull[index] ?? [0, 0];
    const [bx, by] = hull[index + 1] ?? [0, 0];
    const length = Math.hypot(bx - ax, by - ay);
    if (length === 0) continue;
    const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
    let [low, high, near, far] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of hull) {
      const along = x * ux + y * uy;
      const across = -x * uy + y * ux;
      [low, high] = [Math.min(low, along), Math.max(high, along)];
      [near, far] = [Math.min(near, across), Math.max(far, across)];
    }
    const size = (high - low) * (far - near);
    if (best !== null && size >= best.size) continue;
    const corner = (along: number, across: number): Position => [
      along * ux - across * uy,
      along * uy + across * ux,
    ];
    const ring = closed([
      corner(low, near),
      corner(high, near),
      corner(high, far),
      corner(low, far),
    ]);
    best = { ring, size };
  }
  if (best === null) return null;
  return Math.abs(signedArea(shell)) / 2 / best.size >= leastFilled ? best.ring : null;
}

/** Andrew's monotone chain; closed. */
function convexHull(ring: Ring): Ring {
  const points = [...ring].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Position[]): Position[] => {
    const line: Position[] = [];
    for (const point of ordered) {
      while (line.length >= 2 && turn(line.at(-2), line.at(-1), point) <= 0) line.pop();
      line.push(point);
    }
    return line.slice(0, -1);
  };
  return closed([...half(points), ...half(points.reverse())]);
}

function turn(a: Position | undefined, b: Position | undefined, c: Position): number {
  if (a === undefined || b === undefined) return 1;
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
