import { describe, expect, test } from 'vitest';
import {
  cornerMoved,
  cornerNear,
  countOf,
  nextCorner,
  placeOf,
  withCorner,
  withoutCorner,
} from '@/actions/corners';
import { toggled } from '@/actions/outlines';
import { shownWork } from '@/actions/visits';
import { ringsToPixels } from '@/geometry/mercator';
import { area } from '@/geometry/shapes';
import { place, square, task, TILE } from '../made';

const Z = TILE.z;
// Corners go around from the upper left: (10, 10), (30, 10), (30, 30), (10, 30).
const work = shownWork(task([square(10, 10, 20), square(100, 100, 40)]));
const sizeOf = (found: typeof work) =>
  Math.round(area(ringsToPixels(found.outlines[0]?.rings ?? [], Z)));
const near = (x: number, y: number) => [
  expect.closeTo(place(x, y)[0], 3),
  expect.closeTo(place(x, y)[1], 3),
];

describe('corners', () => {
  test('the nearest one in reach is meant', () => {
    expect(cornerNear(work, place(28, 13), 6, Z)).toEqual({ id: 'model-0', index: 1 });
    expect(cornerNear(work, place(20, 20), 6, Z)).toBeNull();
  });

  test('follow one another, from outline to outline and around', () => {
    let corner = nextCorner(work, null);
    const seen: (number | undefined)[] = [];
    for (let count = 0; count < 9; count += 1) {
      seen.push(corner?.index);
      corner = nextCorner(work, corner);
    }

    expect(seen).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0]);
  });

  test('of what was taken away are none', () => {
    const left = toggled(work, 'model-0');

    expect(nextCorner(left, null)?.id).toBe('model-1');
    expect(cornerNear(left, place(10, 10), 6, Z)).toBeNull();
  });

  test.each([0, 1, 2, 3])('corner %i moves, the first as well as the last', (index) => {
    const corner = { id: 'model-0', index };
    const moved = cornerMoved(work, corner, place(20, 21), Z);

    expect(placeOf(moved, corner, Z)).toEqual(near(20, 21));
    expect(countOf(moved, corner)).toBe(4);
    const ring = moved.outlines[0]?.rings[0] ?? [];
    expect(ring.at(-1)).toEqual(ring[0]);
  });

  test('moving on and on is one act, and makes the outline the person’s', () => {
    const corner = { id: 'model-0', index: 1 };
    const once = cornerMoved(work, corner, place(31, 10), Z);
    const twice = cornerMoved(once, corner, place(32, 10), Z, true);

    expect(twice.acts).toEqual({ reshape: 1 });
    expect(twice.outlines[0]?.kind).toBe('drawn');
  });

  test.each([
    [place(20, 8), 1],
    [place(32, 20), 2],
    [place(8, 20), 4], // the side that closes the ring
  ])('a new one comes onto the side at %j', (at, index) => {
    const made = withCorner(work, at, 6, Z);

    expect(made?.corner).toEqual({ id: 'model-0', index });
    expect(countOf(made?.work ?? work, { id: 'model-0', index })).toBe(5);
    expect(sizeOf(made?.work ?? work)).toBe(400);
  });

  test('no side in reach, no new corner', () => {
    expect(withCorner(work, place(20, 20), 6, Z)).toBeNull();
  });

  test('one goes, but three stay', () => {
    const three = withoutCorner(work, place(11, 11), 6, Z);

    expect(sizeOf(three)).toBe(200);
    expect(withoutCorner(three, place(30, 30), 6, Z)).toBe(three);
  });
});
