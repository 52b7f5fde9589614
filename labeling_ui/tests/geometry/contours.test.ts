import { describe, expect, test } from 'vitest';
import { contours } from '@/geometry/contours';
import { area, contains, signedArea } from '@/geometry/shapes';
import { grid, place } from '../made';

describe('contours', () => {
  test('a square of full pixels has its area less the rounded corners', () => {
    // 10 × 10 pixels of 255 at level 127.5: edges half way to the outer pixels' middles, so a
    // 10 × 10 square whose four corners are cut off by triangles with legs of half a pixel.
    const found = contours(
      grid((x, y) => (x >= 20 && x < 30 && y >= 40 && y < 50 ? 255 : 0)),
      127.5,
    );

    expect(found).toHaveLength(1);
    expect(area(found[0] ?? [])).toBeCloseTo(100 - 4 * 0.125, 6);
    expect(contains(found[0] ?? [], place(25, 45))).toBe(true);
    expect(contains(found[0] ?? [], place(19, 45))).toBe(false);
  });

  test('a ring has a hole, turned the other way', () => {
    const found = contours(
      grid((x, y) => {
        const away = Math.max(Math.abs(x - 100), Math.abs(y - 100));
        return away <= 20 && away >= 8 ? 255 : 0;
      }),
      127.5,
    );

    expect(found).toHaveLength(1);
    expect(found[0]).toHaveLength(2);
    expect(Math.sign(signedArea(found[0]?.[0] ?? []))).toBe(1);
    expect(Math.sign(signedArea(found[0]?.[1] ?? []))).toBe(-1);
    expect(contains(found[0] ?? [], place(100, 100))).toBe(false);
  });

  test('what reaches the edge of the grid is closed there', () => {
    const found = contours(
      grid((x) => (x < 10 ? 255 : 0)),
      127.5,
    );

    expect(found).toHaveLength(1);
    expect(area(found[0] ?? [])).toBeCloseTo(10 * 256 - 0.5, 4);
  });

  test('pixels that touch at a corner only are two shapes at a high level', () => {
    const touching = grid((x, y) => ((x === 5 && y === 5) || (x === 6 && y === 6) ? 255 : 0));

    expect(contours(touching, 200)).toHaveLength(2);
    expect(contours(touching, 100)).toHaveLength(1);
  });

  test('a lower level never makes less', () => {
    const hill = grid((x, y) => Math.max(0, 255 - 4 * Math.hypot(x - 128, y - 128)));
    const areas = [200, 150, 100, 50].map((level) =>
      contours(hill, level).reduce((sum, rings) => sum + area(rings), 0),
    );

    expect([...areas].sort((a, b) => a - b)).toEqual(areas);
  });

  test('specks are left out', () => {
    const speck = grid((x, y) => (x === 5 && y === 5 ? 255 : 0));

    expect(contours(speck, 127.5, 30)).toEqual([]);
  });
});
