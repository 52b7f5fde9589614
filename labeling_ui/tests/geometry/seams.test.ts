import { describe, expect, test } from 'vitest';
import { contours } from '@/geometry/contours';
import { withSeams } from '@/geometry/seams';
import { contains } from '@/geometry/shapes';
import { grid, place, squarePixels } from '../made';

const LOW = 60;
/** Two roofs wall to wall, of which the model is as sure as of the ground around them at 60. */
const street = grid((x, y) => (x >= 90 && x < 160 && y >= 95 && y < 145 ? 200 : 0));
const [left, right] = [squarePixels(95, 100, 30), squarePixels(125, 100, 30)];

describe('seams', () => {
  test('outlines that touch stay two when they grow', () => {
    expect(contours(street, LOW)).toHaveLength(1);
    const found = contours(withSeams(street, [left, right]), LOW);

    expect(found).toHaveLength(2);
    const west = found.find((rings) => contains(rings, place(110, 115))) ?? [];
    expect(contains(west, place(92, 115))).toBe(true);
    expect(contains(west, place(140, 115))).toBe(false);
  });

  test.each([0, 1, 2, 3])('a slanted border holds too, at every turn (%i)', (turn) => {
    const full = grid(() => 255, 64);
    const corner = (x: number, y: number) => {
      const [cx, cy] = [x - 32, y - 32];
      const turned = [
        [cx, cy],
        [-cy, cx],
        [-cx, -cy],
        [cy, -cx],
      ][turn] as [number, number];
      return place(turned[0] + 32, turned[1] + 32);
    };
    const one = [[corner(0, 0), corner(64, 0), corner(0, 64), corner(0, 0)]];
    const other = [[corner(64, 0), corner(64, 64), corner(0, 64), corner(64, 0)]];

    expect(contours(withSeams(full, [one, other]), 10)).toHaveLength(2);
  });

  test('one outline needs no seam, and what is far from all is left whole', () => {
    expect(withSeams(street, [left])).toBe(street);
    const far = grid((x, y) => (x >= 100 && x < 150 && y >= 200 && y < 240 ? 200 : 0));

    expect(contours(withSeams(far, [left, right]), LOW)).toHaveLength(1);
  });
});
