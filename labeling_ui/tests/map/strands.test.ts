import { describe, expect, test } from 'vitest';
import type { Rings } from '@/geometry/shapes';
import { LINES, NIGHT, WHITE, type Look } from '@/map/looks';
import { outlineStrands, type Shape } from '@/map/strands';

const SQUARE: Rings = [
  [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [0, 0],
  ],
];
const shape = (look: Look, selected = false): Shape => ({ rings: SQUARE, look, selected });
const asItIs = (at: readonly [number, number]) => at;

describe('the lines of outlines', () => {
  test('all casings lie below all lines', () => {
    const colours = outlineStrands([shape('sure'), shape('unsure')], asItIs).map(
      (one) => one.colour,
    );
    expect(colours).toEqual([NIGHT, NIGHT, LINES.unsure.colour, LINES.sure.colour]);
  });

  test('what is selected lies above the others, wider and with a light edge', () => {
    const strands = outlineStrands([shape('unsure', true), shape('sure')], asItIs);
    const [casing, line] = [strands[1], strands[3]];
    expect([casing?.colour, line?.colour]).toEqual([WHITE, LINES.unsure.colour]);
    expect(line?.width_px).toBeGreaterThan(LINES.unsure.width_px);
    expect(casing?.width_px).toBeGreaterThan(line?.width_px ?? Infinity);
  });

  test('what a person drew has a dot at each of its corners, once', () => {
    const dots = outlineStrands([shape('mine')], asItIs).filter(
      ({ points, colour }) => points.length === 1 && colour === LINES.mine.colour,
    );
    expect(dots.map(({ points }) => points[0])).toEqual([
      [4, 0],
      [4, 4],
      [0, 4],
      [0, 0],
    ]);
  });

  test('each place is where the screen has it', () => {
    const [casing] = outlineStrands([shape('sure')], ([x, y]) => [x * 2 + 10, y * 2]);
    expect(casing?.points[1]).toEqual([18, 0]);
  });
});
