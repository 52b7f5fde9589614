import { expect, test } from 'vitest';
import { opened } from '@/geometry/opening';
import { valueAt } from '@/geometry/grid';
import { grid } from '../made';

test('a thread goes, a body stays as it was', () => {
  // A block of 20 x 20, and a thread of four pixels that leads away from it.
  const block = (x: number, y: number) => x >= 10 && x < 30 && y >= 10 && y < 30;
  const thread = (x: number, y: number) => x >= 30 && x < 50 && y >= 18 && y < 22;
  const found = opened(
    grid((x, y) => (block(x, y) ? 200 : thread(x, y) ? 90 : 0), 64),
    3,
  );

  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 64; x += 1) expect(valueAt(found, x, y)).toBe(block(x, y) ? 200 : 0);
  }
});

test('what is thin everywhere is gone', () => {
  const line = grid((_, y) => (y === 20 ? 255 : 0), 64);

  expect(opened(line, 2).values.some((value) => value > 0)).toBe(false);
});
