import { describe, expect, test } from 'vitest';
import { brushed, erased, merged, split } from '@/actions/cutting';
import { added, atLevel, moved, reshaped, standing, toggled } from '@/actions/outlines';
import { shownWork } from '@/actions/visits';
import { ringsToPixels } from '@/geometry/mercator';
import { area, boundsOf, type Rings } from '@/geometry/shapes';
import { grid, place, square, squarePixels, task, TILE } from '../made';

const Z = TILE.z;
const size = (rings: Rings) => area(ringsToPixels(rings, Z));
const sizes = (work: ReturnType<typeof shownWork>) =>
  standing(work)
    .map((outline) => Math.round(size(outline.rings)))
    .sort((a, b) => a - b);

describe('outlines of a tile', () => {
  const work = shownWork(task([square(10, 10, 20), square(100, 100, 40)]));

  test('a model’s outline that is taken away can come back', () => {
    const without = toggled(work, 'model-0');

    expect(standing(without).map((one) => one.id)).toEqual(['model-1']);
    expect(toggled(without, 'model-0').outlines).toEqual(work.outlines);
    expect(toggled(without, 'model-0').acts).toEqual({ delete: 1, restore: 1 });
  });

  test('what a person drew vanishes when it is taken away', () => {
    const drawn = added(work, square(60, 60, 10), 'draw');

    expect(toggled(drawn, 'drawn-1').outlines).toEqual(work.outlines);
  });

  test('reshaping makes an outline the person’s', () => {
    const changed = reshaped(work, 'model-0', square(12, 10, 20));

    expect(changed.outlines[0]?.kind).toBe('drawn');
    expect(work.outlines[0]?.kind).toBe('model');
  });

  test('moving the layer moves what the model drew, and nothing else', () => {
    const drawn = added(work, square(60, 60, 10), 'draw');
    const after = moved(drawn, 3, -2, Z);
    const before = boundsOf(ringsToPixels(work.outlines[0]?.rings ?? [], Z));
    const now = boundsOf(ringsToPixels(after.outlines[0]?.rings ?? [], Z));

    expect(now[0] - before[0]).toBeCloseTo(3, 4);
    expect(now[1] - before[1]).toBeCloseTo(-2, 4);
    expect(after.outlines[2]).toEqual(drawn.outlines[2]);
  });

  test('the slider replaces the model’s outlines and keeps what is gone gone', () => {
    const there = shownWork(task([square(100, 100, 40)]));
    const cone = grid((x, y) => Math.max(0, 255 - 6 * Math.hypot(x - 120, y - 120)));
    const wide = atLevel(toggled(there, 'model-0'), 0.3, cone, TILE);
    const narrow = atLevel(there, 0.8, cone, TILE);

    expect(wide.outlines.map((one) => one.gone)).toEqual([true]);
    expect(narrow.outlines.map((one) => one.kind)).toEqual(['adjusted']);
    expect(size(narrow.outlines[0]?.rings ?? [])).toBeLessThan(size(wide.outlines[0]?.rings ?? []));
  });

  test('the slider takes up no patch that only passes the tile by', () => {
    const [x0, y0] = place(-256, -256);
    const values = new Uint8Array(512 * 512);
    // From south-west to north-east, 20 pixels wide, past the tile's north-western corner.
    for (let y = 0; y < 512; y += 1) {
      for (let x = 0; x < 512; x += 1) values[y * 512 + x] = Math.abs(x + y - 440) < 14 ? 255 : 0;
    }
    const passing = { values, width: 512, height: 512, left: x0, top: y0, zoom: Z };

    expect(atLevel(work, 0.5, passing, TILE).outlines).toEqual([]);
    expect(atLevel(work, 0.5, { ...passing, left: x0 + 80 }, TILE).outlines).toHaveLength(1);
  });

  test('a cut makes two of one', () => {
    const halves = split(work, [place(120, 90), place(120, 150)], Z);

    expect(sizes(halves)).toEqual([400, 800, 800]);
  });

  test('a line that crosses nothing changes nothing', () => {
    expect(split(work, [place(200, 0), place(200, 50)], Z)).toBe(work);
  });

  test('two outlines that touch become one, two that do not stay two', () => {
    const pair = shownWork(task([square(0, 0, 10), square(10, 0, 10), square(90, 90, 10)]));

    expect(sizes(merged(pair, 'model-0', 'model-1', Z))).toEqual([100, 200]);
    expect(merged(pair, 'model-0', 'model-2', Z)).toBe(pair);
  });

  test('the brush grows what it touches', () => {
    const grown = brushed(work, [place(30, 20), place(40, 20)], 5, Z);

    expect(grown.outlines).toHaveLength(2);
    expect(sizes(grown)[0]).toBeGreaterThan(480);
    expect(sizes(grown)[1]).toBe(1600);
  });

  test('the brush on free ground makes an outline', () => {
    expect(brushed(work, [place(200, 30), place(220, 30)], 6, Z).outlines).toHaveLength(3);
  });

  test('the eraser takes away what it touches, and nothing else', () => {
    const rubbed = erased(work, [place(100, 120), place(140, 120)], 4, Z);

    expect(sizes(rubbed)[0]).toBe(400);
    expect(standing(rubbed)).toHaveLength(3);
    expect(erased(work, [place(200, 200)], 4, Z)).toBe(work);
  });

  test('squares made for tests have the size they say', () => {
    expect(area(squarePixels(0, 0, 10))).toBe(100);
  });
});
