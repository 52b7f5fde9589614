import { expect, test } from 'vitest';
import { NOWHERE, patchOf } from '@/map/patch';
import type { Strand } from '@/map/strands';
import type { Position } from '@/geometry/shapes';

const SCREEN = { width: 1280, height: 800 };
const strand = (...points: Position[]): Strand => ({
  points,
  width_px: 6,
  colour: '#ffffff',
  dash_px: [],
});

test('a patch holds all strands with their width, and no more than a step beyond', () => {
  const patch = patchOf([strand([300, 200], [500, 210]), strand([410, 330])], SCREEN, NOWHERE);

  // 200 + 2 · 4 across, 130 + 2 · 4 down, from a whole eighth on
  expect(patch).toEqual({ left: 296, top: 192, width: 256, height: 192 });
});

test('what lies beyond the screen needs no canvas', () => {
  const patch = patchOf([strand([-500, 700], [5000, 900])], SCREEN, NOWHERE);

  expect(patch).toEqual({ left: 0, top: 696, width: 1280, height: 128 });
});

test('a patch keeps its size while that does, wherever it goes', () => {
  const before = { left: 0, top: 0, width: 320, height: 192 };

  expect(patchOf([strand([900, 100], [1150, 200])], SCREEN, before)).toEqual({
    left: 896,
    top: 96,
    width: 320,
    height: 192,
  });
});

test('a patch far too large shrinks, one too small grows', () => {
  const small = [strand([100, 100], [110, 110])];

  expect(patchOf(small, SCREEN, { left: 0, top: 0, width: 1280, height: 800 })).toMatchObject({
    width: 64,
    height: 64,
  });
  expect(
    patchOf([strand([0, 0], [640, 640])], SCREEN, { left: 0, top: 0, width: 64, height: 64 }),
  ).toMatchObject({ width: 704, height: 704 });
});

test('strands that are nowhere to be seen leave a canvas of one step', () => {
  expect(patchOf([strand([-90, -90])], SCREEN, NOWHERE)).toMatchObject({ width: 64, height: 64 });
});
