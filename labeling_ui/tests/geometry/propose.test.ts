import { describe, expect, test } from 'vitest';
import { proposed } from '@/geometry/propose';
import { area, contains } from '@/geometry/shapes';
import { grid, place, squarePixels } from '../made';

const roof = (x: number, y: number) => x >= 60 && x < 80 && y >= 100 && y < 130;

describe('proposed', () => {
  test('a click in a faint roof brings its rectangle', () => {
    const shape = proposed(
      grid((x, y) => (roof(x, y) ? 90 : 5)),
      place(70, 110),
      [],
    );

    expect(shape).not.toBeNull();
    expect(shape?.[0]).toHaveLength(5);
    expect(area(shape ?? [])).toBeGreaterThan(540);
    expect(area(shape ?? [])).toBeLessThan(680);
  });

  test('a click just beside it still means it', () => {
    const shape = proposed(
      grid((x, y) => (roof(x, y) ? 90 : 0)),
      place(84, 110),
      [],
    );

    expect(contains(shape ?? [], place(70, 110))).toBe(true);
  });

  test('where the model sees nothing, nothing is proposed', () => {
    expect(
      proposed(
        grid(() => 8),
        place(70, 110),
        [],
      ),
    ).toBeNull();
  });

  test('a wash over everything is no object', () => {
    expect(
      proposed(
        grid(() => 120),
        place(70, 110),
        [],
      ),
    ).toBeNull();
  });

  test('ground that has an outline already is not proposed again', () => {
    const shape = proposed(
      grid((x, y) => (roof(x, y) ? 200 : 0)),
      place(70, 110),
      [squarePixels(40, 90, 60)],
    );

    expect(shape).toBeNull();
  });

  describe('of two roofs that touch', () => {
    const both = (x: number, y: number) => x >= 60 && x < 110 && y >= 100 && y < 130;

    test('the one that was clicked comes alone where the model sees a line between them', () => {
      const dip = grid((x, y) => (both(x, y) ? (Math.abs(x - 84.5) < 2 ? 120 : 200) : 0));
      const shape = proposed(dip, place(70, 110), []) ?? [];

      expect(contains(shape, place(65, 115))).toBe(true);
      expect(contains(shape, place(95, 115))).toBe(false);
    });

    test('the second keeps off the first, whose outline is a little too small', () => {
      const flat = grid((x, y) => (both(x, y) ? 200 : 0));
      const shape = proposed(flat, place(70, 110), [squarePixels(88, 104, 18)]) ?? [];

      expect(contains(shape, place(65, 115))).toBe(true);
      expect(contains(shape, place(97, 101))).toBe(false); // above the first
      expect(contains(shape, place(108, 115))).toBe(false); // behind the first
    });
  });
});
