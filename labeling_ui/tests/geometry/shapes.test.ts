import { describe, expect, test } from 'vitest';
import { cut, stroke, united, without } from '@/geometry/clip';
import { around, metresPerPixel, toDegrees, toPixels } from '@/geometry/mercator';
import { area, centroid, contains, meets, type Bounds, type Rings } from '@/geometry/shapes';
import { asRectangle, simplified } from '@/geometry/simplify';
import { place, squarePixels, TILE } from '../made';

const total = (shapes: readonly Parameters<typeof area>[0][]) =>
  shapes.reduce((sum, rings) => sum + area(rings), 0);

describe('shapes in world pixels', () => {
  test('pixels and degrees are each other’s inverse', () => {
    const there = toDegrees(place(12.25, 200.75), TILE.z);
    const back = toPixels(there, TILE.z);

    expect(back[0]).toBeCloseTo(place(12.25, 200.75)[0], 4);
    expect(back[1]).toBeCloseTo(place(12.25, 200.75)[1], 4);
  });

  test('a pixel at zoom 20 on the equator is 0.149 m wide', () => {
    expect(metresPerPixel(0, 20)).toBeCloseTo(0.1493, 4);
  });

  test('a tile comes before its neighbours', () => {
    expect(around(TILE)[0]).toEqual(TILE);
    expect(around(TILE)).toHaveLength(9);
  });

  test('the middle of a square is its centroid', () => {
    const [x, y] = centroid(squarePixels(10, 20, 8));

    expect(x - place(0, 0)[0]).toBeCloseTo(14, 6);
    expect(y - place(0, 0)[1]).toBeCloseTo(24, 6);
  });

  describe('a shape meets a box', () => {
    const box: Bounds = [100, 100, 200, 200];
    const ring = (...corners: [number, number][]): Rings => [[...corners, corners[0] ?? [0, 0]]];

    test.each<[string, Rings, boolean]>([
      ['inside of it', ring([120, 120], [140, 120], [140, 140]), true],
      ['around it', ring([0, 0], [300, 0], [300, 300], [0, 300]), true],
      [
        'across it, without a corner in it',
        ring([90, 140], [210, 140], [210, 160], [90, 160]),
        true,
      ],
      ['over one corner', ring([180, 90], [220, 90], [220, 130]), true],
      ['beside it', ring([210, 100], [230, 100], [230, 200]), false],
      ['along its side', ring([200, 100], [230, 100], [230, 200], [200, 200]), false],
      ['past it, on a slant', ring([170, 60], [240, 130], [240, 110], [190, 60]), false],
      [
        'around two of its sides',
        ring([90, 90], [250, 90], [250, 250], [240, 250], [240, 98], [90, 98]),
        false,
      ],
    ])('%s', (_, rings, expected) => {
      expect(meets(rings, box)).toBe(expected);
    });

    test('not where all of it lies in a hole', () => {
      const outer = ring([0, 0], [300, 0], [300, 300], [0, 300]);
      const hole = ring([90, 90], [210, 90], [210, 210], [90, 210]);

      expect(meets([...outer, ...hole], box)).toBe(false);
    });
  });

  test('joining two squares that share a half keeps one and a half areas', () => {
    const joined = united([squarePixels(0, 0, 10), squarePixels(5, 0, 10)]);

    expect(joined).toHaveLength(1);
    expect(total(joined)).toBeCloseTo(150, 4);
  });

  test('a cut from side to side makes two halves', () => {
    const halves = cut(squarePixels(0, 0, 10), [place(5, -5), place(5, 15)]);

    expect(halves).toHaveLength(2);
    expect(total(halves)).toBeCloseTo(100, 0);
  });

  test('a stroke is a band with round ends', () => {
    const painted = stroke([place(0, 0), place(20, 0)], 5);

    expect(painted).toHaveLength(1);
    expect(contains(painted[0] ?? [], place(10, 4))).toBe(true);
    expect(total(painted)).toBeGreaterThan(200 + 70);
    expect(total(painted)).toBeLessThan(200 + Math.PI * 25);
  });

  test('rubbing out the middle leaves a hole', () => {
    const left = without(squarePixels(0, 0, 40), [squarePixels(10, 10, 10)]);

    expect(left[0]).toHaveLength(2);
    expect(total(left)).toBeCloseTo(1500, 3);
  });

  test('simplifying drops positions on a straight line', () => {
    const [ring] = squarePixels(0, 0, 10);
    const dense = (ring ?? []).flatMap((position, index, all) => {
      const next = all[index + 1];
      return next === undefined
        ? [position]
        : [position, [(position[0] + next[0]) / 2, (position[1] + next[1]) / 2] as const];
    });

    expect(simplified([dense], 0.5)[0]).toHaveLength(5);
  });

  test('an L is no rectangle', () => {
    const [first] = united([squarePixels(0, 0, 30)]);
    const corner = without(first ?? [], [squarePixels(15, 15, 20)])[0]?.[0] ?? [];

    expect(asRectangle(corner)).toBeNull();
    expect(asRectangle(squarePixels(0, 0, 30)[0] ?? [])).not.toBeNull();
  });
});
