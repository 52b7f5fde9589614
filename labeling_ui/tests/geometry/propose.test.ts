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
});
