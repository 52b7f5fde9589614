import { difference, union } from 'polyclip-ts';
import { closed, type Position, type Ring, type Rings } from './shapes';

type Polygons = [number, number][][][];

const given = (rings: Rings): [number, number][][] =>
  rings.map((ring) => ring.map(([x, y]): [number, number] => [x, y]));

/** One or several shapes that cover what these cover. World pixels. */
export function united(shapes: readonly Rings[]): Rings[] {
  const [first, ...rest] = shapes.map(given);
  return first === undefined ? [] : (union(first, ...rest) as Polygons);
}

/** What is left of a shape without others. World pixels. */
export function without(shape: Rings, others: readonly Rings[]): Rings[] {
  return difference(given(shape), ...others.map(given)) as Polygons;
}

/** A stroke of a brush as one or several shapes: a disc at each point, a band between them. */
export function stroke(points: readonly Position[], radius: number): Rings[] {
  const parts: Ring[] = [];
  for (const [index, point] of points.entries()) {
    parts.push(disc(point, radius));
    const next = points[index + 1];
    if (next !== undefined) parts.push(band(point, next, radius));
  }
  return united(parts.filter((part) => part.length >= 4).map((part) => [part]));
}

/** What a cut takes away, in pixels: too little to be seen, enough to tell the parts apart. */
const HAIR_PX = 0.02;

/** Shapes as one where no more than a hair lies between them, as a cut leaves it. World pixels. */
export function joined(first: Rings, second: Rings): Rings[] {
  const touching = united([first, second]);
  if (touching.length === 1) return touching;
  return united([first, second, ...stroke(first[0] ?? [], 2 * HAIR_PX)]);
}

/** The thinnest band along a line: what a cut takes away. */
export function cut(shape: Rings, line: readonly Position[], width = HAIR_PX): Rings[] {
  const bands = line.slice(0, -1).flatMap((from, index): Rings[] => {
    const to = line[index + 1];
    return to === undefined ? [] : [[band(from, to, width / 2)]];
  });
  return without(shape, bands);
}

function disc([x, y]: Position, radius: number): Ring {
  const corners = 16;
  return closed(
    Array.from({ length: corners }, (_, index): Position => {
      const angle = (2 * Math.PI * index) / corners;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    }),
  );
}

function band([ax, ay]: Position, [bx, by]: Position, radius: number): Ring {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return [];
  const [nx, ny] = [(-(by - ay) / length) * radius, ((bx - ax) / length) * radius];
  return closed([
    [ax + nx, ay + ny],
    [bx + nx, by + ny],
    [bx - nx, by - ny],
    [ax - nx, ay - ny],
  ]);
}
